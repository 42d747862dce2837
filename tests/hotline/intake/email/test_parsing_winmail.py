"""winmail.dat and RTF: read like a message, and never trusted."""

import struct

import pytest

from clicksafely.devserver.mock_services.generated_messages import (
    BINARY,
    BODY,
    CHARSET,
    HTML,
    INTEGER,
    RTF,
    STRING,
    UNICODE,
    attachment,
    coded,
    multipart,
    text_part,
    write_properties,
    write_tnef,
)
from hotline.intake.email import parser
from hotline.intake.email.rtf import MAX_LENGTH, decompress, read_rtf
from hotline.intake.email.tnef import MAX_FILES, TnefBody, read_tnef
from tests.hotline.intake.email.parsed_mail import HEAD, JPEG, PNG, addresses, hashes, parsed, sha256
from tests.timing import seconds

# The example of [MS-OXRTFCP], 3.1.1.
COMPRESSED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
COMPRESSED_RTF = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def winmail(**content: object) -> bytes:
    return write_tnef(**content)  # type: ignore[arg-type]


def test_bodies_and_files_are_read_in_their_charsets() -> None:
    html = "<a href='https://example.org/h'>овде</a>"
    properties = [
        (0x0037, STRING, b"predmet\0"),
        (CHARSET, INTEGER, struct.pack("<I", 28595)),
        (BODY, STRING, "Želim da prijavim".encode("cp1250") + b"\0\0\0"),
        (HTML, BINARY, html.encode("iso-8859-5")),
    ]
    data = winmail(properties=properties, files=[("слика.png", PNG)])
    mail = parsed(multipart("mixed", coded("application/ms-tnef; name=winmail.dat", data)))
    assert mail.text == "Želim da prijavim\n\nовде <https://example.org/h>"
    assert (addresses(mail), mail.notes) == (["https://example.org/h"], ())
    assert (hashes(mail), mail.file_names) == (sha256(PNG), ("слика.png",))
    for value, text in (("Ā".encode("utf-16-le") + bytes(4), "Ā"), (b"a\0\0", "a")):
        assert parsed(coded("application/ms-tnef", winmail(properties=[(BODY, UNICODE, value)]))).text == text


def test_it_is_known_by_its_first_bytes_and_messages_inside_are_read() -> None:
    inside = winmail(body=b"example.org/unutra", files=[("a.jpg", JPEG)])
    mail = parsed(
        multipart("mixed", text_part("a"), attachment(winmail(embedded=[inside]), "application/octet-stream", "x.bin"))
    )
    assert addresses(mail) == ["https://example.org/unutra"]
    assert sha256(JPEG)[0] in hashes(mail)


def test_messages_inside_end_somewhere() -> None:
    data = winmail(body=b"dno")
    for _level in range(10):
        data = winmail(embedded=[data])
    found = read_tnef(data)
    assert (found.damaged, found.bodies) == (True, [])


@pytest.mark.parametrize("length", [6, 60, -3])
def test_a_truncated_file_is_read_in_part_and_hashed_whole(length: int) -> None:
    data = winmail(body=b"example.org/a", files=[("a.png", PNG)])[:length]
    mail = parsed(multipart("mixed", text_part("a"), coded("application/ms-tnef", data)))
    assert (mail.notes, mail.files[0].sha256) == (("bad_winmail",) if length != 6 else (), sha256(data)[0])


FALSE_COUNTS = [
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\xff\x1e\x00\x00\x10\xff\xff\xff\xff",
    b"\x01\x00\x00\x00\x1e\x10\x00\x10\xff\xff\xff\xff" + b"\0" * 400_000,
    b"\x01\x00\x00\x00\x03\x10\x00\x10\xff\xff\xff\xff",
    b"\x01\x00\x00\x00\x1e\x00\x00\x90" + b"\0" * 16 + b"\x01\x00\x00\x00\xff\xff\xff\xff",
    b"\x01\x00\x00\x00\x77\x00\x00\x10",
    b"\xff\xff\xff\xff" + b"\x03\x00\x00\x10aaaa" * 200_000,
    b"",
]


def with_properties(properties: bytes) -> bytes:
    return winmail() + struct.pack("<BHHI", 1, 0x9003, 6, len(properties)) + properties + b"\0\0"


@pytest.mark.parametrize("properties", FALSE_COUNTS)
def test_counts_and_lengths_are_not_believed(properties: bytes) -> None:
    assert read_tnef(with_properties(properties)).damaged


