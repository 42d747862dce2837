"""Writer of winmail.dat files as Outlook produces them ([MS-OXTNEF])."""

import struct
from collections.abc import Sequence

from hotline.intake.email.tnef import SIGNATURE

Property = tuple[int, int, bytes]
STRING, UNICODE, BINARY, OBJECT, INTEGER = 0x1E, 0x1F, 0x102, 0x0D, 0x03
BODY, HTML, RTF, CHARSET, LONG_NAME, DATA = 0x1000, 0x1013, 0x1009, 0x3FDE, 0x3707, 0x3701
EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")


def write_tnef(
    *,
    properties: Sequence[Property] = (),
    files: Sequence[tuple[str, bytes]] = (),
    embedded: Sequence[bytes] = (),
    codepage: int = 1250,
    body: bytes = b"",
) -> bytes:
    """Return a message: MAPI properties (number, type, value), files, nested messages (from this function) and a plain body."""
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


def write_properties(properties: Sequence[Property]) -> bytes:
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
