"""Parser of TNEF (winmail.dat, [MS-OXTNEF]), bounded for damaged files."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

SIGNATURE = b"\x78\x9f\x3e\x22"
_EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")
MAX_DEPTH = 5
# Far above what Outlook writes.
MAX_PIECES = 100_000
MAX_FILES = 5_000

_ATTRIBUTE = struct.Struct("<BHHI")
_UINT32 = struct.Struct("<I")
_TAG = struct.Struct("<HH")

_BODY, _PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_NEW_FILE, _FILE_TITLE, _FILE_DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_MAPI_BODIES = {0x1000: "plain", 0x1013: "html", 0x1009: "rtf"}
_MAPI_CHARSET, _MAPI_DATA = 0x3FDE, 0x3701
# The best name is last.
_MAPI_NAMES = (0x3001, 0x3704, 0x3707)
_FIXED_SIZES = {0x02: 2, 0x0B: 2, 0x03: 4, 0x04: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x0D, 0x1E, 0x1F, 0x102})
_BYTES, _UNICODE = 0x102, 0x1F
_MULTIPLE, _NAMED = 0x1000, 0x8000
_CODEPAGES = {
    65001: "utf-8",
    20127: "ascii",
    20866: "koi8-r",
    21866: "koi8-u",
    932: "cp932",
    936: "gbk",
    949: "cp949",
    950: "big5",
}


@dataclass(frozen=True)
class TnefBody:
    """One message body: kind "plain", "html" or "rtf" (compressed), its bytes and charset."""

    kind: str
    data: bytes
    charset: str


@dataclass
class TnefAttachment:
    """One attachment. The name is bytes with a charset."""

    name: bytes = b""
    charset: str = ""
    data: bytes = b""


@dataclass
class TnefContents:
    """The contents of a winmail.dat and those embedded in it.

    `damaged` if it is truncated, nested too deep or too large.
    """

    bodies: list[TnefBody] = field(default_factory=list)
    files: list[TnefAttachment] = field(default_factory=list)
    damaged: bool = False


def read_tnef(data: bytes) -> TnefContents:
    """Read as much as possible of the data.

    The library `tnefparse` is unsuitable. It copies the rest of the file for every attribute and trusts counts of up to
    2^32.
    """
    found = TnefContents()
    layer = [data]
    for _depth in range(MAX_DEPTH):
        inside: list[bytes] = []
        for each in layer:
            try:
                _read_one(each, found, inside)
            except struct.error:
                found.damaged = True
        layer = inside
    found.damaged = found.damaged or bool(layer)
    return found


def _read_one(data: bytes, found: TnefContents, inside: list[bytes]) -> None:
    """Read one winmail.dat into `found`, and attached messages into `inside`. Raises struct.error on damage."""
    if not data.startswith(SIGNATURE):
        raise struct.error("no winmail.dat")
    charset = ""
    file = TnefAttachment()
    for number, value in _attributes(data):
        if number == _CODEPAGE:
            charset = _codepage(value)
        elif number == _BODY:
            found.bodies.append(TnefBody("plain", value.rstrip(b"\0"), charset))
        elif number == _PROPERTIES:
            _read_properties(value, found, charset)
        elif number == _NEW_FILE:
            if len(found.files) >= MAX_FILES:
                raise struct.error("too many files")
            file = TnefAttachment()
            found.files.append(file)
        elif number == _FILE_TITLE:
            file.name, file.charset = file.name or value.rstrip(b"\0"), file.charset or charset
        elif number == _FILE_DATA:
            file.data = value
        elif number == _FILE_PROPERTIES:
            _read_file(value, file, inside, charset)


def _read_properties(data: bytes, found: TnefContents, charset: str) -> None:
    bodies: dict[str, tuple[int, bytes]] = {}
    web_charset = charset
    for number, kind, value in _properties(data):
        if number == _MAPI_CHARSET:
            web_charset = _codepage(value)
        elif number in _MAPI_BODIES:
            bodies[_MAPI_BODIES[number]] = kind, value
    for name, (kind, value) in bodies.items():
        label = "utf-16-le" if kind == _UNICODE else web_charset if kind == _BYTES else charset
        found.bodies.append(TnefBody(name, value if name == "rtf" else _without_end(value, kind), label))


def _read_file(data: bytes, file: TnefAttachment, inside: list[bytes], charset: str) -> None:
    best = -1
    for number, kind, value in _properties(data):
        if number == _MAPI_DATA:
            if value.startswith(_EMBEDDED + SIGNATURE):
                inside.append(value[len(_EMBEDDED) :])
            file.data = value
        elif number in _MAPI_NAMES and _MAPI_NAMES.index(number) > best:
            best = _MAPI_NAMES.index(number)
            file.name, file.charset = _without_end(value, kind), "utf-16-le" if kind == _UNICODE else charset


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and value of each attribute. Raises struct.error at the damaged position."""
    position = len(SIGNATURE) + 2
    while position < len(data):
        _level, number, _type, length = _ATTRIBUTE.unpack_from(data, position)
        position += _ATTRIBUTE.size
        yield number, data[position : position + length]
        position += length + 2
    if position > len(data):
        raise struct.error("ends in the middle")


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, type and value of each property, once per value. Raises struct.error at the damaged position."""
    (count,) = _UINT32.unpack_from(data)
    position = 4
    pieces = 0
    for _number in range(count):
        kind, number = _TAG.unpack_from(data, position)
        position += 4
        if number >= _NAMED:
            position = _after_name(data, position + 16)
        multiple, kind = kind & _MULTIPLE, kind & ~_MULTIPLE
        values = 1
        if multiple or kind in _VARIABLE:
            (values,) = _UINT32.unpack_from(data, position)
            position += 4
        if kind in _FIXED_SIZES:
            size = values * _FIXED_SIZES[kind]
            yield number, kind, data[position : position + size]
            position += size + -size % 4
            values = 1
        elif kind not in _VARIABLE:
            raise struct.error("unknown type")
        else:
            for _value in range(min(values, MAX_PIECES)):
                (length,) = _UINT32.unpack_from(data, position)
                yield number, kind, data[position + 4 : position + 4 + length]
                position += 4 + length + -length % 4
        pieces += values
        if pieces > MAX_PIECES:
            raise struct.error("too many properties")
    if position > len(data):
        raise struct.error("ends in the middle")


def _after_name(data: bytes, position: int) -> int:
    (is_text,) = _UINT32.unpack_from(data, position)
    if not is_text:
        return position + 8
    length: int = _UINT32.unpack_from(data, position + 4)[0]
    return position + 8 + length + -length % 4


def _codepage(value: bytes) -> str:
    (number,) = _UINT32.unpack_from(value)
    if 28590 < number < 28606:
        return f"iso-8859-{number - 28590}"
    return _CODEPAGES.get(number, f"cp{number}")


def _without_end(value: bytes, kind: int) -> bytes:
    stripped = value.rstrip(b"\0")
    # The upper byte of the last UTF-16 code unit may be zero.
    return value[: len(stripped) + len(stripped) % 2] if kind == _UNICODE else stripped
