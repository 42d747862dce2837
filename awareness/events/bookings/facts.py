"""The facts of a booking that its school may read. Pages, e-mails and the calendar file show nothing else of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import pgettext

from awareness.events.bookings import labels
from awareness.events.bookings.selectors import wished_dates
from awareness.events.bookings.signed_links import management_url
from awareness.events.enums import BookingState
from awareness.events.ical import Method, booking_calendar
from awareness.events.models import Booking, Event
from clicksafely.common.ical import uid_of


class Fact(NamedTuple):
    """A label and one or more lines."""

    label: str
    lines: list[str]


@dataclass(frozen=True)
class BookingFacts:
    """A booking in the active language. `rows` are its facts in the order of display, before the number of places."""

    event: Event
    state: str
    rows: list[Fact]
    size: int
    until: str
    closes: str
    reason: str


def booking_facts(booking: Booking) -> BookingFacts:
    """Return the facts of a booking, which holds its date and event; one query."""
    date = booking.date
    awaited = [labels.date_and_place_text(each) for each in wished_dates(booking)]
    if booking.state == BookingState.WAITING and awaited:
        places = [Fact(pgettext("booking", "When"), awaited)]
    else:
        places = [
            Fact(pgettext("booking", "When"), [labels.date_and_time_text(date)]),
            Fact(pgettext("booking", "Where"), [labels.place_text(date)]),
        ]
    return BookingFacts(
        event=date.event,
        state=booking.state,
        rows=[
            Fact(pgettext("booking", "Event"), [date.event.title]),
            *places,
            Fact(pgettext("booking", "School"), [labels.class_text(booking)]),
        ],
        size=booking.size,
        until=labels.moment_text(booking.offered_until) if booking.offered_until else "",
        closes=labels.moment_text(date.closes_at),
        reason=date.cancellation_reason if booking.state == BookingState.CANCELLED_BY_STAFF else "",
    )


def calendar_of(
    booking: Booking, *, language: str, method: Method, stamp: datetime, organizer: str = "", attendee: str = ""
) -> bytes:
    """Return the booking as an iCalendar file. Its UID is permanent and survives a change of date; see `booking_calendar`."""
    return booking_calendar(
        booking.date,
        language=language,
        url=management_url(booking),
        method=method,
        sequence=booking.sequence,
        uid=uid_of(booking.uuid),
        stamp=stamp,
        organizer=organizer,
        attendee=attendee,
    )
