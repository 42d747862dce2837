"""Queries of bookings for public pages."""

from datetime import datetime
from typing import Final
from uuid import UUID

from awareness.events.bookings.rules import obstacle
from awareness.events.models import Booking, Event, EventDate

MAX_UPCOMING: Final = 60


def find_event(slug: str) -> Event | None:
    """Return the event with this slug, whether published or not."""
    return Event.objects.filter(slug=slug).first()


def coming_dates(event: Event, now: datetime) -> list[EventDate]:
    """Future dates of an event by start, including cancelled and closed ones; at most MAX_UPCOMING."""
    ahead = EventDate.objects.filter(event=event, starts_at__gt=now).select_related("event")
    return list(ahead.order_by("starts_at", "pk")[:MAX_UPCOMING])


def open_dates(event: Event, now: datetime) -> list[EventDate]:
    """Future dates that accept bookings or waiting-list entries."""
    return [date for date in coming_dates(event, now) if obstacle(date, now) is None]


def find_booking(row: UUID) -> Booking | None:
    """Return the booking with the UUID `row`, with its date and event."""
    return Booking.objects.select_related("date__event").filter(uuid=row).first()


def find_submission(submission: bytes) -> Booking | None:
    """Return the booking created by an earlier submission of the same form."""
    return Booking.objects.select_related("date__event").filter(submission=submission).first()


def wished_dates(booking: Booking) -> list[EventDate]:
    """Return the acceptable dates of a booking in order of preference."""
    return [wish.date for wish in booking.wishes.select_related("date__event").order_by("rank")]
