"""One date as a page shows it, in the active language."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from awareness.events.enums import DateState
from awareness.events.models import EventDate
from awareness.events.public.filters import FilterChoice
from awareness.events.seats import SeatAvailability, seat_availability
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.places import TOWNS, Town
from clicksafely.common.places.map_projection import MAP_WIDTH, map_position
from clicksafely.common.serbian.transliteration import to_latin

# What took part is said in round numbers: few enough to be known one by one are not told, nor to be found by subtraction.
FEWEST, ROUND = 5, 5


@dataclass(frozen=True)
class PresentedDate:
    """A date with its words. `room` is said only while schools can book; `came` only where there is a report."""

    date: EventDate
    day: str
    hours: str
    town: Town
    place: str
    address: str
    cancelled: bool
    because: str
    foreign_because: bool
    going_on: bool
    can_be_booked: bool
    booking_closed: bool
    room: SeatAvailability | None
    came: str | Promise
    ics: str

    @property
    def whole_place(self) -> str:
        """Place, street and town in one line."""
        return ", ".join(filter(None, (self.place, self.address, str(self.town))))


def present_date(date: EventDate, now: datetime, *, report: bool = False) -> PresentedDate:
    """Needs its event, and with `report` its report, which may be missing."""
    event, cancelled = date.event, date.state == DateState.CANCELLED
    open_to_schools = event.bookable and not cancelled
    can_be_booked = open_to_schools and now < date.closes_at
    found = getattr(date, "report", None) if report else None
    return PresentedDate(
        date=date,
        # What follows it is a comma, before which Serbian leaves the full stop of the year out.
        day=day_words(date.starts_at).rstrip("."),
        hours=hours_words(date.starts_at, date.ends_at),
        town=TOWNS[date.town],
        place=localised_name(date.place),
        address=localised_name(date.address),
        cancelled=cancelled,
        because=date.cancellation_reason if cancelled else "",
        foreign_because=get_language() == ENGLISH and not getattr(date, "cancellation_reason_en", ""),
        going_on=not cancelled and date.starts_at <= now < date.ends_at,
        can_be_booked=can_be_booked,
        booking_closed=open_to_schools and not can_be_booked and now < date.starts_at,
        room=seat_availability(capacity=date.capacity, taken=date.taken) if can_be_booked else None,
        came=came_words(found.participants) if found else "",
        ics=reverse("event-ics", args=[event.slug, date.uuid]),
    )


def booking_path(slug: str) -> str:
    """The form with which a school books; empty where nobody takes bookings."""
    try:
        return reverse("event-book", args=[slug])
    except NoReverseMatch:
        return ""


def localised_name(text: str) -> str:
    """A name that is written in Serbian alone, as a page in the active language shows it; Serbian pages are turned into Latin as a whole."""
    return to_latin(text) if get_language() == ENGLISH else text


def day_words(moment: datetime) -> str:
    """The day with its name, in Belgrade."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'l')}, {date_format(local, 'DATE_FORMAT')}"


def hours_words(starts_at: datetime, ends_at: datetime) -> str:
    """From when to when, with the last day where it is another."""
    begins, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if begins.date() == ends.date():
        return f"{begins:%H:%M}–{ends:%H:%M}"
    return _("%(from)s until %(day)s, %(to)s") % {
        "from": f"{begins:%H:%M}",
        "day": day_words(ends_at),
        "to": f"{ends:%H:%M}",
    }


def came_words(participants: int) -> str:
    """How many took part, in a round number."""
    if participants < FEWEST:
        return _("Fewer than five people took part.") if participants else _("Nobody came.")
    about = round(participants / ROUND) * ROUND
    words = ngettext("About %(count)d person took part.", "About %(count)d people took part.", about)
    return words % {"count": about}


# Units of the map's view box. The area of a dot goes with the number of dates.
SMALLEST, LARGEST = 9.0, 24.0


class Dot(NamedTuple):
    """A town on the map: where, how large, and the choice that it stands for."""

    x: float
    y: float
    radius: float
    choice: FilterChoice

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
        return "end" if self.x > MAP_WIDTH - 90 else "middle"


def dots_of(towns: Sequence[FilterChoice]) -> list[Dot]:
    """The largest first, so that small ones lie above them."""
    dots = [Dot(*map_position(TOWNS[choice.value]), _radius(choice.count), choice) for choice in towns]
    return sorted(dots, key=lambda dot: -dot.radius)


def _radius(count: int) -> float:
    return round(min(LARGEST, SMALLEST * math.sqrt(count)), 1)
