"""Decodes and re-encodes one picture; runs in `clicksafely.common.sandbox`. Without Django."""

import copy  # noqa: F401 - for Pillow
import json
import mmap  # noqa: F401 - for Pillow
import struct
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

# Everything that Pillow may import is loaded here, because the sandbox loads no further module.
from PIL import (  # noqa: F401
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageColor,
    ImageFile,
    ImageFilter,
    ImageOps,
    ImagePalette,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from clicksafely.common.files.image_headers import HeaderDamaged, read_header
from clicksafely.common.files.renditions import DAMAGED, MAX_PIXELS, TAKEN, TOO_MANY_PIXELS, Rendition, write_parts

# Exceptions of Pillow's readers for malformed data.
DECODE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
)
DECOMPRESSION_BOMB_ERRORS = (Image.DecompressionBombError, Image.DecompressionBombWarning)

Image.preinit()


def main(*renditions: str) -> int:
    """Read a picture, and write a line with the sizes of its renditions in bytes, then their bytes.

    Return the exit code.
    """
    try:
        with decode_picture(sys.stdin.buffer.read()) as image:
            rendered_parts = render(image, [Rendition(*json.loads(each)) for each in renditions])
    except DECOMPRESSION_BOMB_ERRORS:
        return TOO_MANY_PIXELS
    except (*DECODE_ERRORS, UnidentifiedImageError):
        return DAMAGED
    write_parts(sys.stdout.buffer, rendered_parts)
    return TAKEN


@contextmanager
def decode_picture(data: bytes) -> Iterator[Image.Image]:
    """Yield the decoded picture, the first frame of an animation. `image.format` is a name of `image_headers`.

    Raises DECODE_ERRORS and DECOMPRESSION_BOMB_ERRORS.
    """
    header = read_header(data)
    if header is None:
        raise HeaderDamaged("not a picture")
    with Image.open(BytesIO(data), formats=(header.format,)) as image:
        # A frame of a GIF file may be larger than the canvas that its header declares.
        if image.width * image.height > MAX_PIXELS:
            raise Image.DecompressionBombError
        image.load()
        # Several pictures in one JPEG file have a name of their own in Pillow.
        image.format = header.format
        yield image


def render(image: Image.Image, renditions: Sequence[Rendition]) -> list[bytes]:
    """Return the renditions of an open picture: upright, without metadata and trailing bytes."""
    kind = "PNG" if image.format == "GIF" else str(image.format)
    # In place, without copies: a picture of 30 megapixels takes 120 MB when decoded.
    ImageOps.exif_transpose(image, in_place=True)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    picture = image if image.mode == mode else image.convert(mode)
    picture.info = {}
    return [_encode(_fit(picture, each), each, each.format or kind) for each in renditions]


def _fit(picture: Image.Image, rendition: Rendition) -> Image.Image:
    if rendition.grey:
        picture = ImageOps.grayscale(picture)
    if rendition.box:
        picture = picture.resize((rendition.width, rendition.height), Image.Resampling.LANCZOS, box=rendition.box)
    elif rendition.width and (picture.width > rendition.width or picture.height > rendition.height):
        picture = picture.copy()
        picture.thumbnail((rendition.width, rendition.height), Image.Resampling.LANCZOS)
    if rendition.blur:
        small = picture.copy()
        small.thumbnail((rendition.blur, rendition.blur))
        picture = small.resize(picture.size, Image.Resampling.BICUBIC)
    return picture


def _encode(picture: Image.Image, rendition: Rendition, kind: str) -> bytes:
    out = BytesIO()
    picture.save(out, format=kind, **({} if kind == "PNG" else {"quality": rendition.quality}))
    return out.getvalue()
