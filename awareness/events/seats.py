"""Seat availability of a date as public pages show it."""

from typing import Final

from django.db import models
from django.utils.translation import ngettext, pgettext_lazy

# Fewer free places than a typical class needs.
FEW: Final = 30


class SeatAvailability(models.TextChoices):
    """Availability of places for a class."""

    FREE = "free", pgettext_lazy("seats", "places free")
    FEW = "few", pgettext_lazy("seats", "few places")
    WAITING_LIST = "waiting", pgettext_lazy("seats", "waiting list")


def seat_availability(*, capacity: int, taken: int) -> SeatAvailability:
    """Return the availability of a date with `capacity` places, of which `taken` are held."""
    if taken >= capacity:
        return SeatAvailability.WAITING_LIST
    return SeatAvailability.FEW if capacity - taken < FEW else SeatAvailability.FREE


def seats_text(*, capacity: int, taken: int, exact: bool = False) -> str:
    """Return the availability in words, in the active language.

    The words contain the number of places only if few are left, or if `exact`. On public pages, a number would
    invalidate the page cache with every booking.
    """
    availability = seat_availability(capacity=capacity, taken=taken)
    if availability == SeatAvailability.WAITING_LIST or (availability == SeatAvailability.FREE and not exact):
        return str(availability.label)
    free = capacity - taken
    return ngettext("%(left)d place left", "%(left)d places left", free) % {"left": free}
