"""Values and parameters of header fields are decoded correctly."""

import pytest

from clicksafely.common.mail.headers import decode_value, split_parameters


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?UTF-8?q?=D0=90=D0=BD?= =?utf-8?q?=D0=B0_=3F?=", "Ана ?"),
        # A letter split between two encoded words.
        (b"=?utf-8?B?0JDQ?= =?utf-8?B?vdCw?=", "Ана"),
        (b"=?utf-8?B?0JDQvdCw?= i =?windows-1250?Q?=8Eika?=", "Ана i Žika"),
        (b"=?utf-8*sr?B?0JDQvdCw?=", "Ана"),
        (b"=?x-none?Q?=C4=8Ca?=", "Ča"),
        (b"=?utf-8?B?0JDQvdC", "=?utf-8?B?0JDQvdC"),
        (b"=?utf-8?Q?sa razmakom?= kraj", "sa razmakom kraj"),
        (b"=?utf-8?B?0JDQvd*Cw?=", "Ана"),
        ("Šta je ovo".encode("cp1250"), "Šta je ovo"),
        (b"a\x00b\x7f\xe2\x80\xaec", "abc"),
    ],
)
def test_header_values_are_decoded_and_never_refused(value: bytes, text: str) -> None:
    assert decode_value(value) == text


@pytest.mark.parametrize(
    ("value", "kind", "parameters"),
    [
        (b"Text/Plain; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
        (b'a/b; x="c; d=\\"e\\""; y=z', "a/b", {"x": 'c; d="e"', "y": "z"}),
        (b"a/b; filename*=utf-8''%D0%90%D0%BD%D0%B0.png", "a/b", {"filename": "Ана.png"}),
        (b"a/b; filename*0*=utf-8''%D0%90; filename*1=n; filename*2*=%D0%B0", "a/b", {"filename": "Аnа"}),
        (b'a/b; filename*1="2.png"; filename*0="1-"', "a/b", {"filename": "1-2.png"}),
        (b'a/b; name="=?utf-8?B?0JDQvdCw?="', "a/b", {"name": "Ана"}),
        ("a/b; name=Žika.png".encode("cp1250"), "a/b", {"name": "Žika.png"}),
        (b"a/b; filename*=latin1%C4", "a/b", {"filename": "latin1Ä"}),
        (b"a/b; filename*99999=x; x*y*z=1", "a/b", {"filename": "x", "x": "1"}),
        (b'a/b; name="open', "a/b", {"name": "open"}),
        (b"a/b;;; =; x", "a/b", {}),
        (b"", "", {}),
    ],
)
def test_parameters_are_read(value: bytes, kind: str, parameters: dict[str, str]) -> None:
    assert split_parameters(value) == (kind, parameters)
