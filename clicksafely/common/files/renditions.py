"""Renditions of pictures, and the output of the processes that make them. Without Pillow, which costs each process 4 MB."""

from collections.abc import Sequence
from typing import IO, NamedTuple

MAX_PIXELS = 30_000_000
# Exit codes.
TAKEN, DAMAGED, TOO_MANY_PIXELS = 0, 4, 5


class Rendition(NamedTuple):
    """One wanted picture: at most `width` times `height` pixels, in the same shape.

    Zeros keep the size. `format` is a name of Pillow; empty keeps the format (GIF becomes PNG). `blur` reduces the
    longer side to so many pixels and enlarges it again, which cannot be undone. `box` is a part of the picture (left,
    top, right, lower; in pixels). It is scaled to exactly `width` times `height`.
    """

    width: int = 0
    height: int = 0
    format: str = ""
    quality: int = 90
    grey: bool = False
    blur: int = 0
    box: tuple[float, float, float, float] | None = None


def write_parts(out: IO[bytes], parts: Sequence[bytes]) -> None:
    """Write a line with the sizes of `parts`, then the parts."""
    out.write(" ".join(str(len(part)) for part in parts).encode() + b"\n" + b"".join(parts))


def split_parts(output: bytes) -> list[bytes]:
    """Return the parts that `write_parts` wrote. Raises ValueError for other output."""
    line, found, rest = output.partition(b"\n")
    sizes = [int(size) for size in line.split()]
    if not found or min(sizes, default=0) < 0 or sum(sizes) != len(rest):
        raise ValueError("not the output of write_parts")
    parts = []
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    return parts
