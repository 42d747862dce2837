"""What a message says, in every form that programs send."""

import base64
import binascii
import quopri
import re

import pytest

from clicksafely.devserver.mock_services.generated_messages import (
    attachment,
    coded,
    encoded,
    multipart,
    part,
    text_part,
)
from hotline.intake.email.parser import MAX_SHOWN_VALUE_LENGTH, read_message, unflow
from hotline.intake.email.sandbox import parse_message
from hotline.intake.email.types import UnreadableMessage
from tests.hotline.intake.email.parsed_mail import HEAD, JPEG, PNG, addresses, hashes, parsed, sha256


def html(page: str) -> bytes:
    return part("text/html; charset=utf-8", page.encode())


def test_a_plain_message() -> None:
    raw = (
        "Return-Path: <ana@example.org>\nDelivered-To: prijava+ABC@netpatrola.test\n"
        f"From: {encoded('Ана Б.')} <Ana@EXAMPLE.org>\nReply-To: b@Example.ORG\nTo: Hotline <prijava@netpatrola.test>, c@x.test\n"
        f"Cc: prijava@netpatrola.test\nSubject: {encoded('Пријава сајта')}\nMessage-ID: <a.1@mail.test>\n\nДобар дан,\nhxxps://example[.]org/a\n"
    )
    mail = parse_message(raw.encode())
    assert (mail.message_id, mail.subject) == ("a.1@mail.test", "Пријава сајта")
    assert mail.text == "Добар дан,\nhxxps://example[.]org/a"
    assert (mail.sender, mail.reply_to) == ("Ana@example.org", "b@example.org")
    assert mail.recipients == ("prijava@netpatrola.test", "c@x.test", "prijava+ABC@netpatrola.test")
    assert addresses(mail) == ["https://example.org/a"]
    assert (mail.language, mail.nature.value, mail.files, mail.file_names, mail.notes) == ("sr", "person", (), (), ())
    assert mail.headers[2] == ("From", "Ана Б. <Ana@EXAMPLE.org>")
    assert [name for name, _value in mail.headers] == [
        line.partition(":")[0] for line in raw.partition("\n\n")[0].splitlines()
    ]


# The bodies


def test_equal_alternatives_are_stored_once_with_links_of_both_and_different_ones_both() -> None:
    text = "Добар дан, погледајте ову страницу молим вас"
    equal = html(f"<style>p{{}}</style><p>{text} <a href='https://skriveno.test/'>овде</a>")
    mail = parsed(multipart("alternative", text_part(text), equal))
    assert (mail.text, addresses(mail)) == (text, ["https://skriveno.test/"])
    other = html("<p>Видео сам страшну слику на сајту школе")
    mail = parsed(multipart("alternative", text_part("Ваш програм не приказује HTML."), other))
    assert mail.text == "Ваш програм не приказује HTML.\n\nВидео сам страшну слику на сајту школе"
    assert parsed(multipart("alternative", text_part(" \n"), html("<p>Речи"))).text == "Речи"


def test_a_forwarded_message_is_read_with_its_headers() -> None:
    inside = (
        f"Received: x\nFrom: {encoded('Неко')} <n@x.test>\nSubject: {encoded('Види')} example.org/s\nDate: 1 Mar 2026\n".encode()
        + multipart("mixed", text_part("https://example.org/u"), coded("image/png", PNG), boundary="in")
    )  # fmt: skip
    mail = parsed(multipart("mixed", text_part("Прослеђујем"), part("message/rfc822", inside)))
    assert (
        mail.text
        == "Прослеђујем\n\n----------\nFrom: Неко <n@x.test>\nDate: 1 Mar 2026\nSubject: Види example.org/s\n\nhttps://example.org/u"
    )
    assert addresses(mail) == ["https://example.org/s", "https://example.org/u"]
    assert hashes(mail) == sha256(PNG, inside)
    assert [file.media_type for file in mail.files] == ["image/png", "message/rfc822"]


@pytest.mark.parametrize(
    ("kind", "ending"), [("application/octet-stream", b"\r"), ("message/rfc822", b"\n"), ("text/plain", b"\r\n")]
)
def test_a_message_in_a_file_is_read_and_hashed(kind: str, ending: bytes) -> None:
    inside = (HEAD + multipart("mixed", text_part("https://example.org/u"))).replace(b"\n", ending)
    mail = parsed(multipart("mixed", text_part("Fwd"), attachment(inside, kind, "poruka.eml")))
    assert addresses(mail) == ["https://example.org/u"]
    assert mail.file_names == (() if kind == "message/rfc822" else ("poruka.eml",))


