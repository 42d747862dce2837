"""Positions of towns on the map of Serbia, `components/map_of_serbia.html`, in Mercator projection. Pure."""

import math
from typing import Final

from clicksafely.common.places import Town

# The view box of the outline. It is simplified from Natural Earth's countries at 1:10 million (public domain) and
# includes Kosovo and Metohija, as in maps of Serbian institutions.
MAP_WIDTH: Final = 413
MAP_HEIGHT: Final = 600
_WEST: Final = 0.3288879  # radians
_NORTH: Final = 0.9106844  # projected
_SCALE: Final = 5703.4283


def map_position(town: Town) -> tuple[float, float]:
    """Return the distances from the left and upper edge, in units of the view box."""
    north = math.log(math.tan(math.pi / 4 + math.radians(town.latitude) / 2))
    return round((math.radians(town.longitude) - _WEST) * _SCALE, 1), round((_NORTH - north) * _SCALE, 1)
