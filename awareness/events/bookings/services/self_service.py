"""What the school does by its link: accepts an offer, changes, cancels, has who booked erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from awareness.events.bookings.exceptions import Closed, Erased, NoRoom, OfferOver, WrongState
from awareness.events.bookings.rules import is_open
from awareness.events.bookings.sealed_contact import Contact, seal_contact
from awareness.events.bookings.services.allocation import Dates, first_fitting, lock_booking, move_to, offer_on, take
from awareness.events.bookings.services.anonymise import erase
from awareness.events.bookings.services.create import keep_wishes, large_enough
from awareness.events.bookings.services.notifications import tell
from awareness.events.enums import HOLDING, OPEN, BookingState
from awareness.events.models import Booking, LetterKind, LetterState
from clicksafely.common.audit import audit_log


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a booking shall be. `dates` are ids, the dearest first: of a booked one the first counts. `contact` None: as it is."""

    size: int
    grade: int | None
    dates: Sequence[int]
    contact: Contact | None = None


def accept_offer(*, booking: Booking, now: datetime) -> Booking:
    """The offered place becomes the school's. Raises OfferOver, WrongState."""
    with transaction.atomic():
        booking, _dates = lock_booking(booking, now)
        if booking.state == BookingState.LAPSED:
            raise OfferOver
        if booking.state != BookingState.OFFERED:
            raise WrongState
        if is_over(booking, now):
            raise OfferOver
        move_to(booking, BookingState.BOOKED, now=now)
        tell(booking, LetterKind.BOOKED, now)
    return booking


def is_over(booking: Booking, now: datetime) -> bool:
    """Whether an offer has run out. One whose letter has not gone yet (our mail is down) is kept until booking closes."""
    if not is_open(booking.date, now):
        return True
    if booking.offered_until is None or now < booking.offered_until:
        return False
    return not booking.letters.filter(kind=LetterKind.OFFER, state=LetterState.DUE).exists()


def change_booking(*, booking: Booking, change: Change, now: datetime) -> Booking:
    """Another size, grade, date, contact; a waiting class that fits now is booked at once, and keeps its turn where it does not.

    Raises Closed (also for its own date), NoRoom, TooLarge, Erased, WrongState, SealError.
    """
    sealed = seal_contact(change.contact, row=booking.uuid) if change.contact else None
    with transaction.atomic():
        booking, dates = lock_booking(booking, now)
        if booking.erased_at:
            raise Erased
        if booking.state not in OPEN:
            raise WrongState
        if not is_open(booking.date, now):
            raise Closed
        before = _said(booking)
        booking.grade = change.grade
        if booking.state == BookingState.WAITING:
            kind = _change_waiting(booking, change, dates, now)
        else:
            kind = _change_holding(booking, change, dates, now)
        if sealed is None and _said(booking) == before:
            return booking
        if sealed is not None:
            # Letters to the new address are not known to come back.
            booking.sealed, booking.unreachable_at = sealed, None
        booking.changed_at = now
        booking.sequence += 1
        columns = ["date", "size", "grade", "sealed", "unreachable_at", "changed_at", "sequence"]
        booking.save(update_fields=columns)
        data: dict[str, audit_log.Value] = {
            "date": booking.date_id,
            "size": booking.size,
            "contact": sealed is not None,
        }
        audit_log.record(action="booking.changed", subject=booking, actor=None, now=now, data=data)
        tell(booking, kind, now)
        offer_on(dates, now)
    return booking


def cancel_booking(*, booking: Booking, now: datetime) -> Booking:
    """The school does not come, or declines; what it held is offered on. Nothing happens where it was cancelled before.

    Raises WrongState where the booking is over otherwise, or its date has begun.
    """
    with transaction.atomic():
        booking, dates = lock_booking(booking, now)
        if booking.state == BookingState.CANCELLED:
            return booking
        if booking.state not in OPEN or booking.date.starts_at <= now:
            raise WrongState
        if booking.state in HOLDING:
            take(booking.date, -booking.size)
        move_to(booking, BookingState.CANCELLED, now=now)
        tell(booking, LetterKind.CANCELLED, now)
        offer_on(dates, now)
    return booking


def erase_booking(*, booking: Booking, now: datetime) -> None:
    """Erase who booked at once, on the school's wish. Raises WrongState while the booking is open, or was and took place."""
    with transaction.atomic():
        booking, _dates = lock_booking(booking, now)
        if booking.state not in {BookingState.CANCELLED, BookingState.CALLED_OFF, BookingState.LAPSED}:
            raise WrongState
        if erase([booking.pk], now=now):
            audit_log.record(action="booking.erased", subject=booking, actor=None, now=now)


def _said(booking: Booking) -> tuple[object, ...]:
    wishes = booking.wishes.order_by("rank").values_list("date", flat=True)
    return booking.state, booking.date_id, booking.size, booking.grade, tuple(wishes)


def _change_holding(booking: Booking, change: Change, dates: Dates, now: datetime) -> LetterKind:
    target = booking.date
    if booking.state == BookingState.BOOKED and change.dates:
        target = dates.get(change.dates[0], booking.date)
    if not is_open(target, now):
        raise Closed
    own = booking.size if target.pk == booking.date_id else 0
    large_enough([target.pk], dates, change.size)
    if change.size > target.free + own:
        raise NoRoom(target.free + own)
    if target.pk == booking.date_id:
        take(target, change.size - booking.size)
    else:
        take(booking.date, -booking.size)
        take(target, change.size)
        keep_wishes(booking, [target.pk])
    booking.date, booking.size = target, change.size
    return LetterKind.OFFER if booking.state == BookingState.OFFERED else LetterKind.CHANGED


def _change_waiting(booking: Booking, change: Change, dates: Dates, now: datetime) -> LetterKind:
    own = list(booking.wishes.values_list("date", flat=True))
    wanted = [pk for pk in dict.fromkeys(change.dates or own) if pk in dates and is_open(dates[pk], now)]
    if not wanted:
        raise Closed
    wanted = large_enough(wanted, dates, change.size)
    booking.size = change.size
    found = first_fitting(wanted, dates, change.size, now)
    if wanted != own:
        keep_wishes(booking, wanted)
    booking.date = found or dates[wanted[0]]
    if found is None:
        return LetterKind.CHANGED
    # Whoever asked earlier for what is free here did not fit into it, or would have been offered it.
    take(found, change.size)
    move_to(booking, BookingState.BOOKED, now=now)
    return LetterKind.BOOKED