@pytest.mark.parametrize(
    ("name", "kind", "content", "found"),
    [
        ("a.txt", "text/plain; charset=windows-1251", "речи example.org/a".encode("cp1251"), "https://example.org/a"),
        ("a.htm", "application/octet-stream", b"<a href='https://example.org/a'>x</a>", "https://example.org/a"),
        ("a.url", "application/octet-stream", b"[InternetShortcut]\r\nURL=https://example.org/a\r\n", "https://example.org/a"),
        ("a.rtf", "application/rtf", rb'{\rtf1\ansi{\fonttbl x.test}{\field{\*\fldinst HYPERLINK "https://example.org/a"}{\fldrslt x}}}', "https://example.org/a"),
        ("a.zip", "application/zip", b"PK\x03\x04 https://example.org/a", None),
        ("a.txt", "text/plain", b"PK\x03\x04 https://example.org/a", None),
        ("a.bin", "application/octet-stream", b"https://example.org/a", None),
    ],
)  # fmt: skip
def test_files_of_text_are_read_others_are_hashed_only(name: str, kind: str, content: bytes, found: str | None) -> None:
    mail = parsed(multipart("mixed", text_part("uz poruku"), attachment(content, kind, name)))
    assert (addresses(mail), hashes(mail), mail.file_names) == ([found] if found else [], sha256(content), (name,))


def test_flowing_lines_are_joined() -> None:
    body = part(
        "text/plain; charset=utf-8; format=flowed; delsp=yes",
        b"https://example.org/du \ngacko\n> citat \n> dalje\n>> jos\n-- \nAna\n",
    )
    mail = parsed(body)
    assert addresses(mail) == ["https://example.org/dugacko"]
    assert mail.text == "https://example.org/dugacko\n> citatdalje\n> > jos\n-- \nAna"
    assert unflow("a \nb\nc", delete_space=False) == "a b\nc"
    assert unflow(" a\n >b", delete_space=False) == "a\n>b"
    torn = parsed(part("text/plain", b"> vidi <https://example.org/vrlo/\n> dugacko/ime> i jos\n"))
    assert addresses(torn)[0] == "https://example.org/vrlo/dugacko/ime"


# Transfer encodings


CODE = base64.encodebytes("Ово је порука са адресом на крају. ".encode() * 20 + b"https://example.org/a")
QUOTED = quopri.encodestring("Добар дан https://example.org/a ".encode() + b"x" * 80)
CALENDAR = b"BEGIN:VEVENT\r\nDESCRIPTION:vidi https://example.org/\r\n a\r\nEND:VEVENT\r\n"


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        (multipart("mixed", text_part("a"), part("text/rfc822-headers", b"From: x@y.test\nSubject: example.org/a\n")), ()),
        (multipart("alternative", text_part("Позив"), part("text/calendar; charset=utf-8", CALENDAR)), ()),
        (multipart("signed", text_part("example.org/a"), part("application/pgp-signature", b"-----BEGIN PGP SIGNATURE-----\nx")), ()),
        (part("text/plain; charset=utf-8", QUOTED, "Content-Transfer-Encoding: Quoted-Printable"), ()),
        # A lost character costs two lines.
        (part("text/plain; charset=utf-8", CODE[:100] + CODE[101:], "Content-Transfer-Encoding: base64"), ("bad_base64", "bad_bytes")),
    ],
    ids=["headers", "calendar", "signed", "quoted-printable", "lost character"],
)  # fmt: skip
def test_an_address_is_found_in_every_coding(body: bytes, notes: tuple[str, ...]) -> None:
    mail = parsed(body)
    assert (addresses(mail), mail.notes) == (["https://example.org/a"], notes)


DATA = bytes(range(256)) * 8


@pytest.mark.parametrize(
    ("damage", "content"),
    [
        (lambda code: code, DATA),
        (lambda code: code.replace(b"\n", b""), DATA),
        (lambda code: code.replace(b"\n", b"!\x00\n"), DATA),
        (lambda code: code.rstrip(b"=\n"), DATA),
        (lambda code: code + b"trailing garbage", None),
    ],
)
def test_damaged_base64_is_read_up_to_the_damage(damage: object, content: bytes | None) -> None:
    mail = parsed(part("application/x", damage(base64.encodebytes(DATA)), "Content-Transfer-Encoding: base64"))  # type: ignore[operator]
    assert content is None or hashes(mail) == sha256(content)
    assert set(mail.notes) <= {"bad_base64"}


