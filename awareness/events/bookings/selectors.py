"""Named reads of bookings, for the public side."""

from datetime import datetime
from typing import Final
from uuid import UUID

from awareness.events.bookings.rules import obstacle
from awareness.events.models import Booking, Event, EventDate

MOST_AHEAD: Final = 60


def find_event(slug: str) -> Event | None:
    """The event at this address, whoever may see it."""
    return Event.objects.filter(slug=slug).first()


def coming_dates(event: Event, now: datetime) -> list[EventDate]:
    """The dates of an event that lie ahead, cancelled and closed ones too, the next first; no more than a form can show."""
    ahead = EventDate.objects.filter(event=event, starts_at__gt=now).select_related("event")
    return list(ahead.order_by("starts_at", "pk")[:MOST_AHEAD])


def open_dates(event: Event, now: datetime) -> list[EventDate]:
    """Those that can be booked, or waited for."""
    return [date for date in coming_dates(event, now) if obstacle(date, now) is None]


def find_booking(row: UUID) -> Booking | None:
    """The booking with this UUID, with its date and event."""
    return Booking.objects.select_related("date__event").filter(uuid=row).first()


def find_submission(submission: bytes) -> Booking | None:
    """The booking that a form made before."""
    return Booking.objects.select_related("date__event").filter(submission=submission).first()


def wished_dates(booking: Booking) -> list[EventDate]:
    """The dates a booking would take, the dearest first."""
    return [wish.date for wish in booking.wishes.select_related("date__event").order_by("rank")]
