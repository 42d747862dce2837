"""PDQ in NumPy against stored vectors of the reference implementation.

`pdq_vectors.json` holds, for each image, the SHA-256 of its array (height, width, 3) and the hash and quality that the reference
implementation computed of that array. They come from pdqhash 0.2.8, which wraps it, on x86-64:

    bits, quality = pdqhash.compute(image)
    hash = numpy.packbits(bits).tobytes().hex()
"""

import json
import random
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from hotline.triage.hash_lists.pdq import compute_hash

VECTORS: dict[str, dict[str, dict[str, Any]]] = json.loads(Path(__file__).with_name("pdq_vectors.json").read_text())


def read_photograph(name: str) -> NDArray[np.uint8]:
    """A photograph that scikit-image ships."""
    with as_file(files("skimage") / "data" / name) as path, Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def draw_rectangles(size: str) -> NDArray[np.uint8]:
    """Forty rectangles on a gradient, without symmetry. `size` is the width and the height, as in "320x240"."""
    width, height = (int(side) for side in size.split("x"))
    rows, columns = np.ogrid[:height, :width]
    image = np.empty((height, width, 3), np.uint8)
    image[:, :, 0] = rows * 255 // height
    image[:, :, 1] = columns * 255 // width
    image[:, :, 2] = 80
    chance = random.Random(1000 * width + height)
    for _ in range(40):
        top, left = chance.randrange(height), chance.randrange(width)
        bottom, right = top + 1 + chance.randrange(height // 4 + 1), left + 1 + chance.randrange(width // 4 + 1)
        image[top:bottom, left:right] = [chance.randrange(256) for _ in range(3)]
    return image


def draw_plain(size: str, colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    width, height = (int(side) for side in size.split("x"))
    return np.full((height, width, 3), colour, np.uint8)


def draw_chessboard(squares: int, side: int) -> NDArray[np.uint8]:
    """`squares` squares along each side, of `side` pixels each."""
    rows, columns = np.indices((squares * side, squares * side)) // side
    grey = ((rows + columns) % 2 * 255).astype(np.uint8)
    return np.stack([grey] * 3, axis=2)


def draw_columns(greys: NDArray[np.integer[Any]]) -> NDArray[np.uint8]:
    """Columns of one grey each, 200 pixels high."""
    return np.tile(greys.astype(np.uint8)[np.newaxis, :, np.newaxis], (200, 1, 3))


SYMMETRIC: dict[str, Callable[[], NDArray[np.uint8]]] = {
    "black, 64x64": lambda: draw_plain("64x64", (0, 0, 0)),
    "white, 2000x2000": lambda: draw_plain("2000x2000", (255, 255, 255)),
    "blue, 300x200": lambda: draw_plain("300x200", (10, 77, 200)),
    "chessboard, 8 squares of 8 pixels": lambda: draw_chessboard(8, 8),
    "chessboard, 8 squares of 250 pixels": lambda: draw_chessboard(8, 250),
    "stripes of 20 pixels, 300x200": lambda: draw_columns(np.arange(300) // 20 % 2 * 255),
    "gradient, 300x200": lambda: draw_columns(np.arange(300) * 255 // 299),
}


def check_vector(image: NDArray[np.uint8], vector: dict[str, Any]) -> None:
    assert sha256(image.tobytes()).hexdigest() == vector["sha256"], (
        "the image is not the one that the vector belongs to"
    )
    value, quality = compute_hash(image)
    assert (value.hex(), quality) == (vector["hash"], vector["quality"])


class TestReference:
    @pytest.mark.parametrize("name", VECTORS["photographs"])
    def test_photographs(self, name: str) -> None:
        check_vector(read_photograph(name), VECTORS["photographs"][name])

    @pytest.mark.parametrize("size", VECTORS["drawings"])
    def test_drawings_of_many_sizes(self, size: str) -> None:
        check_vector(draw_rectangles(size), VECTORS["drawings"][size])

    @pytest.mark.parametrize("name", VECTORS["symmetric"])
    def test_symmetric_images_where_rounding_decides(self, name: str) -> None:
        check_vector(SYMMETRIC[name](), VECTORS["symmetric"][name])
