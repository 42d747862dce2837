"""Invented e-mail reports in the formats of many programs, intact and broken. The same seed gives the same messages."""

import base64
import binascii
import io
import quopri
import struct
from collections.abc import Callable, Sequence
from random import Random

from PIL import Image, ImageDraw

from hotline.intake.email.tnef import SIGNATURE

HOTLINE = "prijava@netpatrola.example.org"
CYRILLIC = (
    "Добар дан, желим да пријавим страницу на којој неко вређа децу из моје школе.",
    "Поштовани, мој син је добио ову везу од непознате особе. Шта да радимо?",
    "Видео сам ово јуче, објављено је више пута. Молим вас да погледате.",
)
LATIN = (
    "Dobar dan, želim da prijavim stranicu na kojoj neko vređa decu iz moje škole.",
    "Poštovani, moj sin je dobio ovu vezu od nepoznate osobe. Šta da radimo?",
    "Vidio sam ovo juče, objavljeno je više puta. Molim vas da pogledate. Ćuk, đak, džak.",
)
ENGLISH = (
    "Hello, I would like to report a page where somebody insults children from my school.",
    "Dear all, my son was sent this link by a person we do not know. What should we do?",
    "I have seen this yesterday and it was posted more than once. Please have a look.",
)
HOSTILE = (
    b"\0", b"\r", b"\n\n", b"\xff\xfe", b"\xed\xa0\x80", b"=?utf-8?B?", b"?=", b"--", b"begin 644 a\n",
    b"Content-Type: multipart/mixed; boundary=x\n",
    b"Content-Type: message/rfc822\n\n", b"<!--", b"<script>", b"\x78\x9f\x3e\x22", b"\x1b$B", b"(" * 50, b'"', b"<",
    b"charset=utf-7", b";" * 30,
)  # fmt: skip

Maker = Callable[[Random, int], bytes]
# MAPI properties of winmail.dat: number, type and value; types, numbers, and the value before a nested message.
MapiProperty = tuple[int, int, bytes]
STRING, UNICODE, BINARY, OBJECT, INTEGER = 0x1E, 0x1F, 0x102, 0x0D, 0x03
BODY, HTML, RTF, CHARSET, LONG_NAME, DATA = 0x1000, 0x1013, 0x1009, 0x3FDE, 0x3707, 0x3701
EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")


def make_messages(count: int = 1000, *, seed: int = 1) -> list[bytes]:
    """This many different messages. Every third is a damaged copy of a regular message."""
    random = Random(seed)
    makers = list(MAKERS)
    messages = []
    for number in range(count):
        message = makers[number % len(makers)](random, number)
        messages.append(mutate(random, message) if number % 3 == 2 else message)
    return messages