def uuencoded(data: bytes) -> bytes:
    lines = (binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    return b"begin 644 slika.png\n" + b"".join(lines) + b"`\nend\n"


def test_uuencoded_files_are_taken_out_of_the_text() -> None:
    similar = "begin 644 days ago\nsomebody wrote to me"
    assert parsed(f"\n{similar}\n".encode()).text == similar
    coded_part = part("image/png", uuencoded(PNG), "Content-Transfer-Encoding: x-uuencode")
    assert hashes(parsed(coded_part)) == sha256(PNG)
    mail = parsed(b"\npre\n" + uuencoded(PNG) + b"izmedju\n" + uuencoded(JPEG) + b"posle\n")
    assert (mail.text, hashes(mail)) == ("pre\n\nizmedju\n\nposle", sha256(PNG, JPEG))
    assert mail.file_names == ("slika.png", "slika.png")


# Files are hashed and never kept


def test_names_and_types_of_files() -> None:
    files = [
        attachment(PNG, "application/octet-stream", "слика.bin"),
        coded("image/jpeg; name=a.jpg", JPEG),
        coded("x" * 90 + "/y", bytes(range(32))),
        attachment(b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx"),
        attachment(b"\x00\x00\x00\x18ftypmp42", "application/x", "../../e\x00vil\u202e.mp4" + "a" * 300),
        attachment(b"", "image/png", "prazno.png"),
    ]
    mail = parsed(multipart("mixed", *files))
    kinds = ["image/png", "image/jpeg", "application/octet-stream", "application/zip", "video/mp4"]
    assert [file.media_type for file in mail.files] == kinds
    assert [name[:20] for name in mail.file_names] == ["слика.bin", "a.jpg", "", "a.docx", "../../evil.mp4aaaaaa"]
    assert max(map(len, mail.file_names)) == 255
    assert [file.size for file in mail.files] == [len(PNG), len(JPEG), 32, 4, 12]
    assert [file.pdq is not None for file in mail.files] == [True, True, False, False, False]


@pytest.mark.parametrize(
    "body",
    [
        coded("text/plain; charset=utf-8", JPEG),
        part("text/plain; charset=utf-16", ("Слика:\n" + base64.encodebytes(JPEG).decode()).encode("utf-16")),
        b"\n> " + base64.encodebytes(JPEG).replace(b"\n", b"\n> ").removesuffix(b"> "),
        b"\n" + base64.b64encode(JPEG),
        html(f"<img src='data:image/jpeg;base64,{base64.b64encode(JPEG).decode()}'>"),
        part(
            "application/json",
            b'{"slika":"' + base64.b64encode(JPEG) + b'"}',
            "Content-Disposition: inline; filename=a.txt",
        ).replace(b"application/json", b"text/plain"),
    ],
)
def test_pictures_are_never_stored_as_text(body: bytes) -> None:
    mail = parsed(body)
    assert sha256(JPEG)[0] in hashes(mail)
    letters = re.sub(r"\W", "", mail.text).encode()
    assert max((len(word) for word in re.findall(rb"\w{60,}", letters)), default=0) == 0


def test_encrypted_mail_is_a_report_with_a_hash() -> None:
    mail = parsed(coded("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", DATA))
    assert (mail.text, hashes(mail), mail.notes) == ("", sha256(DATA), ("encrypted",))
    armour = b"-----BEGIN PGP MESSAGE-----\n\n" + base64.encodebytes(DATA) + b"-----END PGP MESSAGE-----\n"
    version = part("application/pgp-encrypted", b"Version: 1")
    mail = parsed(multipart("encrypted", version, part("application/octet-stream", armour)))
    assert (len(mail.files), mail.notes) == (2, ("encrypted",))
    assert parsed(coded("application/pkcs7-mime; smime-type=signed-data", DATA)).notes == ("signed_unread",)
    assert hashes(parsed(part("image/png", base64.encodebytes(PNG * 9)))) == sha256(PNG * 9), "it has no label"
    mail = parsed(b"\n" + armour)
    assert (hashes(mail), set(mail.notes)) == (sha256(DATA), {"encrypted", "base64_in_text"})


def test_pictures_beyond_the_pixels_that_time_allows_get_no_pdq(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.intake.email.parser.MAX_PIXELS", 64 * 64)
    read, pictures = read_message(HEAD + multipart("mixed", coded("image/png", PNG), coded("image/jpeg", JPEG)))
    assert (read.pictures, pictures, read.notes) == ((0,), [PNG], ("pictures_not_compared",))


# What is odd


@pytest.mark.parametrize(
    ("raw", "reason", "text", "files"),
    [
        (b"", "no_headers", "", []),
        ("само текст".encode("cp1251"), "no_headers", "само текст", []),
        (PNG, "no_headers", "", sha256(PNG)),
        (b"From: a@example.org\nSubject:\n\n \n", "empty", "", []),
    ],
)
def test_unreadable_messages(raw: bytes, reason: str, text: str, files: list[bytes]) -> None:
    with pytest.raises(UnreadableMessage) as caught:
        parse_message(raw)
    assert (caught.value.reason, caught.value.text, len(caught.value.identity)) == (reason, text, 32)
    assert [file.sha256 for file in caught.value.files] == files
    assert caught.value.headers == ((("From", "a@example.org"), ("Subject", "")) if reason == "empty" else ())


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_any_kind(ending: bytes) -> None:
    raw = HEAD + multipart("mixed", text_part("ред један\nexample.org/a"), coded("image/png", PNG))
    mail = parse_message(raw.replace(b"\n", ending))
    assert (mail.subject, mail.text, hashes(mail)) == ("Prijava", "ред један\nexample.org/a", sha256(PNG))


def test_invisible_and_broken_characters_are_removed() -> None:
    mail = parsed("Content-Type: text/plain; charset=utf-8\n\na\0b\x1bc\u202ed\u200be\x85f".encode() + b"\xed\xa0\x80")
    assert mail.text.replace("\ufffd", "") == "abcde\nf"
    mail.text.encode()


def test_odd_header_lines() -> None:
    mail = parse_message(b"From: a@example.org\r\nSubject: a\rBcc: b@example.org\r\nX-A: c\r\n\r\nd")
    assert mail.subject == "a Bcc: b@example.org"
    assert [name for name, _value in mail.headers] == ["From", "Subject", "X-A"]
    mail = parse_message(b"From: a@example.org\nSubject: b\novo nije zaglavlje\nexample.org/a\n")
    assert (mail.text, mail.notes) == ("ovo nije zaglavlje\nexample.org/a", ("broken_headers",))
    assert parse_message(b"\r\n\nFrom ana Mon Mar  2\nFrom: a@example.org\n\nb").sender == "a@example.org"
    assert parse_message(b"From   : ana@example.org\nSubject: a\n\ntekst").sender == "ana@example.org"
    mail = parsed(b"From: b@example.org\nContent-Transfer-Encoding: x-nepoznato\n\nx")
    assert (mail.sender, mail.notes) == ("ana@example.org", ("unknown_encoding", "several_from"))
    assert parse_message(b"From: a@example.org, b@example.org\n\nx").notes == ("several_from",)


@pytest.mark.parametrize("value", ["", "<>", "a@", "a@b\u00a0c.test", "=?utf-8?q?a=40b.test?=", "a@b.test c@d.test"])
def test_a_sender_that_is_no_address_is_none(value: str) -> None:
    assert parse_message(f"From: {value}\nX: y\n\nz".encode()).sender == ""


@pytest.mark.parametrize(
    ("value", "message_id"),
    [
        ("<a@b.test>", "a@b.test"), ("a@b.test", "a@b.test"), ("<a@b.test> (x)", "a@b.test"), ("<a>", ""), ("", ""), ("<a b@c.test>", ""),
        ("<č@b.test>", ""), ("<" + "a" * 900 + "@b.test>", ""),
    ],
)  # fmt: skip
def test_message_ids(value: str, message_id: str) -> None:
    assert parse_message(f"From: a@example.org\nMessage-ID: {value}\n\nx".encode()).message_id == message_id


def test_the_same_message_has_one_identity_however_it_comes() -> None:
    base = HEAD.replace(b"Message-ID: <1@example.org>\n", b"") + text_part("a")
    one = parse_message(b"Received: x\nDelivered-To: y@z.test\n" + base).identity
    assert parse_message(b"Received: w\nX-Spam: no\n" + base.replace(b"\n", b"\r\n") + b"\r\n").identity == one
    others = (base + b"b", base.replace(b"Prijava", b"Druga"), base.replace(b"10:00:00", b"10:00:01"), HEAD + b"\na")
    assert one not in {parse_message(other).identity for other in others}
    assert parsed(b"\na").identity == parsed(b"Received: elsewhere\n\na\n").identity
    ids = {parse_message(head + b"\na").identity for head in (HEAD, HEAD.replace(b"<1@", b"<2@"), HEAD + b"\nb")}
    assert len(ids) == 3


def test_headers_and_results_are_bounded() -> None:
    long = b"X-Long: " + b"a" * 1_000_000 + b"\n"
    many = b"".join(b"Authentication-Results: mx%d;\n\tdkim=pass\n" % number for number in range(3000))
    mail = parse_message(long + HEAD + many + b"\ntekst")
    assert (len(mail.headers[0][1]), mail.notes) == (MAX_SHOWN_VALUE_LENGTH, ("headers_cut",))
    assert sum(len(name) + len(value) for name, value in mail.headers) <= 100_000
    assert (len(mail.authentication_results), mail.authentication_results[0]) == (50, "mx0; dkim=pass")
    assert mail.text == "tekst"


def test_text_and_addresses_are_bounded() -> None:
    mail = parsed(part("text/plain", b"".join(b"https://example.org/%d\n" % number for number in range(100_000))))
    assert (len(mail.text), len(mail.extraction.locations)) == (200_000, 200)
    assert mail.notes == ("text_cut", "too_many_addresses")
    mail = parsed(part("text/plain", b"rec, " * 80_000 + b"https://example.org/a"))
    assert (addresses(mail), len(mail.text)) == (["https://example.org/a"], 199_999)
