"""Headers of pictures: type, size and scans from the bytes, in time that is linear in their length."""

import struct
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from clicksafely.common.files import image_headers
from clicksafely.common.files.image_headers import (
    MAX_SCANS,
    MAX_SEGMENTS,
    HeaderDamaged,
    ImageHeader,
    TooComplex,
    read_header,
)
from tests.factories.pictures import jpeg_of_scans
from tests.timing import seconds

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
COMMENT = b"\xff\xfe\x00\x02"


def image_bytes(kind: str, size: tuple[int, int] = (300, 70), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else None).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_type_and_size(kind: str) -> None:
    for size in ((1, 1), (4097, 3)):
        assert read_header(image_bytes(kind, size)) == ImageHeader(kind, *size)


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGBA", {"exif": b"Exif\0\0MM"}),
        ("WEBP", "RGB", {"save_all": True, "append_images": [Image.new("RGB", (300, 70))]}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "RGB", {"restart_marker_rows": 1}),
        ("JPEG", "RGB", {"comment": b"\xff\xda\xff\xd9", "icc_profile": b"\xff\xda" * 60_000}),
        ("PNG", "I;16", {}),
    ],
)
def test_variants(kind: str, mode: str, options: dict[str, Any]) -> None:
    assert read_header(image_bytes(kind, mode=mode, **options)) == ImageHeader(kind, 300, 70)


def test_scans_are_counted_as_libjpeg_reads_them() -> None:
    found = read_header(image_bytes("JPEG", progressive=True))
    assert found is not None
    assert 4 <= found.scans <= 12
    assert read_header(jpeg_of_scans(MAX_SCANS)) == ImageHeader("JPEG", 5000, 5000, MAX_SCANS)
    # Scans after the end belong to no picture.
    assert read_header(image_bytes("JPEG") + b"\xff\xda\x00\x02" * 100) == ImageHeader("JPEG", 300, 70)


def refuse(picture: bytes) -> None:
    with pytest.raises(TooComplex):
        read_header(picture)


SCANS = jpeg_of_scans(5000)
SEGMENTS = image_bytes("JPEG")[:2] + COMMENT * (MAX_SEGMENTS + 1) + image_bytes("JPEG")[2:]


def test_a_picture_of_thousands_of_scans_or_segments_is_refused() -> None:
    assert len(SCANS) < 1_000_000
    refuse(SCANS)
    refuse(SEGMENTS)


@pytest.mark.timing
@pytest.mark.parametrize("hostile", [SCANS, SEGMENTS], ids=["scans", "segments"])
def test_a_refusal_takes_little_longer_than_a_picture_that_is_read(hostile: bytes) -> None:
    assert seconds(refuse, hostile) < 20 * seconds(read_header, jpeg_of_scans(MAX_SCANS))


FILLINGS = [b"\xff", b"\xff\x00", b"\x00", b"\xff\xd0", b"\xff\x01", b"\xff\xfe\x00\x02", b"\xff\xda\x00\x02"]


def read_filled(filling: bytes, length: int) -> None:
    whole = image_bytes("JPEG")
    for end in (2, len(whole) - 2):
        with suppress(HeaderDamaged, TooComplex):
            read_header(whole[:end] + filling * (length // len(filling)) + whole[end:])


@pytest.mark.parametrize("filling", FILLINGS)
def test_a_megabyte_of_anything(filling: bytes) -> None:
    read_filled(filling, 1_000_000)


@pytest.mark.timing
@pytest.mark.parametrize("filling", FILLINGS)
def test_time_grows_with_the_length_only(filling: bytes) -> None:
    # Sixteen times the length would take 256 times as long if it grew with the square.
    assert seconds(read_filled, filling, 10_000_000) < 64 * seconds(read_filled, filling, 625_000)


@pytest.mark.parametrize(
    "data",
    [
        image_bytes("JPEG")[:40],
        image_bytes("JPEG").replace(b"\xff\xda", b"\xff\xd8"),
        b"\xff\xd8\xff\xda\x00\x02\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x01",
        b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x00\x00\x10\x01\x01\x11\x00\xff\xda\x00\x02",
        image_bytes("JPEG").replace(b"\xff\xda", b"\xff\xc0\x00\x08\x08\x00\x09\x00\x09\x01\xff\xda"),
        image_bytes("PNG")[:20],
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 0, 9),
        b"GIF89a\x01",
        b"RIFF\x00\x00\x00\x00WEBPVP9 " + bytes(40),
        image_bytes("WEBP")[:24],
        b"RIFF\x00\x00\x00\x00WEBPVP8X",
        b"BM",
    ],
)
def test_damage(data: bytes) -> None:
    with pytest.raises(HeaderDamaged):
        read_header(data)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"GIF", b"<svg/>", image_bytes("TIFF")])
def test_other_files_have_no_header(data: bytes) -> None:
    assert read_header(data) is None


@given(st.sampled_from(FORMATS), st.data())
def test_damage_never_raises_anything_else(kind: str, data: st.DataObject) -> None:
    raw = bytearray(image_bytes(kind))
    for _ in range(data.draw(st.integers(0, 8))):
        raw[data.draw(st.integers(0, min(len(raw), 100) - 1))] = data.draw(st.integers(0, 255))
    with suppress(HeaderDamaged, TooComplex):
        assert image_headers.read_header(bytes(raw[: data.draw(st.integers(0, len(raw)))])) is not NotImplemented
