"""Renders the illustrations of page types (static/img/kinds) as PNG for social media images, because Pillow does not read SVG.

Run after a change to one of them: .venv/bin/python bin/draw_kinds.py
"""

from io import BytesIO
from pathlib import Path

import typst
from PIL import Image

BASE_DIR = Path(__file__).resolve().parent.parent
IMAGES = BASE_DIR / "static/img"
# Illustrations next to a title: the page types, and Klik for the pages of the Centre.
SOURCES = {**{path.stem: path for path in sorted(IMAGES.glob("kinds/*.svg"))}, "klik": IMAGES / "klik-hello.svg"}
DRAWN = BASE_DIR / "awareness/social_images/kinds"
# Pixels.
WIDTH, HEIGHT = 416, 312


def draw(source: Path) -> bytes:
    """Return one drawing as PNG, as large as possible, on a transparent background."""
    page = (
        f"#set page(width: {WIDTH}pt, height: {HEIGHT}pt, margin: 0pt, fill: none)\n"
        f'#image("{source.name}", width: 100%, height: 100%, fit: "contain")'
    )
    drawn = typst.compile(page.encode(), root=str(source.parent), format="png", ppi=72)  # type: ignore[call-overload] # no bytes with a root
    stored = BytesIO()
    with Image.open(BytesIO(drawn)) as picture:
        picture.quantize(128, method=Image.Quantize.FASTOCTREE).save(stored, "PNG", optimize=True)
    return stored.getvalue()


if __name__ == "__main__":
    DRAWN.mkdir(exist_ok=True)
    for kind, path in SOURCES.items():
        (DRAWN / f"{kind}.png").write_bytes(draw(path))
