"""The life of a date and of a booking: which state follows which. Pure.

```
booking:  waiting -> offered -> booked -> attended <-> absent (a slip put right)
             \\          \\          \\-> cancelled (by the school) | called_off (by the Centre)
              \\          \\-> lapsed (not answered in time) | cancelled | called_off
               \\-> cancelled | called_off | booked (they asked for what is free) | lapsed (no place until the close of booking)
```
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import models
from django.utils.translation import pgettext_lazy


class DateState(models.TextChoices):
    """Whether a date takes place."""

    PLANNED = "planned", pgettext_lazy("date", "planned")
    CANCELLED = "cancelled", pgettext_lazy("date", "cancelled")


class BookingState(models.TextChoices):
    """Where a booking stands."""

    WAITING = "waiting", pgettext_lazy("booking", "on the waiting list")
    OFFERED = "offered", pgettext_lazy("booking", "place offered")
    BOOKED = "booked", pgettext_lazy("booking", "booked")
    CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled by the school")
    CALLED_OFF = "called_off", pgettext_lazy("booking", "called off by us")
    LAPSED = "lapsed", pgettext_lazy("booking", "lapsed")
    ATTENDED = "attended", pgettext_lazy("booking", "came")
    ABSENT = "absent", pgettext_lazy("booking", "did not come")


_S = BookingState
FOLLOWS: Final[Mapping[BookingState, frozenset[BookingState]]] = MappingProxyType(
    {
        _S.WAITING: frozenset({_S.OFFERED, _S.BOOKED, _S.CANCELLED, _S.CALLED_OFF, _S.LAPSED}),
        _S.OFFERED: frozenset({_S.BOOKED, _S.LAPSED, _S.CANCELLED, _S.CALLED_OFF}),
        _S.BOOKED: frozenset({_S.CANCELLED, _S.CALLED_OFF, _S.ATTENDED, _S.ABSENT}),
        _S.CANCELLED: frozenset(),
        _S.CALLED_OFF: frozenset(),
        _S.LAPSED: frozenset(),
        _S.ATTENDED: frozenset({_S.ABSENT}),
        _S.ABSENT: frozenset({_S.ATTENDED}),
    }
)
# Those that hold places of a date, and those that can still change something.
HOLDING: Final = frozenset({_S.OFFERED, _S.BOOKED})
OPEN: Final = frozenset({_S.WAITING, _S.OFFERED, _S.BOOKED})


def may_follow(before: BookingState, after: BookingState) -> bool:
    """Whether a booking may go from one state to the other."""
    return after in FOLLOWS[before]
