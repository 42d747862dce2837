"""Type, dimensions and number of scans of a picture, read from its bytes. Nothing is decoded."""

import re
import struct
from typing import Final, NamedTuple

# Encoders write ten scans, optimising ones a dozen. Each scan of a large picture takes 17 ms, even an empty one.
MAX_SCANS: Final = 50
# A colour profile fills 255 segments at most, other metadata of a file of 10 MB about 160.
MAX_SEGMENTS: Final = 2_000

_PNG: Final = b"\x89PNG\r\n\x1a\n"
# In entropy-coded data, 00 is stuffing, FF is fill and D0 to D7 are restarts. One byte before the code, so that time is linear.
_MARKER: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_START, _END, _SCAN, _TEMPORARY = 0xD8, 0xD9, 0xDA, 0x01
# All frame headers, without the tables DHT, JPG and DAC in the same range.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class ImageHeader(NamedTuple):
    """The declared type (a format name of Pillow) and the size in pixels. `scans` is 1 except for JPEG."""

    format: str
    width: int
    height: int
    scans: int = 1

    @property
    def pixels(self) -> int:
        """The declared number of pixels."""
        return self.width * self.height


class HeaderDamaged(ValueError):
    """The file begins like a picture, but its header cannot be read."""


class TooComplex(ValueError):
    """The file has so many scans or segments that decoding takes disproportionately long."""


def read_header(data: bytes) -> ImageHeader | None:
    """Return the header of a PNG, JPEG, WebP, GIF or BMP file; None for other files.

    Sources: ITU-T T.81 (JPEG), W3C PNG, RFC 9649 (WebP), the GIF89a specification, and the BMP headers of Windows. The
    canvas of GIF and WebP counts, and a frame may be larger. Raises HeaderDamaged and TooComplex.
    """
    try:
        header = _read(data)
    except (struct.error, IndexError) as error:
        raise HeaderDamaged("the header is cut") from error
    if header and not header.pixels:
        raise HeaderDamaged("the picture has no pixels")
    return header


def _read(data: bytes) -> ImageHeader | None:
    if data.startswith(_PNG):
        return ImageHeader("PNG", *struct.unpack_from(">II", data, 16))
    if data.startswith(b"\xff\xd8\xff"):
        return _read_jpeg(data)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return ImageHeader("GIF", *struct.unpack_from("<HH", data, 6))
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _read_webp(data)
    return _read_bmp(data) if data.startswith(b"BM") else None


def _read_jpeg(data: bytes) -> ImageHeader:
    """Follow the markers as libjpeg does. A missing end counts as the end; libjpeg stops at what counts as damage here."""
    position, scans = 2, 0
    size: tuple[int, int] | None = None
    for _segment in range(MAX_SEGMENTS):
        found = _MARKER.search(data, position)
        if found is None:
            break
        code, position = data[found.end() - 1], found.end()
        if code == _END:
            break
        if code == _TEMPORARY:
            continue
        (length,) = struct.unpack_from(">H", data, position)
        if length < 2 or code == _START:
            raise HeaderDamaged("a segment has no length")
        if code in _FRAMES:
            if size:
                raise HeaderDamaged("the picture has two frames")
            height, width = struct.unpack_from(">HH", data, position + 3)
            size = width, height
        elif code == _SCAN:
            scans += 1
            if scans > MAX_SCANS:
                raise TooComplex(f"more than {MAX_SCANS} scans")
        position += length
    else:
        raise TooComplex(f"more than {MAX_SEGMENTS} segments")
    if size is None or not scans:
        raise HeaderDamaged("the picture has no frame or no scan")
    return ImageHeader("JPEG", *size, scans)


def _read_webp(data: bytes) -> ImageHeader:
    kind = data[12:16]
    if kind == b"VP8X":
        return ImageHeader("WEBP", _little(data, 24, 3) + 1, _little(data, 27, 3) + 1)
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return ImageHeader("WEBP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 26)
        return ImageHeader("WEBP", width & 0x3FFF, height & 0x3FFF)
    raise HeaderDamaged("the WebP file has no picture")


def _little(data: bytes, offset: int, size: int) -> int:
    if len(data) < offset + size:
        raise HeaderDamaged("the header is cut")
    return int.from_bytes(data[offset : offset + size], "little")


def _read_bmp(data: bytes) -> ImageHeader:
    (length,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if length == 12 else "<ii", data, 18)
    return ImageHeader("BMP", abs(width), abs(height))
