"""Pictures of drawn shapes that are expensive to decode."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw


@cache
def jpeg_of_scans(scans: int, *, side: int = 5000) -> bytes:
    """Return a progressive JPEG of a drawn square, `side` pixels wide, whose last, nearly empty scan is repeated up to `scans`."""
    image = Image.new("L", (side, side), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 16, 16), fill="grey")
    out = BytesIO()
    image.save(out, "JPEG", progressive=True, quality=30)
    whole = out.getvalue().removesuffix(b"\xff\xd9")
    present = whole.count(b"\xff\xda")
    # With the table of its codes.
    last = whole[whole.rindex(b"\xff\xda") :]
    return whole + last * (scans - present) + b"\xff\xd9"


@cache
def png_of_one_colour(side: int = 5400) -> bytes:
    """Return a PNG of few bytes that is `side` pixels wide and high when decoded."""
    out = BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, "PNG")
    return out.getvalue()
