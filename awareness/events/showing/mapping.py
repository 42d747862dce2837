"""The map of Serbia with a dot for each town where something is to come."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from awareness.events.showing.filtering import Choice
from clicksafely.common.towns import TOWNS
from clicksafely.common.towns.drawing import WIDTH, position

# Units of the map's view box. The area of a dot goes with the number of dates.
SMALLEST, LARGEST = 9.0, 24.0


class Dot(NamedTuple):
    """A town on the map: where, how large, and the choice that it stands for."""

    x: float
    y: float
    radius: float
    choice: Choice

    @property
    def name_y(self) -> float:
        """Where the name of the town stands: above its dot, below it at the upper edge."""
        above = self.y - self.radius - 6
        return round(above if above > 24 else self.y + self.radius + 22, 1)

    @property
    def anchor(self) -> str:
        """From where the name goes on, so that it stays on the map."""
        if self.x < 90:
            return "start"
        return "end" if self.x > WIDTH - 90 else "middle"


def dots_of(towns: Sequence[Choice]) -> list[Dot]:
    """The largest first, so that small ones lie above them."""
    dots = [Dot(*position(TOWNS[choice.value]), _radius(choice.count), choice) for choice in towns]
    return sorted(dots, key=lambda dot: -dot.radius)


def _radius(count: int) -> float:
    return round(min(LARGEST, SMALLEST * math.sqrt(count)), 1)
