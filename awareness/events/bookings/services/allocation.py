"""Places: taken, given back and offered on, under a lock on the dates of an event. Everything that changes a booking comes through here.

The lock is on the rows of dates, in the order of their ids, so that no two wait for each other. Bookings and wishes of an event are
changed by whoever holds it, and `taken` always is the sum of what is booked and offered.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from awareness.events.bookings.exceptions import InvalidBookingState
from awareness.events.bookings.rules import accepts_bookings, offer_expiry
from awareness.events.bookings.services.notifications import queue_email
from awareness.events.enums import BookingState, is_allowed_transition
from awareness.events.models import Booking, BookingWish, EmailKind, EventDate
from awareness.events.seats import seat_availability
from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.page_cache import content_version

LockedDates = Mapping[int, EventDate]


def lock_dates(event_id: int, now: datetime, *, also: Iterable[int] = ()) -> LockedDates:
    """The dates of an event that lie ahead, and those with ids of `also`, locked; by their ids, in their order."""
    wanted = EventDate.objects.filter(Q(starts_at__gt=now) | Q(pk__in=list(also)), event_id=event_id)
    rows = wanted.select_for_update(of=("self",)).select_related("event").order_by("pk")
    return {date.pk: date for date in rows}


def lock_booking(booking: Booking, now: datetime) -> tuple[Booking, LockedDates]:
    """The booking as it is now, and the dates of its event, locked. Raises WrongState where it has gone to a date that began meanwhile."""
    event_id = EventDate.objects.values_list("event_id", flat=True).get(bookings=booking.pk)
    dates = lock_dates(event_id, now, also=[booking.date_id])
    fresh = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    if fresh.date_id not in dates:
        raise InvalidBookingState
    fresh.date = dates[fresh.date_id]
    return fresh, dates


def change_taken_places(date: EventDate, places: int) -> None:
    """Take places of a locked date; give back where `places` is below 0. The public page changes with the word for what is left."""
    if not places:
        return
    before = seat_availability(capacity=date.capacity, taken=date.taken)
    date.taken += places
    date.save(update_fields=["taken"])
    if seat_availability(capacity=date.capacity, taken=date.taken) != before:
        content_version.bump()


def set_state(
    booking: Booking, state: BookingState, *, now: datetime, actor: User | None = None, **data: audit_log.AuditValue
) -> None:
    """The next state of a booking, with its event in the audit trail; the caller keeps the places right."""
    assert is_allowed_transition(BookingState(booking.state), state), (booking.state, state)  # noqa: S101 - callers have looked
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
    """Offer what is free on locked dates to those who wait, first come, first served; returns how many got an offer.

    A class that does not fit into what is free keeps its turn, and the next that fits is offered it. Each is offered the dearest of its
    dates. One pass is enough: places only become fewer in it.
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
    """Who waits for any of these dates, in the order in which they asked, with their wishes, the dearest first."""
    wishes = BookingWish.objects.filter(date__in=dates).values("booking")
    waiting = Booking.objects.filter(state=BookingState.WAITING, pk__in=wishes)
    return list(waiting.order_by("booked_at", "pk").prefetch_related("wishes"))


def first_date_with_places(wanted: Iterable[int], dates: LockedDates, size: int, now: datetime) -> EventDate | None:
    """The dearest of the wanted dates that has room for so many; None where none has."""
    for pk in wanted:
        date = dates.get(pk)
        if date is not None and accepts_bookings(date, now) and size <= date.free:
            return date
    return None


def _offer(booking: Booking, date: EventDate, now: datetime) -> None:
    booking.date, booking.offered_until = date, offer_expiry(date, now)
    change_taken_places(date, booking.size)
    set_state(booking, BookingState.OFFERED, now=now)
    queue_email(booking, EmailKind.OFFER, now)
