"""How a picture is shown at the desk: grey, not larger than needed, and inside the answer that was asked for."""

import base64
from io import BytesIO

from PIL import Image, ImageOps

LONGEST_SIDE = 1280
# What is left of a blurred picture: so many pixels on its longer side, so that nothing makes it sharp again.
BLURRED_SIDE = 32


def for_desk(stored: bytes, *, blurred: bool = False) -> str:
    """A `data:` address of the picture, grey. It has no address of its own, so no cache and no history can keep it.

    `stored` was checked and re-encoded when it came in. `blurred`: only what a far look would show.
    """
    with Image.open(BytesIO(stored)) as image:
        grey = ImageOps.grayscale(image)
        grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        if blurred:
            size = grey.size
            grey.thumbnail((BLURRED_SIDE, BLURRED_SIDE))
            grey = grey.resize(size, Image.Resampling.BICUBIC)
        shown = BytesIO()
        grey.save(shown, "WEBP", quality=80)
    return "data:image/webp;base64," + base64.b64encode(shown.getvalue()).decode()
