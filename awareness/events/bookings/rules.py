"""Booking rules of a date: deadline, obstacles and duration of offers. Functions read `date.event`."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models

from awareness.events.enums import DateState
from awareness.events.models import Event, EventDate
from awareness.publishing.models import PublicationState

# How long an offered place is kept, and how long contact details are kept after a date.
OFFER_DURATION: Final = timedelta(hours=48)
CONTACT_RETENTION: Final = timedelta(days=30)


class Obstacle(models.TextChoices):
    """Reason why a date cannot be booked."""

    UNPUBLISHED = "unpublished"
    NOT_BOOKABLE = "not-bookable"
    CANCELLED = "cancelled"
    PAST = "past"
    CLOSED = "closed"


def accepts_bookings(date: EventDate, now: datetime) -> bool:
    """Return whether places of a date can still be allocated. The waiting list is served even if new bookings are closed."""
    return date.state == DateState.PLANNED and now < date.closes_at


def obstacle(date: EventDate, now: datetime) -> Obstacle | None:
    """Return the first reason why a school cannot book the date, or None."""
    event = date.event
    if not is_event_public(event, now):
        return Obstacle.UNPUBLISHED
    if date.state == DateState.CANCELLED:
        return Obstacle.CANCELLED
    if date.starts_at <= now:
        return Obstacle.PAST
    if not event.bookable:
        return Obstacle.NOT_BOOKABLE
    return None if now < date.closes_at else Obstacle.CLOSED


def is_event_public(event: Event, now: datetime) -> bool:
    """Return whether the event is published at `now`."""
    return event.state_at(now) == PublicationState.PUBLISHED


def offer_expiry(date: EventDate, now: datetime) -> datetime:
    """Until when a place offered at `now` is kept."""
    return min(now + OFFER_DURATION, date.closes_at)
