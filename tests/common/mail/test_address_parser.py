"""Addresses in header fields are found in any surroundings."""

import pytest

from clicksafely.common.mail.address_parser import NamedAddress, bare_address, parse_addresses, recipients_of
from clicksafely.common.mail.headers import read_headers


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"Ana <ana@Example.ORG>", [("Ana", "ana@example.org")]),
        (b'"Ana, B." <a@b.test>, c@d.test', [("Ana, B.", "a@b.test"), ("", "c@d.test")]),
        (b"a@b.test (Ana (iz) skole)", [("Ana iz skole", "a@b.test")]),
        (b"Ana <a(skola)@b.test(x)>", [("Ana", "a@b.test")]),
        (b"undisclosed-recipients:;", []),
        (b"Tim: a@b.test, Ana <c@d.test>;", [("", "a@b.test"), ("Ana", "c@d.test")]),
        (b'"laz@banka.test" <a@b.test>', [("laz@banka.test", "a@b.test")]),
        (b"=?utf-8?B?bGF6QGJhbmthLnRlc3Qs?= <a@b.test>", [("laz@banka.test,", "a@b.test")]),
        (b"<@r.test,@s.test:u@h.test>", [("", "u@h.test")]),
        ("<ана@пример.срб>".encode(), [("", "ана@пример.срб")]),
        (b"a(x,y)@b.test, e@f.test", [("x,y", "a@b.test"), ("", "e@f.test")]),
        (b'"a\\"b" <a@b.test>', [('a"b', "a@b.test")]),
        (b'"', []), (b"(((", []), (b"<", []), (b"<a@b.test", [("", "a@b.test")]), (b"", []), (b",,;", []), (b'"\\', []),
        (b"user@[192.0.2.1]", [("", "user@[192.0.2.1]")]),
    ],
)  # fmt: skip
def test_mailboxes(value: bytes, found: list[tuple[str, str]]) -> None:
    assert parse_addresses([value]) == [NamedAddress(name, address) for name, address in found]


@pytest.mark.parametrize(
    "text",
    ["a@b@c.test", "a b@c.test", "a@b.test\nBcc: c@d.test", "a@", "@b", "a" * 400 + "@b.test", "a@b..c", "a,b@c.test"],
)
def test_no_address(text: str) -> None:
    assert bare_address(text) == ""


def test_recipients_come_from_all_delivery_headers() -> None:
    head = (
        b"To: Ana <a@b.test>, a@b.test\nCc: c@d.test\nDelivered-To: e@f.test\nX-Original-To: "
        b"g@h.test\nEnvelope-To: i@j.test\nBcc: k@l.test\n\n"
    )
    assert recipients_of(read_headers(head)[0]) == ("a@b.test", "c@d.test", "e@f.test", "g@h.test", "i@j.test")
