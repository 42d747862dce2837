"""How much room a date has, as the public is told: in words, for a number would change with every booking. Pure."""

from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy

# Fewer than a class needs.
FEW: Final = 30


class SeatAvailability(models.TextChoices):
    """Whether a class still finds places."""

    FREE = "free", pgettext_lazy("room", "places free")
    FEW = "few", pgettext_lazy("room", "few places")
    WAITING_LIST = "waiting", pgettext_lazy("room", "waiting list")


def seat_availability(*, capacity: int, taken: int) -> SeatAvailability:
    """The word for a date with so many places, of which so many are taken."""
    if taken >= capacity:
        return SeatAvailability.WAITING_LIST
    return SeatAvailability.FEW if capacity - taken < FEW else SeatAvailability.FREE
