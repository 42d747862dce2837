"""Dates and map markers prepared for templates in the active language."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from awareness.events.enums import DateState
from awareness.events.models import Event, EventDate
from awareness.events.seats import SeatAvailability, seat_availability, seats_text
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.list_filters import FilterChoice, PresentedFilter
from clicksafely.common.places import TOWNS, Town
from clicksafely.common.places.map_projection import MAP_WIDTH, map_position
from clicksafely.common.serbian.transliteration import to_latin

# Participant numbers are rounded and small ones withheld, so that individuals cannot be identified by subtraction.
MIN_COUNT, ROUND = 5, 5


@dataclass(frozen=True)
class PublicDate:
    """Everything that public pages may show of a date. A column that is not copied here stays private.

    `room` is set only while schools can book; `participants` only with a report.
    """

    uuid: UUID
    event: Event
    starts_at: datetime
    ends_at: datetime
    capacity: int
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
    seats: str
    participants: str | Promise
    ics: str


def present_date(date: EventDate, now: datetime, *, report: bool = False) -> PublicDate:
    """Prepare a date. Reads `date.event` and, with `report`, `date.report`, which may be missing."""
    event, cancelled = date.event, date.state == DateState.CANCELLED
    open_to_schools = event.bookable and not cancelled
    can_be_booked = open_to_schools and now < date.closes_at
    found = getattr(date, "report", None) if report else None
    return PublicDate(
        uuid=date.uuid,
        event=event,
        starts_at=date.starts_at,
        ends_at=date.ends_at,
        capacity=date.capacity,
        # Serbian omits the full stop of the year before the comma that follows.
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
        seats=seats_text(capacity=date.capacity, taken=date.taken) if can_be_booked else "",
        participants=participants_text(found.participants) if found else "",
        ics=reverse("event-ics", args=[event.slug, date.uuid]),
    )


def booking_path(slug: str) -> str:
    """Return the path of the booking form; empty in processes without booking URLs."""
    try:
        return reverse("event-book", args=[slug])
    except NoReverseMatch:
        return ""


def localised_name(text: str) -> str:
    """Transliterate a Serbian name on English pages. A later step converts whole Serbian pages to Latin script."""
    return to_latin(text) if get_language() == ENGLISH else text


def day_words(moment: datetime) -> str:
    """Weekday and day in Belgrade time."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'l')}, {date_format(local, 'DATE_FORMAT')}"


def hours_words(starts_at: datetime, ends_at: datetime) -> str:
    """Start and end in Belgrade time, with the last day if it differs."""
    begins, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    if begins.date() == ends.date():
        return f"{begins:%H:%M}–{ends:%H:%M}"
    return _("%(from)s until %(day)s, %(to)s") % {
        "from": f"{begins:%H:%M}",
        "day": day_words(ends_at),
        "to": f"{ends:%H:%M}",
    }


def participants_text(participants: int) -> str:
    """Return the number of participants, rounded."""
    if participants < MIN_COUNT:
        return _("Fewer than five people took part.") if participants else _("There were no participants.")
    about = round(participants / ROUND) * ROUND
    words = ngettext("About %(count)d person took part.", "About %(count)d people took part.", about)
    return words % {"count": about}


# Units of the map's view box. The area of a dot is proportional to the number of dates.
MIN_RADIUS, MAX_RADIUS = 9.0, 24.0


class Dot(NamedTuple):
    """A town on the map, with its filter choice and the query of its link, which removes a chosen town."""

    x: float
    y: float
    radius: float
    choice: FilterChoice
    query: str

    @property
    def name_y(self) -> float:
        """Baseline of the town's name: above the dot, or below it at the upper edge."""
        above = self.y - self.radius - 6
        return round(above if above > 24 else self.y + self.radius + 22, 1)

    @property
    def anchor(self) -> str:
        """The `text-anchor` that keeps the name on the map."""
        if self.x < 90:
            return "start"
        return "end" if self.x > MAP_WIDTH - 90 else "middle"


def dots_of(town_filter: PresentedFilter) -> list[Dot]:
    """Return the dots of the towns that match the other filters.

    The largest dots come first, so that small ones are drawn on top.
    """
    dots = [
        Dot(
            *map_position(TOWNS[choice.value]),
            _radius(choice.count),
            choice,
            town_filter.query_without if choice.chosen else choice.query,
        )
        for choice in town_filter.choices
        if choice.count
    ]
    return sorted(dots, key=lambda dot: -dot.radius)


def _radius(count: int) -> float:
    return round(min(MAX_RADIUS, MIN_RADIUS * math.sqrt(count)), 1)
