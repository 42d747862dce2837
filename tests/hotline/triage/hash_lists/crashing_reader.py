"""`picture_reader` with a decoder that crashes at a picture nine pixels wide; runs in the sandbox."""

import ctypes

from clicksafely.common.files.image_headers import read_header
from hotline.triage.hash_lists import picture_reader

_digest = picture_reader.digest_picture


def _crash(data: bytes) -> tuple[bytes, int] | None:
    header = read_header(data)
    if header and header.width == 9:
        ctypes.string_at(0)
    return _digest(data)


def main(*arguments: str) -> int:
    """Return the exit code of the reader. Only this process has the crashing decoder, not the fork server."""
    picture_reader.digest_picture = _crash
    return picture_reader.main(*arguments)
