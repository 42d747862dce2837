"""Reads pictures of reports and messages; runs in `clicksafely.common.sandbox`. Without Django."""

import sys
from math import sqrt

import numpy
from PIL import Image, UnidentifiedImageError

from clicksafely.common.files.image_renderer import DECODE_ERRORS, DECOMPRESSION_BOMB_ERRORS, decode_picture, render
from clicksafely.common.files.renditions import DAMAGED, TAKEN, TOO_MANY_PIXELS, Rendition, write_parts
from hotline.triage.hash_lists.pdq import compute_hash

MAX_PICTURE_BYTES = 50 * 1024 * 1024
# PDQ works on floating-point copies. Larger pictures are reduced first, which changes few bits.
WHOLE_PIXELS = 4_000_000


def main(purpose: str, *sizes: str) -> int:
    """Read pictures at standard input and return the exit code.

    `main("report")` reads one picture and writes it re-encoded, with the PDQ of the original. `main("digest", SIZE...)`
    reads several pictures, one after the other. It writes a line with the PDQ of each as soon as it is known.
    """
    read = sys.stdin.buffer.read
    if purpose == "digest":
        for size in sizes:
            sys.stdout.write(f"{_line(digest_picture(read(int(size))))}\n")
            sys.stdout.flush()
        return TAKEN
    try:
        with decode_picture(read()) as image:
            line = _line(_pdq(image))
            write_parts(sys.stdout.buffer, [line.encode(), *render(image, [Rendition()])])
    except DECOMPRESSION_BOMB_ERRORS:
        return TOO_MANY_PIXELS
    except (*DECODE_ERRORS, UnidentifiedImageError):
        return DAMAGED
    return TAKEN


def digest_picture(data: bytes) -> tuple[bytes, int] | None:
    """Return the PDQ (32 bytes) and quality of a picture, without EXIF rotation. Animations use the first frame.

    Returns None if Pillow cannot decode it, or if it exceeds `MAX_PICTURE_BYTES` or `MAX_PIXELS`.
    """
    if len(data) > MAX_PICTURE_BYTES:
        return None
    try:
        with decode_picture(data) as image:
            return _pdq(image)
    except (*DECOMPRESSION_BOMB_ERRORS, *DECODE_ERRORS):
        return None


def _pdq(image: Image.Image) -> tuple[bytes, int]:
    picture = image.convert("RGB")
    pixels = picture.width * picture.height
    if pixels > WHOLE_PIXELS:
        share = sqrt(WHOLE_PIXELS / pixels)
        size = max(1, int(picture.width * share)), max(1, int(picture.height * share))
        picture = picture.resize(size, Image.Resampling.BOX)
    return compute_hash(numpy.asarray(picture))


def _line(found: tuple[bytes, int] | None) -> str:
    return f"{found[0].hex()} {found[1]}" if found else "-"
