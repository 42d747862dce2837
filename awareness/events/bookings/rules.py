"""Until when a date can be booked, and what stands in the way. Pure but for the event of a date, which is read with it."""

from datetime import datetime, timedelta
from typing import Final

from django.db import models

from awareness.events.enums import DateState
from awareness.events.models import Event, EventDate
from awareness.publishing.models import PublicationState

# How long an offered place is kept, and how long after a date who booked is kept.
OFFER_DURATION: Final = timedelta(hours=48)
CONTACT_RETENTION: Final = timedelta(days=30)


class Obstacle(models.TextChoices):
    """Why a date cannot be booked."""

    UNPUBLISHED = "unpublished"
    NOT_BOOKABLE = "not-bookable"
    CANCELLED = "cancelled"
    PAST = "past"
    CLOSED = "closed"


def accepts_bookings(date: EventDate, now: datetime) -> bool:
    """Whether places of a date are still given away: to those who wait also where the event takes no new bookings."""
    return date.state == DateState.PLANNED and now < date.closes_at


def obstacle(date: EventDate, now: datetime) -> Obstacle | None:
    """What keeps a school from booking the date; None where nothing does."""
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
    """Whether everybody sees the event."""
    return event.state_at(now) == PublicationState.PUBLISHED


def offer_expiry(date: EventDate, now: datetime) -> datetime:
    """Until when a place that is offered now is kept."""
    return min(now + OFFER_DURATION, date.closes_at)
