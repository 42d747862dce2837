"""Actions of schools on the management page: accept, change, cancel and erase."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from awareness.events.bookings.exceptions import (
    BookingClosed,
    BookingErased,
    InvalidBookingState,
    NotEnoughPlaces,
    OfferExpired,
)
from awareness.events.bookings.rules import accepts_bookings
from awareness.events.bookings.sealed_contact import Contact, seal_contact
from awareness.events.bookings.services.allocation import (
    LockedDates,
    change_taken_places,
    first_date_with_places,
    lock_booking,
    offer_to_waiting_list,
    set_state,
)
from awareness.events.bookings.services.anonymise import anonymise_bookings
from awareness.events.bookings.services.create import dates_with_capacity, keep_wishes
from awareness.events.bookings.services.notifications import queue_email
from awareness.events.enums import OPEN_STATES, STATES_HOLDING_PLACES, BookingState
from awareness.events.models import Booking, EmailKind, EmailState
from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log


@dataclass(frozen=True, kw_only=True)
class BookingChange:
    """The new values of a booking.

    `dates` are ids in order of preference; for a booked class only the first counts. `contact` None keeps the stored
    one.
    """

    size: int
    grade: int | None
    dates: Sequence[int]
    contact: Contact | None = None


def accept_offer(*, booking: Booking, now: datetime, actor: User | None = None) -> Booking:
    """Turn an offer into a booking. `actor` is the member of staff who accepts for the school after a telephone call.

    Raises OfferExpired and InvalidBookingState.
    """
    with transaction.atomic():
        booking, _dates = lock_booking(booking, now)
        if booking.state == BookingState.EXPIRED:
            raise OfferExpired
        if booking.state != BookingState.OFFERED:
            raise InvalidBookingState
        if is_offer_expired(booking, now):
            raise OfferExpired
        set_state(booking, BookingState.BOOKED, now=now, actor=actor)
        queue_email(booking, EmailKind.BOOKED, now)
    return booking


def is_offer_expired(booking: Booking, now: datetime) -> bool:
    """Return whether an offer has expired. An offer with an unsent e-mail is kept until booking closes."""
    if not accepts_bookings(booking.date, now):
        return True
    if booking.offered_until is None or now < booking.offered_until:
        return False
    return not booking.letters.filter(kind=EmailKind.PLACES_OFFERED, state=EmailState.DUE).exists()


def change_booking(*, booking: Booking, change: BookingChange, now: datetime) -> Booking:
    """Change size, grade, date or contact. A waiting class that fits now is booked; otherwise it keeps its turn.

    Raises BookingClosed (also for the own date), NotEnoughPlaces, ClassTooLarge, BookingErased, InvalidBookingState and
    SealError.
    """
    sealed = seal_contact(change.contact, row=booking.uuid) if change.contact else None
    with transaction.atomic():
        booking, dates = lock_booking(booking, now)
        if booking.erased_at:
            raise BookingErased
        if booking.state not in OPEN_STATES:
            raise InvalidBookingState
        if not accepts_bookings(booking.date, now):
            raise BookingClosed
        before = _changeable_values(booking)
        booking.grade = change.grade
        if booking.state == BookingState.WAITING:
            kind = _change_waiting(booking, change, dates, now)
        else:
            kind = _change_holding(booking, change, dates, now)
        if sealed is None and _changeable_values(booking) == before:
            return booking
        if sealed is not None:
            # No e-mail to the new address has bounced yet.
            booking.sealed, booking.unreachable_at = sealed, None
        booking.changed_at = now
        booking.sequence += 1
        columns = ["date", "size", "grade", "sealed", "unreachable_at", "changed_at", "sequence"]
        booking.save(update_fields=columns)
        data: dict[str, audit_log.AuditValue] = {
            "date": booking.date_id,
            "size": booking.size,
            "contact": sealed is not None,
        }
        audit_log.record(action="booking.changed", subject=booking, actor=None, now=now, data=data)
        queue_email(booking, kind, now)
        offer_to_waiting_list(dates, now)
    return booking


def cancel_booking(*, booking: Booking, now: datetime) -> Booking:
    """Cancel a booking or decline an offer, and offer the places to the waiting list; idempotent.

    Raises InvalidBookingState if the booking ended otherwise or its date has begun.
    """
    with transaction.atomic():
        booking, dates = lock_booking(booking, now)
        if booking.state == BookingState.CANCELLED:
            return booking
        if booking.state not in OPEN_STATES or booking.date.starts_at <= now:
            raise InvalidBookingState
        if booking.state in STATES_HOLDING_PLACES:
            change_taken_places(booking.date, -booking.size)
        set_state(booking, BookingState.CANCELLED, now=now)
        queue_email(booking, EmailKind.CANCELLED_BY_SCHOOL, now)
        offer_to_waiting_list(dates, now)
    return booking


def erase_booking(*, booking: Booking, now: datetime) -> None:
    """Erase the contact details at the school's request. Raises InvalidBookingState for open and attended bookings."""
    with transaction.atomic():
        booking, _dates = lock_booking(booking, now)
        if booking.state not in {BookingState.CANCELLED, BookingState.CANCELLED_BY_STAFF, BookingState.EXPIRED}:
            raise InvalidBookingState
        if anonymise_bookings([booking.pk], now=now):
            audit_log.record(action="booking.anonymised", subject=booking, actor=None, now=now)


def _changeable_values(booking: Booking) -> tuple[object, ...]:
    wishes = booking.wishes.order_by("rank").values_list("date", flat=True)
    return booking.state, booking.date_id, booking.size, booking.grade, tuple(wishes)


def _change_holding(booking: Booking, change: BookingChange, dates: LockedDates, now: datetime) -> EmailKind:
    target = booking.date
    if booking.state == BookingState.BOOKED and change.dates:
        target = dates.get(change.dates[0], booking.date)
    if not accepts_bookings(target, now):
        raise BookingClosed
    own = booking.size if target.pk == booking.date_id else 0
    dates_with_capacity([target.pk], dates, change.size)
    if change.size > target.free + own:
        raise NotEnoughPlaces(target.free + own)
    if target.pk == booking.date_id:
        change_taken_places(target, change.size - booking.size)
    else:
        change_taken_places(booking.date, -booking.size)
        change_taken_places(target, change.size)
        keep_wishes(booking, [target.pk])
    booking.date, booking.size = target, change.size
    return EmailKind.PLACES_OFFERED if booking.state == BookingState.OFFERED else EmailKind.BOOKING_CHANGED


def _change_waiting(booking: Booking, change: BookingChange, dates: LockedDates, now: datetime) -> EmailKind:
    own = list(booking.wishes.values_list("date", flat=True))
    date_ids = [pk for pk in dict.fromkeys(change.dates or own) if pk in dates and accepts_bookings(dates[pk], now)]
    if not date_ids:
        raise BookingClosed
    date_ids = dates_with_capacity(date_ids, dates, change.size)
    booking.size = change.size
    found = first_date_with_places(date_ids, dates, change.size, now)
    if date_ids != own:
        keep_wishes(booking, date_ids)
    booking.date = found or dates[date_ids[0]]
    if found is None:
        return EmailKind.BOOKING_CHANGED
    # Earlier requests did not fit these places; otherwise they would have an offer.
    change_taken_places(found, change.size)
    set_state(booking, BookingState.BOOKED, now=now)
    return EmailKind.BOOKED
