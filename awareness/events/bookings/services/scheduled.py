"""Periodic services: end expired offers, close waiting lists, queue reminders. All are idempotent."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value

from awareness.events.bookings.rules import accepts_bookings
from awareness.events.bookings.services.allocation import (
    LockedDates,
    change_taken_places,
    lock_dates,
    offer_to_waiting_list,
    set_state,
)
from awareness.events.bookings.services.create import keep_wishes
from awareness.events.bookings.services.notifications import draw_tag, queue_email
from awareness.events.bookings.services.self_service import is_offer_expired
from awareness.events.enums import BookingState, DateState
from awareness.events.models import Booking, BookingEmail, EmailKind, EventDate

# Days before a date.
REMINDERS: Final = (7, 1)
_CLOSES = ExpressionWrapper(
    F("date__starts_at")
    - ExpressionWrapper(F("date__event__closes_days") * Value(timedelta(days=1)), output_field=DurationField()),
    output_field=DateTimeField(),
)


def expire_offers(*, now: datetime) -> int:
    """End expired offers and offer their places to the waiting list; return the number of expired offers."""
    offered = Booking.objects.filter(state=BookingState.OFFERED).alias(closes=_CLOSES)
    due = offered.filter(Q(offered_until__lte=now) | Q(closes__lte=now))
    return sum(_expire_of_event(event_id, now) for event_id in _events(due))


def close_waiting_lists(*, now: datetime) -> int:
    """Set waiting bookings whose dates have all closed to expired and notify the schools; return their number."""
    waiting = Booking.objects.filter(state=BookingState.WAITING).alias(closes=_CLOSES)
    return sum(_close_of_event(event_id, now) for event_id in _events(waiting.filter(closes__lte=now)))


def queue_reminders(*, now: datetime) -> int:
    """Queue reminders 7 days and 1 day before a date; return their number. Bookings changed since then get none."""
    return sum(_remind(days, now) for days in REMINDERS)


def offer_free_places(*, date: EventDate, now: datetime) -> int:
    """Offer free places of an event's dates to its waiting list; return the number of offers."""
    with transaction.atomic():
        return offer_to_waiting_list(lock_dates(date.event_id, now, also=[date.pk]), now)


def _events(bookings: "QuerySet[Booking]") -> list[int]:
    return sorted(set(bookings.values_list("date__event", flat=True)))


def _expire_of_event(event_id: int, now: datetime) -> int:
    with transaction.atomic():
        offered = Booking.objects.filter(state=BookingState.OFFERED, date__event=event_id)
        dates = lock_dates(event_id, now, also=offered.values_list("date", flat=True))
        expired = 0
        for booking in offered.filter(date__in=dates).order_by("pk"):
            booking.date = dates[booking.date_id]
            if is_offer_expired(booking, now):
                change_taken_places(booking.date, -booking.size)
                set_state(booking, BookingState.EXPIRED, now=now)
                queue_email(booking, EmailKind.OFFER_EXPIRED, now)
                expired += 1
        offer_to_waiting_list(dates, now)
    return expired


def _close_of_event(event_id: int, now: datetime) -> int:
    with transaction.atomic():
        waiting = Booking.objects.filter(state=BookingState.WAITING, date__event=event_id)
        dates = lock_dates(event_id, now, also=waiting.values_list("date", flat=True))
        closed = 0
        for booking in waiting.filter(date__in=dates).order_by("pk").prefetch_related("wishes"):
            still = [pk for pk in (wish.date_id for wish in booking.wishes.all()) if _is_open(pk, dates, now)]
            if not still:
                booking.date = dates[booking.date_id]
                set_state(booking, BookingState.EXPIRED, now=now)
                queue_email(booking, EmailKind.NO_PLACES_LEFT, now)
                closed += 1
            elif still[0] != booking.date_id:
                keep_wishes(booking, still)
                Booking.objects.filter(pk=booking.pk).update(date=still[0])
    return closed


def _is_open(pk: int, dates: LockedDates, now: datetime) -> bool:
    return pk in dates and accepts_bookings(dates[pk], now)


def _remind(days: int, now: datetime) -> int:
    before = timedelta(days=days)
    booked = Booking.objects.filter(state=BookingState.BOOKED, date__state=DateState.PLANNED)
    # A reminder late by a day (a worker was down) is skipped, because the next one follows soon.
    due = booked.filter(
        date__starts_at__gt=max(now, now + before - timedelta(days=1)), date__starts_at__lte=now + before
    )
    due = due.filter(changed_at__lt=F("date__starts_at") - before, erased_at=None)
    letters = [
        # The number contains the sequence, so that a moved date gets new reminders.
        BookingEmail(
            booking=booking,
            kind=EmailKind.REMINDER,
            number=booking.sequence % 3000 * 10 + days,
            tag=draw_tag(),
            due_at=now,
        )
        for booking in due.order_by("pk")
    ]
    existing_keys = set(
        BookingEmail.objects.filter(
            kind=EmailKind.REMINDER, booking__in=[letter.booking_id for letter in letters]
        ).values_list("booking", "number")
    )
    fresh = [letter for letter in letters if (letter.booking_id, letter.number) not in existing_keys]
    BookingEmail.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)