def mutate(random: Random, raw: bytes) -> bytes:
    """Return a copy with random damage."""
    data = bytearray(raw)
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(data) + 1)
        match random.randrange(6):
            case 0:
                data[at:at] = random.choice(HOSTILE)
            case 1:
                del data[at : at + random.randint(1, 200)]
            case 2:
                data[at:at] = data[at : at + random.randint(1, 400)]
            case 3:
                data[at : at + 1] = bytes((random.randrange(256),))
            case 4:
                del data[max(at, len(data) // 2) :]
            case 5:
                data[at:at] = random.randbytes(random.randint(1, 40))
    return bytes(data)


def picture(seed: int, form: str = "PNG") -> bytes:
    """Return a picture of a simple shape."""
    random = Random(seed)
    image = Image.new("RGB", (64, 64), (random.randrange(256), 200, 240))
    box = (random.randrange(20), random.randrange(20), random.randrange(30, 60), random.randrange(30, 60))
    ImageDraw.Draw(image).ellipse(box, fill=(240, random.randrange(256), 40))
    written = io.BytesIO()
    image.save(written, form)
    return written.getvalue()


def address(random: Random, number: int) -> str:
    """Return a URL in one of the usual spellings."""
    forms = (
        "https://forum.example.org/{}",
        "hxxps://example[.]org/{}",
        "forum.example.org/t/{}",
        "http://slike.test/a/{}",
    )
    return random.choice(forms).format(number)


def words(random: Random, number: int) -> str:
    """Return a few sentences with a URL."""
    return f"{random.choice(random.choice((CYRILLIC, LATIN, ENGLISH)))}\n\n{address(random, number)}\n\nХвала, Ана\n"


def head(random: Random, number: int, *, subject: str = "", extra: str = "", message_id: bool = True) -> bytes:
    """Header lines up to the Content-Type. Non-ASCII text becomes encoded words."""
    lines = [
        "Received: from mx.test by mail.example.org; Mon, 2 Mar 2026 10:00:00 +0100",
        f"From: {encoded('Ана Б.')} <ana{number}@example.org>",
        f"To: {HOTLINE}",
        f"Subject: {encoded(subject or f'Пријава {number}')}",
        "Date: Mon, 2 Mar 2026 10:00:00 +0100",
        "MIME-Version: 1.0",
    ]
    if message_id:
        lines.append(f"Message-ID: <{number}.{random.randrange(10**9)}@mail.example.org>")
    return "".join(f"{line}\n" for line in lines).encode() + extra.encode()


def encoded(text: str, charset: str = "utf-8") -> str:
    """Return an encoded word of RFC 2047."""
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


def part(kind: str, body: bytes, *extra: str) -> bytes:
    """Header lines and body of one part."""
    return "".join(f"{line}\n" for line in (f"Content-Type: {kind}", *extra)).encode() + b"\n" + body


def coded(kind: str, data: bytes, *extra: str) -> bytes:
    """Return a part in base64."""
    return part(kind, base64.encodebytes(data), "Content-Transfer-Encoding: base64", *extra)


def multipart(subtype: str, *parts: bytes, boundary: str = "=_b1", parameters: str = "") -> bytes:
    """Header and parts of a multipart."""
    body = b"".join(b"--%s\n%s\n" % (boundary.encode(), each) for each in parts)
    opening = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{parameters}\n\n'
    return opening.encode() + b"This is a multi-part message.\n" + body + b"--%s--\n" % boundary.encode()


def text_part(text: str, charset: str = "utf-8", *, label: str = "") -> bytes:
    """Return an 8-bit text part with a correct or a wrong charset label."""
    return part(
        f"text/plain; charset={label or charset}", text.encode(charset, "replace"), "Content-Transfer-Encoding: 8bit"
    )


def attachment(data: bytes, kind: str, name: str) -> bytes:
    """Return a base64 attachment with a non-ASCII file name (RFC 2231)."""
    coded_name = "".join(f"%{byte:02X}" for byte in name.encode())
    return coded(kind, data, f"Content-Disposition: attachment; filename*=utf-8''{coded_name}")


def write_tnef(
    *,
    properties: Sequence[MapiProperty] = (),
    files: Sequence[tuple[str, bytes]] = (),
    embedded: Sequence[bytes] = (),
    codepage: int = 1250,
    body: bytes = b"",
) -> bytes:
    """Return a winmail.dat file as Outlook produces it ([MS-OXTNEF]).

    It has MAPI properties (number, type, value), files, nested messages (from this function) and a plain body.
    """
    parts = [SIGNATURE, b"\x01\x00", _attribute(1, 0x9007, 0x0006, struct.pack("<II", codepage, 0))]
    if body:
        parts.append(_attribute(1, 0x800C, 0x0002, body + b"\0"))
    if properties:
        parts.append(_attribute(1, 0x9003, 0x0006, write_properties(properties)))
    for name, data in files:
        parts.append(_attribute(2, 0x9002, 0x0006, b"\x01\x00" + bytes(12)))
        parts.append(_attribute(2, 0x8010, 0x0001, name.encode("ascii", "replace") + b"\0"))
        parts.append(_attribute(2, 0x800F, 0x0006, data))
        long_name = (LONG_NAME, UNICODE, name.encode("utf-16-le") + b"\0\0")
        parts.append(_attribute(2, 0x9005, 0x0006, write_properties([long_name])))
    for message in embedded:
        parts.append(_attribute(2, 0x9002, 0x0006, b"\x01\x00" + bytes(12)))
        parts.append(_attribute(2, 0x9005, 0x0006, write_properties([(DATA, OBJECT, EMBEDDED + message)])))
    return b"".join(parts)


def write_properties(properties: Sequence[MapiProperty]) -> bytes:
    """Return a list of MAPI properties."""
    written = [struct.pack("<I", len(properties))]
    for number, kind, value in properties:
        written.append(struct.pack("<HH", kind, number))
        if kind == INTEGER:
            written.append(value)
        else:
            written.append(struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4))
    return b"".join(written)


def _attribute(level: int, number: int, kind: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, number, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _plain(random: Random, number: int) -> bytes:
    return head(random, number) + text_part(words(random, number))


def _crlf(random: Random, number: int) -> bytes:
    return _plain(random, number).replace(b"\n", b"\r\n")


def _bare_cr(random: Random, number: int) -> bytes:
    return _plain(random, number).replace(b"\n", b"\r")


def _old_charset(random: Random, number: int) -> bytes:
    charset, texts = random.choice(
        (("cp1250", LATIN), ("iso8859-2", LATIN), ("cp1251", CYRILLIC), ("iso8859-5", CYRILLIC))
    )
    label = random.choice((charset, "iso-8859-1", "us-ascii", "x-unknown", "utf-8", "utf-7"))
    return head(random, number) + text_part(f"{random.choice(texts)} {address(random, number)}", charset, label=label)


def _quoted_printable(random: Random, number: int) -> bytes:
    body = quopri.encodestring(words(random, number).encode())
    return head(random, number) + part("text/plain; charset=utf-8", body, "Content-Transfer-Encoding: quoted-printable")


def _html(random: Random, number: int) -> bytes:
    page = f'<html><head><style>p{{}}</style></head><body><p>{random.choice(CYRILLIC)}<a href="https://skriveno.test/{number}">ово</a>'
    return head(random, number) + coded("text/html; charset=utf-8", page.encode())


def _alternative(random: Random, number: int) -> bytes:
    text = words(random, number)
    page = f"<p>{text}<a href='https://skriveno.test/{number}'>ovde</a><img src='cid:a'></p>"
    related = multipart(
        "related", part("text/html; charset=utf-8", page.encode()), coded("image/png", picture(number)), boundary="rel"
    )
    return head(random, number) + multipart("alternative", text_part(text), related)


def _files(random: Random, number: int) -> bytes:
    files = [
        attachment(
            picture(number, random.choice(("PNG", "JPEG", "GIF"))), "application/octet-stream", f"слика {number}.png"
        ),
        attachment(b"PK\x03\x04" + random.randbytes(300), "application/zip", "arhiva.zip"),
        attachment(words(random, number).encode(), "text/plain; charset=utf-8", "beleška.txt"),
    ]
    return head(random, number) + multipart("mixed", text_part(words(random, number)), *files[: random.randint(1, 3)])


def _forwarded(random: Random, number: int) -> bytes:
    inside = _alternative(random, number + 10**6)
    return head(random, number) + multipart(
        "mixed", text_part("Прослеђујем."), part("message/rfc822", inside), boundary="fwd"
    )


def _forwarded_coded(random: Random, number: int) -> bytes:
    inside = _plain(random, number + 10**6)
    return head(random, number) + multipart(
        "mixed", text_part("Fwd"), attachment(inside, "application/octet-stream", "poruka.eml")
    )


def _nested(random: Random, number: int) -> bytes:
    inside = text_part(words(random, number))
    for depth in range(random.randint(3, 60)):
        inside = multipart("mixed", inside, boundary=f"b{depth}")
    return head(random, number) + inside


def _winmail(random: Random, number: int) -> bytes:
    text = f"{random.choice(LATIN)} {address(random, number)}"
    data = write_tnef(properties=[(BODY, STRING, text.encode("cp1250"))], files=[("slika.png", picture(number))])
    return head(random, number) + multipart(
        "mixed", text_part("."), coded("application/ms-tnef; name=winmail.dat", data)
    )


def _uuencoded(random: Random, number: int) -> bytes:
    data = picture(number)
    lines = b"".join(binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45))
    return (
        head(random, number) + b"\n" + words(random, number).encode() + b"begin 644 slika.png\n" + lines + b"`\nend\n"
    )


def _damaged_base64(random: Random, number: int) -> bytes:
    body = base64.encodebytes(words(random, number).encode())
    at = random.randrange(len(body) - 5)
    body = body[:at] + b"*=\x80" + body[at:-3]
    return head(random, number) + part("text/plain; charset=utf-8", body, "Content-Transfer-Encoding: base64")


def _without_id(random: Random, number: int) -> bytes:
    return head(random, number, message_id=False) + text_part(words(random, number))


def _no_headers(random: Random, number: int) -> bytes:
    return f"samo tekst {number}\n".encode() + words(random, number).encode()


def _nothing(random: Random, number: int) -> bytes:
    return f"From: ana{number}@example.org\nTo: {HOTLINE}\nMessage-ID: <{number}@x.example.org>\nSubject:\n\n".encode()


def _subject_only(random: Random, number: int) -> bytes:
    return head(random, number, subject=f"види {address(random, number)}") + b"\n"


def _bounce(random: Random, number: int) -> bytes:
    status = f"Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; nema{number}@example.org\nAction: failed\nStatus: 5.1.1\n"
    returned = head(random, number + 10**6)
    body = multipart(
        "report",
        text_part("Your message could not be delivered."),
        part("message/delivery-status", status.encode()),
        part("text/rfc822-headers", returned),
        parameters="; report-type=delivery-status",
    )
    daemon = f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\nTo: {HOTLINE}\nMessage-ID: <bounce{number}@mx.test>\n"
    return f"{daemon}Auto-Submitted: auto-replied\nSubject: Undelivered Mail Returned to Sender\n".encode() + body


def _away(random: Random, number: int) -> bytes:
    return head(random, number, subject="Одсутан сам", extra="Auto-Submitted: auto-replied (vacation)\n") + text_part(
        "Вратићу се у понедељак."
    )


def _list(random: Random, number: int) -> bytes:
    return head(random, number, extra="List-Id: <roditelji.example.org>\nPrecedence: list\n") + text_part(
        words(random, number)
    )


def _calendar(random: Random, number: int) -> bytes:
    event = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Састанак\nDESCRIPTION:{address(random, number)}\nEND:VEVENT\nEND:VCALENDAR\n"
    invitation = part("text/calendar; charset=utf-8; method=REQUEST", event.encode())
    return head(random, number) + multipart("alternative", text_part("Позив"), invitation)


def _encrypted(random: Random, number: int) -> bytes:
    if random.random() < 0.5:
        return head(random, number) + coded(
            "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", random.randbytes(400)
        )
    secret = (
        b"-----BEGIN PGP MESSAGE-----\n\n" + base64.encodebytes(random.randbytes(200)) + b"-----END PGP MESSAGE-----\n"
    )
    parts = (
        part("application/pgp-encrypted", b"Version: 1\n"),
        part("application/octet-stream; name=encrypted.asc", secret),
    )
    return head(random, number) + multipart("encrypted", *parts, parameters="; protocol=application/pgp-encrypted")


def _flowed(random: Random, number: int) -> bytes:
    text = f"{random.choice(LATIN)[:40]} \n{random.choice(LATIN)} \n<https://forum.example.org/{number}/vrlo-\ndugacko>\n-- \nAna\n"
    return head(random, number) + part("text/plain; charset=utf-8; format=flowed", text.encode())


def _no_end(random: Random, number: int) -> bytes:
    whole = _files(random, number)
    return whole[: whole.rindex(b"--=_b1--") - random.randint(0, 100)]


def _no_boundary(random: Random, number: int) -> bytes:
    return _files(random, number).replace(b'; boundary="=_b1"', random.choice((b"", b"; boundary=other")), 1)


def _odd_headers(random: Random, number: int) -> bytes:
    odd = random.choice((
        f"From: drugi{number}@example.org\nX-Long: {'a' * 5000}\n",
        f"X-Broken: =?utf-8?B?{'0J' * 9}?= =?nic?Q?=?= =?x\nReply-To: \"a, (b <{HOTLINE}\n",
        "Content-Type: text/plain\nContent-Type: image/png\n",
    ))  # fmt: skip
    return head(random, number, extra=odd) + text_part(words(random, number))


def _raw_letters(random: Random, number: int) -> bytes:
    subject = f"Subject: {LATIN[1]} {number}\n".encode(random.choice(("utf-8", "cp1250")))
    return subject + head(random, number) + text_part(words(random, number) + "\0\x1b\u202e", "utf-8")


def _false_type(random: Random, number: int) -> bytes:
    return head(random, number) + multipart(
        "mixed", coded("text/plain; charset=utf-8", picture(number, "JPEG")), text_part(words(random, number))
    )


MAKERS: tuple[Maker, ...] = (
    _plain, _crlf, _bare_cr, _old_charset, _quoted_printable, _html, _alternative, _files, _forwarded, _forwarded_coded, _nested, _winmail,
    _uuencoded, _damaged_base64, _without_id, _no_headers, _nothing, _subject_only, _bounce, _away, _list, _calendar, _encrypted, _flowed,
    _no_end, _no_boundary, _odd_headers, _raw_letters, _false_type,
)  # fmt: skip
