"""Draws a title as a picture of 1200 x 630 pixels, with the picture of its kind of page."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIZE: Final = (1200, 630)
# Where the title has room, in pixels; its lines' distance is a multiple of their size.
MARGIN, TOP, WIDTH, HEIGHT, LEADING = 64, 160, 1000, 380, 1.14
LARGEST, SMALLEST, STEP = 92, 40, 4
# Beside a picture of a kind the title has less room; where that picture stands.
WIDTH_BESIDE, BESIDE = 660, (752, 270)
PAPER, INK, TEAL, SUN, MINT, HILL = "#fffaf2", "#1b1f3b", "#0b5563", "#ffc845", "#d8f0ea", "#b4dfd4"
# The pointer of the mark, in hundredths of its square (site.css).
POINTER = ((30, 22), (76, 54), (55, 57.5), (66.5, 78.5), (57.5, 83), (46.5, 62.5), (32, 75))
FONT = Path(__file__).with_name("Rubik-Bold.ttf")
# The drawings of kinds of pages, and Klik, as pictures of points: `bin/draw_kinds.py` makes them.
KINDS: Final = {path.stem: path for path in Path(__file__).with_name("kinds").glob("*.png")}


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, size)


@cache
def _ground() -> Image.Image:
    """What all pictures have in common: drawn at twice the size, for Pillow draws edges hard."""
    picture = Image.new("RGB", (2 * SIZE[0], 2 * SIZE[1]), PAPER)
    canvas = ImageDraw.Draw(picture)
    canvas.ellipse((1520, 860, 3120, 2460), fill=MINT)
    canvas.ellipse((1960, 1000, 3000, 2040), fill=HILL)
    canvas.rounded_rectangle((2 * MARGIN, 112, 2 * MARGIN + 144, 256), 44, fill=TEAL)
    canvas.polygon([(2 * MARGIN + 1.44 * x, 112 + 1.44 * y) for x, y in POINTER], fill=SUN)
    canvas.rounded_rectangle((2 * MARGIN, 1140, 2 * MARGIN + 320, 1164), 12, fill=SUN)
    return picture.resize(SIZE, Image.Resampling.LANCZOS)


@cache
def _kind(kind: str) -> Image.Image:
    with Image.open(KINDS[kind]) as picture:
        return picture.convert("RGBA")


def draw(title: str, name: str, kind: str = "") -> bytes:
    """A PNG with the title of a page, in lines that fit, the name of the site, and the picture of one of `KINDS` where it is of one."""
    picture = _ground().copy()
    if kind in KINDS:
        picture.paste(_kind(kind), BESIDE, _kind(kind))
    canvas = ImageDraw.Draw(picture)
    canvas.text((MARGIN + 96, 92), name, INK, _font(34), anchor="lm")
    lines, size = _fit(title, WIDTH_BESIDE if kind in KINDS else WIDTH)
    leading = round(size * LEADING)
    top = TOP + (HEIGHT - leading * len(lines)) // 2
    for place, line in enumerate(lines):
        canvas.text((MARGIN, top + place * leading), line, INK, _font(size), anchor="la")
    stored = BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(stored, "PNG", optimize=True)
    return stored.getvalue()


def _fit(title: str, width: int) -> tuple[list[str], int]:
    """Lines of a title and their size: the largest at which they have room; what has none at all is cut."""
    for size in range(LARGEST, SMALLEST - 1, -STEP):
        lines = _wrap(title, _font(size), width)
        if len(lines) * size * LEADING <= HEIGHT and all(_font(size).getlength(line) <= width for line in lines):
            return lines, size
    return [_cut(line, width) for line in lines[: int(HEIGHT // (SMALLEST * LEADING))]], SMALLEST


def _wrap(title: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _cut(line: str, width: int) -> str:
    while _font(SMALLEST).getlength(line) > width:
        line = line[:-2] + "…"
    return line