@pytest.mark.timing
@pytest.mark.parametrize("properties", FALSE_COUNTS)
def test_false_counts_take_little_longer_than_true_ones(properties: bytes) -> None:
    valid = struct.pack("<I", 200_000) + b"\x03\x00\x00\x10aaaa" * 200_000
    assert seconds(read_tnef, with_properties(properties)) < 10 * seconds(read_tnef, with_properties(valid))


def test_files_without_end_are_cut() -> None:
    found = read_tnef(winmail() + struct.pack("<BHHIH", 2, 0x9002, 6, 0, 0) * 100_000)
    assert (found.damaged, len(found.files)) == (True, MAX_FILES)


def test_values_of_every_kind_are_stepped_over() -> None:
    named = b"\x02\x00\x00\x80" + b"\0" * 16 + b"\0\0\0\0" + b"\x07\0\0\0" + b"\x05\0\0\0"
    text_named = b"\x0b\x00\x01\x80" + b"\0" * 16 + b"\x01\0\0\0" + b"\x06\0\0\0" + b"a\0b\0\0\0\0\0" + b"\x01\0\0\0"
    several = b"\x02\x10\x02\x10" + b"\x03\0\0\0" + b"\1\0\2\0\3\0\0\0"
    body = write_properties([(BODY, STRING, b"telo")])[4:]
    properties = struct.pack("<I", 4) + named + text_named + several + body
    found = read_tnef(winmail() + struct.pack("<BHHI", 1, 0x9003, 6, len(properties)) + properties + b"\0\0")
    assert (found.bodies, found.damaged) == ([TnefBody("plain", b"telo", "cp1250")], False)


@pytest.mark.parametrize(
    ("data", "plain"),
    [
        (COMPRESSED, b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"),
        (COMPRESSED_RTF, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
        (struct.pack("<IIII", 20, 4, 0x414C454D, 0) + b"abcdef", b"abcd"),
        (struct.pack("<IIII", 20, 4, 1, 0) + b"abcdef", b""),
        (b"", b""),
        (COMPRESSED[:24], b"{\\rtf1\\ansi\\ansicpg"),
    ],
)
def test_compressed_rtf(data: bytes, plain: bytes) -> None:
    assert decompress(data) == plain


def test_compressed_rtf_is_bounded() -> None:
    bomb = struct.pack("<IIII", 0, 0, 0x75465A4C, 0) + (b"\0" + b"a" * 8) * 200_000
    assert len(decompress(bomb)) == MAX_LENGTH


@pytest.mark.parametrize(
    ("rtf", "text", "is_html"),
    [
        (rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0 Arial;}}\pard \'e4\'e0\'ed\par red}", "дан\nred", False),
        (rb"{\rtf1\ansi\ansicpg1250 \u1076?\u1086?\'f0\tab\~x\{\}}", "доđ\t x{}", False),
        (
            rb'{\rtf1{\field{\*\fldinst{ HYPERLINK "https://example.org/a" }}{\fldrslt ovde}}}',
            " <https://example.org/a> ovde",
            False,
        ),
        (rb"{\rtf1\u-10179?\u-8704?{\*\generator x;}{\pict 0102}}", "\U0001f600", False),
        (
            rb"{\rtf1\ansi\fromhtml1 {\*\htmltag19 <a href='https://example.org/a'>}\htmlrtf skriveno\htmlrtf0 ovde{\*\htmltag27 </a>}}",
            "<a href='https://example.org/a'>ovde</a>",
            True,
        ),
        (rb"{\rtf1 }}}}} kraj", " kraj", False),
        (rb"\'zz\\", "'zz\\", False),
    ],
)
def test_rtf(rtf: bytes, text: str, is_html: bool) -> None:
    assert read_rtf(rtf) == (text, is_html)


def test_no_more_rtf_is_unpacked_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MAX_RTF", 60)
    bodies = [
        struct.pack("<IIII", 0, 40, 0x414C454D, 0) + b"{\\rtf1 https://example.org/%d}".ljust(40) % number
        for number in range(4)
    ]
    whole = b"".join([winmail()] + [winmail(properties=[(RTF, BINARY, body)])[6:] for body in bodies])
    read, _pictures = parser.read_message(HEAD + coded("application/ms-tnef", whole))
    assert (read.text.split(), "text_cut" in read.notes) == (["https://example.org/0", "https://example.org/1"], True)
