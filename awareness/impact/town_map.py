"""Layout of the map of participants by town: dots, and names of the largest ones. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from clicksafely.common.places import TOWNS
from clicksafely.common.places.map_projection import map_position
from clicksafely.common.statistics.tables import PublishedValue

MAX_RADIUS, MIN_RADIUS = 24.0, 3.5
# Largest number of names beside dots. Names that would overlap are left out; the table has all.
MAX_NAMES: Final = 8
_LETTER, _LINE = 10, 20


@dataclass(frozen=True)
class Dot:
    """A town on the map: centre and radius in view box units. `name_x` is None if no name is shown."""

    name: str
    value: PublishedValue
    x: float
    y: float
    radius: float
    name_x: float | None = None
    name_y: float = 0
    anchor: str = "start"


def dots(towns: Sequence[tuple[str, str, PublishedValue]]) -> list[Dot]:
    """Return dots for (code, name, number of people), largest first, so that small ones are drawn on top.

    The area of a dot is proportional to its number. Hidden values get the smallest radius.
    """
    shown_towns = [
        (code, name, value) for code, name, value in towns if code in TOWNS and (value.hidden or value.count)
    ]
    most = max((value.count or 0 for _code, _name, value in shown_towns), default=0)
    drawn: list[Dot] = []
    taken: list[tuple[float, float, float, float]] = []
    for code, name, value in sorted(shown_towns, key=lambda town: -(town[2].count or 0)):
        x, y = map_position(TOWNS[code])
        radius = MIN_RADIUS if value.hidden else round(max(MIN_RADIUS, MAX_RADIUS * sqrt((value.count or 0) / most)), 1)
        dot = Dot(name, value, x, y, radius)
        box = None if value.hidden or len(taken) >= MAX_NAMES else _room(dot, taken)
        if box:
            taken.append(box)
            to_the_left = box[0] < x
            dot = Dot(name, value, x, y, radius, box[2] if to_the_left else box[0], y + 5, "end" if to_the_left else "start")  # fmt: skip
        drawn.append(dot)
    return drawn


def _room(dot: Dot, taken: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float] | None:
    """Free box for a name right or left of its dot: (left, top, right, bottom); None if both overlap."""
    width, gap = len(dot.name) * _LETTER, dot.radius + 4
    for left in (dot.x + gap, dot.x - gap - width):
        box = (left, dot.y - _LINE / 2, left + width, dot.y + _LINE / 2)
        if box[0] >= -20 and box[2] <= 440 and not any(_touch(box, other) for other in taken):
            return box
    return None


def _touch(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
