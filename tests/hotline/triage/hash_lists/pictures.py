"""Drawn pictures as files of every kind."""

import random
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw


def drawn(seed: int = 1, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Forty shapes, always the same ones for the same seed."""
    chance = random.Random(seed)
    image = Image.new("RGB", size, (chance.randrange(256),) * 3)
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        left, top = chance.randrange(size[0]), chance.randrange(size[1])
        side = chance.randrange(size[0] // 20 + 1, size[0] // 4 + 2)
        shape = chance.choice([draw.ellipse, draw.rectangle])
        shape([left, top, left + side, top + side], fill=tuple(chance.randrange(256) for _ in range(3)))
    return image


def saved(image: Image.Image | None = None, kind: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture's file."""
    out = BytesIO()
    (image or drawn()).save(out, kind, **options)
    return out.getvalue()
