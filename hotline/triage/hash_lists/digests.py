"""Digests of one file. Any input is accepted: broken or oversized pictures and other files have no PDQ. Pure."""

import hashlib
import threading
from dataclasses import dataclass
from io import BytesIO
from math import sqrt

from PIL import Image

from clicksafely.common.files.image_uploads import DECODE_ERRORS, DECOMPRESSION_BOMB_ERRORS, MAX_PIXELS

PICTURES = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_PICTURE_BYTES = 50 * 1024 * 1024
# PDQ works on floating-point copies. Larger pictures are reduced first, which changes few bits.
WHOLE_PIXELS = 4_000_000

# Decoding takes up to four bytes per pixel, so each process decodes one picture at a time.
_decoder = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class FileDigest:
    """Digests in bytes (MD5 16, SHA-1 20, SHA-256 32, PDQ 32). A partner's report may lack some.

    `pdq_quality` is 0 to 100, as defined by PDQ. `size` is in bytes.
    """

    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    pdq_quality: int | None = None
    media_type: str = ""
    size: int | None = None


def digest_file(data: bytes, *, media_type: str, as_picture: bool = True) -> FileDigest:
    """Return the digests of the original bytes. Never raises.

    `as_picture=False` skips PDQ.
    """
    pdq, quality = (digest_picture(data) if as_picture else None) or (None, None)
    return FileDigest(
        md5=hashlib.md5(data, usedforsecurity=False).digest(),
        sha1=hashlib.sha1(data, usedforsecurity=False).digest(),
        sha256=hashlib.sha256(data).digest(),
        pdq=pdq,
        pdq_quality=quality,
        media_type=media_type,
        size=len(data),
    )


def digest_picture(data: bytes) -> tuple[bytes, int] | None:
    """Return the PDQ (32 bytes) and quality of a picture, without EXIF rotation. Animations use the first frame.

    Returns None if Pillow cannot decode it, or if it exceeds `MAX_PICTURE_BYTES` or `MAX_PIXELS`.
    """
    if len(data) > MAX_PICTURE_BYTES:
        return None
    try:
        with _decoder, Image.open(BytesIO(data), formats=PICTURES) as image:
            pixels = image.width * image.height
            if pixels > MAX_PIXELS:
                return None
            picture = image.convert("RGB")
            if pixels > WHOLE_PIXELS:
                share = sqrt(WHOLE_PIXELS / pixels)
                size = max(1, int(picture.width * share)), max(1, int(picture.height * share))
                picture = picture.resize(size, Image.Resampling.BOX)
            return _pdq(picture)
    except (*DECOMPRESSION_BOMB_ERRORS, *DECODE_ERRORS):
        return None


def _pdq(picture: Image.Image) -> tuple[bytes, int]:
    # Importing NumPy takes 25 MB, which a process without pictures saves.
    import numpy  # noqa: PLC0415

    from hotline.triage.hash_lists.pdq import compute_hash  # noqa: PLC0415

    return compute_hash(numpy.asarray(picture))
