"""Letters come out as they were written, whatever the label says."""

import pytest

from clicksafely.common.mail.charsets import decode_text
from clicksafely.common.mail.headers import decode_value, split_parameters
from clicksafely.common.mail.languages import guess_language
from tests.factories.messages import CYRILLIC, LATIN

LABELS = ["", "utf-8", "us-ascii", "iso-8859-1", "windows-1250", "windows-1251", "iso-8859-2", "x-unknown", "utf-7"]
SHORT_LATIN = ["Čovek šalje poruke mojoj ćerki", "Učenik", "Đorđe Žižić", "Uznemirujući snimak je na ovoj adresi"]
SHORT_CYRILLIC = ["Хитно", "Ученик", "Ђорђе Жижић", "шта је ово"]


@pytest.mark.parametrize("charset", ["windows-1250", "iso-8859-2", "utf-8"])
@pytest.mark.parametrize("text", [*LATIN, *SHORT_LATIN])
def test_serbian_in_latin_letters_survives_any_label(text: str, charset: str) -> None:
    read = {label: decode_text(text.encode(charset), label)[0] for label in LABELS}
    assert read == dict.fromkeys(LABELS, text)


@pytest.mark.parametrize("charset", ["windows-1251", "iso-8859-5", "utf-8"])
@pytest.mark.parametrize("text", [*CYRILLIC, *SHORT_CYRILLIC])
def test_serbian_in_cyrillic_letters_survives_any_label(text: str, charset: str) -> None:
    read = {label: decode_text(text.encode(charset), label)[0] for label in LABELS}
    assert read == dict.fromkeys(LABELS, text)


@pytest.mark.parametrize(
    ("data", "label", "text", "note"),
    [
        ("Très bien, voilà où j'étais".encode("latin-1"), "iso-8859-1", "Très bien, voilà où j'étais", ""),
        ("Für größere Mädchen".encode("cp1252"), "", "Für größere Mädchen", ""),
        ("“smart” – it’s".encode("cp1252"), "iso-8859-1", "“smart” – it’s", ""),
        ("100 €".encode("cp1250"), "", "100 €", ""),
        ("日本".encode("shift_jis"), "shift_jis", "日本", ""),
        ("日本".encode("iso2022_jp"), "iso-2022-jp", "日本", ""),
        ("ελληνικά".encode("cp1253"), "windows-1253", "ελληνικά", ""),
        ("пример".encode("utf-16"), "", "пример", ""),
        ("пример текста".encode("utf-16-le"), "", "пример текста", ""),
        ("primer teksta".encode("utf-16-be"), "x", "primer teksta", "unknown_charset"),
        ("\ufeffпример".encode(), "", "пример", ""),
        (b"+AD0-script", "utf-7", "+AD0-script", "unknown_charset"),
        (b"\\u0041", "unicode_escape", "\\u0041", "unknown_charset"),
        (b"abc", "punycode", "abc", "unknown_charset"),
        (b"abc", "zlib\0", "abc", "unknown_charset"),
        ("добар дан".encode(), "iso-8859-1", "добар дан", "wrong_charset"),
        ("добар дан свима".encode()[:-1], "utf-8", "добар дан свим\ufffd", "bad_bytes"),
        (b"abc\x90", "koi8-u", "abc\u2591", ""),
        (b"a\xfd", "shift_jis", "a\ufffd", "bad_bytes"),
        (b"", "utf-8", "", ""),
    ],
)  # fmt: skip
def test_labels_are_believed_where_letters_do_not_say_otherwise(data: bytes, label: str, text: str, note: str) -> None:
    decoded, said = decode_text(data, label)
    assert (decoded.replace("\ufffd\ufffd", "\ufffd") if note == "bad_bytes" else decoded, said) == (
        text.replace("\ufffd\ufffd", "\ufffd"),
        note,
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?utf-8?B?0JDQvdCw?=", "Ана"),
        (b"=?UTF-8?q?=D0=90=D0=BD?= =?utf-8?q?=D0=B0_=3F?=", "Ана ?"),
        # A letter torn between two words.
        (b"=?utf-8?B?0JDQ?= =?utf-8?B?vdCw?=", "Ана"),
        (b"=?utf-8?B?0JDQvdCw?= i =?windows-1250?Q?=8Eika?=", "Ана i Žika"),
        (b"=?utf-8*sr?B?0JDQvdCw?=", "Ана"),
        (b"=?x-none?Q?=C4=8Ca?=", "Ča"),
        (b"=?utf-8?B?0JDQvdC", "=?utf-8?B?0JDQvdC"),
        (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        (b"=?utf-8?Q?sa razmakom?= kraj", "sa razmakom kraj"),
        (b"=?utf-8?B?0JDQvd*Cw?=", "Ана"),
        ("Čovek".encode(), "Čovek"),
        ("Šta je ovo".encode("cp1250"), "Šta je ovo"),
        (b"a\x00b\x7f\xe2\x80\xaec", "abc"),
        (b"", ""),
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


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Добар дан, видео сам ово.", "sr"),
        ("Dobar dan, video sam ovo na strani https://example.org/the/report", "sr-latn"),
        ("dobar dan, sta da radim sa ovim", "sr-latn"),
        ("Please have a look at this page", "en"),
        ("https://example.org/this/is/the/page", "sr"),
        ("", "sr"),
        ("12345 !!", "sr"),
        ("Guten Tag, schöne Grüße", "sr"),
        ("Страница www.example.org/the-page-of-this-and-that, Facebook, Viber", "sr"),
    ],
)
def test_language_is_told_by_script_and_common_words(text: str, language: str) -> None:
    assert guess_language(text) == language


def test_language_is_told_by_the_first_text_that_says_it() -> None:
    assert guess_language("https://example.org/", "Please look", "Добар дан") == "en"
