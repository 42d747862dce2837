"""How an article of the demonstration is written down, and how its pictures are drawn."""

import io
from typing import Final, Literal, NamedTuple

from PIL import Image, ImageDraw

from awareness.editorial.news.models import BlockKind
from awareness.topics.demonstration.sheets import Sheet
from awareness.topics.subjects.shape import Both

SIZE: Final = (1600, 900)
# A drawing is made larger and shrunk, so that its edges are smooth.
_FINER: Final = 2

type Colour = str


class Palette:
    """The colours of the drawings."""

    TEAL: Final = "#0b5563"
    SUN: Final = "#ffc845"
    CORAL: Final = "#d9432f"
    MINT: Final = "#d8f0ea"
    SKY: Final = "#dcecf8"
    PEACH: Final = "#ffe6d9"
    LILAC: Final = "#ebe3f7"
    INK: Final = "#1b1f3b"
    PAPER: Final = "#fffaf2"


class Shape(NamedTuple):
    """One shape: its left, top, right and lower edge in per mille of the picture."""

    form: Literal["disc", "box"]
    colour: Colour
    edges: tuple[int, int, int, int]


class Drawing(NamedTuple):
    """A picture of simple shapes, the later ones above the earlier."""

    ground: Colour
    shapes: tuple[Shape, ...]


class Block(NamedTuple):
    """A block of an article: what its kind needs. `text` is rich text; a picture has a drawing, a file has a sheet."""

    kind: BlockKind
    heading: Both = Both("", "")
    text: Both = Both("", "")
    alt: Both = Both("", "")
    drawing: Drawing | None = None
    sheet: Sheet | None = None


class Story(NamedTuple):
    """An article; `days` is how many ago it was published: fewer than none is planned, None a draft."""

    slug: str
    title: Both
    summary: Both
    topics: tuple[str, ...]
    days: int | None
    blocks: tuple[Block, ...]


def paragraphs(sr: str, en: str) -> Both:
    """Rich text of paragraphs that an empty line divides."""
    return Both(*("".join(f"<p>{part}</p>" for part in text.split("\n\n")) for text in (sr, en)))


def draw(drawing: Drawing) -> bytes:
    """The picture as PNG."""
    wide, high = (side * _FINER for side in SIZE)
    image = Image.new("RGB", (wide, high), drawing.ground)
    pen = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        left, top, right, lower = shape.edges
        box = (left * wide // 1000, top * high // 1000, right * wide // 1000, lower * high // 1000)
        if shape.form == "disc":
            pen.ellipse(box, shape.colour)
        else:
            pen.rounded_rectangle(box, 24 * _FINER, shape.colour)
    out = io.BytesIO()
    image.resize(SIZE, Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()
