"""Seat allocation under row locks: take, release and offer places."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from awareness.events.bookings.exceptions import InvalidBookingState
from awareness.events.bookings.rules import accepts_bookings, offer_expiry
from awareness.events.bookings.services.notifications import queue_email
from awareness.events.enums import BookingState, is_allowed_transition
from awareness.events.models import Booking, BookingWish, EmailKind, EventDate
from awareness.events.seats import seats_text
from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.page_cache import content_version

LockedDates = Mapping[int, EventDate]


def lock_dates(event_id: int, now: datetime, *, also: Iterable[int] = ()) -> LockedDates:
    """Lock the future dates of an event and the dates with ids in `also`. Return them by id.

    Rows are locked in the order of their ids, which avoids deadlocks. Services change bookings and their acceptable
    dates only under this lock.
    """
    selected_dates = EventDate.objects.filter(Q(starts_at__gt=now) | Q(pk__in=list(also)), event_id=event_id)
    rows = selected_dates.select_for_update(of=("self",)).select_related("event").order_by("pk")
    return {date.pk: date for date in rows}


def lock_booking(booking: Booking, now: datetime) -> tuple[Booking, LockedDates]:
    """Lock the dates of a booking's event and reload the booking. Raises InvalidBookingState if its date has changed."""
    event_id = EventDate.objects.values_list("event_id", flat=True).get(bookings=booking.pk)
    dates = lock_dates(event_id, now, also=[booking.date_id])
    fresh = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if fresh.date_id not in dates:
        raise InvalidBookingState
    fresh.date = dates[fresh.date_id]
    return fresh, dates


def change_taken_places(date: EventDate, places: int) -> None:
    """Take `places` of a locked date, or release them if negative. Expires public pages if needed.

    `taken` always equals the sum of booked and offered places.
    """
    if not places:
        return
    before = seats_text(capacity=date.capacity, taken=date.taken)
    date.taken += places
    date.save(update_fields=["taken"])
    if seats_text(capacity=date.capacity, taken=date.taken) != before:
        content_version.bump()


def set_state(
    booking: Booking, state: BookingState, *, now: datetime, actor: User | None = None, **data: audit_log.AuditValue
) -> None:
    """Set the state of a booking and record it in the audit log. Callers adjust the places."""
    assert is_allowed_transition(BookingState(booking.state), state), (booking.state, state)  # noqa: S101 - callers have checked
    booking.state = state
    if state != BookingState.OFFERED:
        booking.offered_until = None
    booking.changed_at = now
    booking.sequence += 1
    booking.save(update_fields=["state", "offered_until", "changed_at", "sequence", "date"])
    audit_log.record(
        action=f"booking.{state.value}", subject=booking, actor=actor, now=now, data={"date": booking.date_id, **data}
    )


def offer_to_waiting_list(dates: LockedDates, now: datetime) -> int:
    """Offer free places of locked dates to the waiting list in order of request; return the number of offers.

    A class that does not fit keeps its turn, and a later class that fits may get the offer. Each class gets the first
    of its acceptable dates with enough places. One pass is enough, because offers only reduce the free places.
    """
    rooms = [date for date in dates.values() if date.free and accepts_bookings(date, now)]
    if not rooms:
        return 0
    offered = 0
    for booking in waiting_bookings(rooms):
        for wish in booking.wishes.all():
            date = dates.get(wish.date_id)
            if date is not None and booking.size <= date.free and accepts_bookings(date, now):
                _offer(booking, date, now)
                offered += 1
                break
    return offered


def waiting_bookings(dates: Sequence[EventDate]) -> "list[Booking]":
    """Bookings waiting for any of these dates in order of request, with their acceptable dates by preference."""
    wishes = BookingWish.objects.filter(date__in=dates).values("booking")
    waiting = Booking.objects.filter(state=BookingState.WAITING, pk__in=wishes)
    return list(waiting.order_by("booked_at", "pk").prefetch_related("wishes"))


def first_date_with_places(date_ids: Iterable[int], dates: LockedDates, size: int, now: datetime) -> EventDate | None:
    """Return the first date of `date_ids` with at least `size` free places, or None."""
    for pk in date_ids:
        date = dates.get(pk)
        if date is not None and accepts_bookings(date, now) and size <= date.free:
            return date
    return None


def _offer(booking: Booking, date: EventDate, now: datetime) -> None:
    booking.date, booking.offered_until = date, offer_expiry(date, now)
    change_taken_places(date, booking.size)
    set_state(booking, BookingState.OFFERED, now=now)
    queue_email(booking, EmailKind.PLACES_OFFERED, now)
