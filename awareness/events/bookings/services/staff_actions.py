"""What the Centre does: calls dates and bookings off, moves and resizes dates, notes who came, opens who booked."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from awareness.events.bookings.exceptions import BookingErased, CapacityTooSmall, DateNotStarted, InvalidBookingState
from awareness.events.bookings.rules import accepts_bookings, offer_expiry
from awareness.events.bookings.sealed_contact import Contact, unseal_contact
from awareness.events.bookings.services.allocation import (
    LockedDates,
    change_taken_places,
    lock_booking,
    lock_dates,
    offer_to_waiting_list,
    set_state,
    waiting_bookings,
)
from awareness.events.bookings.services.create import keep_wishes
from awareness.events.bookings.services.notifications import EMAIL_BY_STATE, queue_email
from awareness.events.enums import OPEN_STATES, STATES_HOLDING_PLACES, BookingState, DateState
from awareness.events.models import Booking, BookingEmail, EmailKind, EventDate
from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.page_cache import content_version


def cancel_date_with_bookings(
    *, date: EventDate, reason_sr: str, reason_en: str, actor: User | None, now: datetime
) -> EventDate:
    """Cancel a date with every open booking of it; all are told why. Who waits for other dates too goes on waiting for those.

    Raises WrongState where it was cancelled before, or is over.
    """
    with transaction.atomic():
        dates = lock_dates(date.event_id, now, also=[date.pk])
        date = dates[date.pk]
        if date.state == DateState.CANCELLED or date.ends_at <= now:
            raise InvalidBookingState
        date.state = DateState.CANCELLED
        date.cancellation_reason_sr, date.cancellation_reason_en = reason_sr, reason_en  # type: ignore[attr-defined]
        _change_date(date, "state", "cancellation_reason_sr", "cancellation_reason_en", now=now)
        audit_log.record(action="date.cancelled", subject=date, actor=actor, now=now)
        for booking in date.bookings.filter(state__in=STATES_HOLDING_PLACES).order_by("pk"):
            booking.date = date
            _call_off(booking, actor, now)
        for booking in waiting_bookings([date]):
            _wait_without(date, booking, dates, actor, now)
    return date


def cancel_booking_by_staff(*, booking: Booking, actor: User | None, now: datetime) -> Booking:
    """Call one booking off and tell the school; what it held is offered on. Raises WrongState."""
    with transaction.atomic():
        booking, dates = lock_booking(booking, now)
        if booking.state not in OPEN_STATES:
            raise InvalidBookingState
        _call_off(booking, actor, now)
        offer_to_waiting_list(dates, now)
    return booking


def move_date(
    *,
    date: EventDate,
    actor: User | None,
    now: datetime,
    starts_at: datetime,
    ends_at: datetime,
    town: str,
    place: str,
    address: str,
) -> EventDate:
    """Another time or place; every school with an open booking of the date, or waiting for it, is told. Raises WrongState.

    Nothing happens where nothing is different. Offers hold no longer than booking does now.
    """
    with transaction.atomic():
        dates = lock_dates(date.event_id, now, also=[date.pk])
        date = dates[date.pk]
        if date.state == DateState.CANCELLED:
            raise InvalidBookingState
        changed = {"starts_at": starts_at, "ends_at": ends_at, "town": town, "place": place, "address": address}
        names = [name for name, value in changed.items() if getattr(date, name) != value]
        if not names:
            return date
        for name in names:
            setattr(date, name, changed[name])
        _change_date(date, *names, now=now)
        audit_log.record(action="date.moved", subject=date, actor=actor, now=now, data={"fields": names})
        elsewhere = [booking for booking in waiting_bookings([date]) if booking.date_id != date.pk]
        for booking in [*date.bookings.filter(state__in=OPEN_STATES).order_by("pk"), *elsewhere]:
            booking.date = dates.get(booking.date_id, booking.date)
            _tell_of_move(booking, now)
        offer_to_waiting_list(dates, now)
    return date


def resize_date(*, date: EventDate, capacity: int, actor: User | None, now: datetime) -> EventDate:
    """Another number of places; more are offered on. Raises CapacityTooSmall below what is taken, WrongState where the date is cancelled."""
    with transaction.atomic():
        dates = lock_dates(date.event_id, now, also=[date.pk])
        date = dates[date.pk]
        if date.state == DateState.CANCELLED:
            raise InvalidBookingState
        if capacity < date.taken:
            raise CapacityTooSmall(date.taken)
        if capacity != date.capacity:
            data: dict[str, audit_log.AuditValue] = {"before": date.capacity, "after": capacity}
            date.capacity = capacity
            date.save(update_fields=["capacity"])
            content_version.bump()
            audit_log.record(action="date.resized", subject=date, actor=actor, now=now, data=data)
            offer_to_waiting_list(dates, now)
    return date


def record_attendance(*, date: EventDate, came: Mapping[int, bool], actor: User | None, now: datetime) -> None:
    """Note which booked classes came, by the ids of their bookings; can be put right later. An offer that was never accepted has lapsed.

    Raises DateNotStarted before the date begins, WrongState where it is cancelled.
    """
    with transaction.atomic():
        dates = lock_dates(date.event_id, now, also=[date.pk])
        date = dates[date.pk]
        if date.state == DateState.CANCELLED:
            raise InvalidBookingState
        if now < date.starts_at:
            raise DateNotStarted
        states = [*STATES_HOLDING_PLACES, BookingState.ATTENDED, BookingState.ABSENT]
        for booking in date.bookings.filter(state__in=states).order_by("pk"):
            booking.date = date
            _settle(booking, came.get(booking.pk), actor, now)


def open_contact(*, booking: Booking, actor: User, now: datetime) -> Contact:
    """Open who booked, for somebody who looks after the event; audited. Raises Erased, SealError."""
    with transaction.atomic():
        booking = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
        if booking.sealed is None:
            raise BookingErased
        contact = unseal_contact(booking)
        audit_log.record(action="booking.contact_opened", subject=booking, actor=actor, now=now)
    return contact


def open_contacts(*, date: EventDate, actor: User, now: datetime) -> dict[int, Contact]:
    """Open who booked a date, for the list of the day, by the ids of bookings that hold places or came; audited once. Raises SealError."""
    states = [*STATES_HOLDING_PLACES, BookingState.ATTENDED, BookingState.ABSENT]
    with transaction.atomic():
        bookings = date.bookings.filter(state__in=states, sealed__isnull=False).order_by("pk")
        contacts = {booking.pk: unseal_contact(booking) for booking in bookings}
        data: dict[str, audit_log.AuditValue] = {"count": len(contacts)}
        audit_log.record(action="date.contacts_opened", subject=date, actor=actor, now=now, data=data)
    return contacts


def resend_email(*, booking: Booking, actor: User | None, now: datetime) -> BookingEmail:
    """Queue the letter that says where the booking stands once more. Raises Erased, WrongState where the date is over."""
    with transaction.atomic():
        booking, _dates = lock_booking(booking, now)
        if booking.sealed is None:
            raise BookingErased
        state = BookingState(booking.state)
        if state not in EMAIL_BY_STATE or booking.date.ends_at <= now:
            raise InvalidBookingState
        audit_log.record(action="booking.email_resent", subject=booking, actor=actor, now=now)
        return queue_email(booking, EMAIL_BY_STATE[state], now)


def _change_date(date: EventDate, *names: str, now: datetime) -> None:
    date.sequence += 1
    date.changed_at = now
    date.save(update_fields=[*names, "sequence", "changed_at"])
    content_version.bump()


def _call_off(booking: Booking, actor: User | None, now: datetime) -> None:
    if booking.state in STATES_HOLDING_PLACES:
        change_taken_places(booking.date, -booking.size)
    set_state(booking, BookingState.CANCELLED_BY_STAFF, now=now, actor=actor)
    queue_email(booking, EmailKind.CANCELLED_BY_STAFF, now)


def _wait_without(date: EventDate, booking: Booking, dates: LockedDates, actor: User | None, now: datetime) -> None:
    others = [wish.date_id for wish in booking.wishes.all() if wish.date_id != date.pk and wish.date_id in dates]
    still = [pk for pk in others if accepts_bookings(dates[pk], now)]
    if not still:
        booking.date = date
        _call_off(booking, actor, now)
        return
    keep_wishes(booking, still)
    booking.date, booking.changed_at = dates[still[0]], now
    booking.sequence += 1
    booking.save(update_fields=["date", "changed_at", "sequence"])
    queue_email(booking, EmailKind.CHANGED, now)


def _tell_of_move(booking: Booking, now: datetime) -> None:
    if booking.state == BookingState.OFFERED and booking.offered_until is not None:
        booking.offered_until = min(booking.offered_until, offer_expiry(booking.date, now))
    booking.sequence += 1
    booking.changed_at = now
    booking.save(update_fields=["offered_until", "sequence", "changed_at"])
    queue_email(booking, EmailKind.MOVED, now)


def _settle(booking: Booking, came: bool | None, actor: User | None, now: datetime) -> None:
    if booking.state == BookingState.OFFERED:
        after = BookingState.LAPSED
    elif came is None:
        return
    else:
        after = BookingState.ATTENDED if came else BookingState.ABSENT
    if booking.state == after:
        return
    if booking.state in STATES_HOLDING_PLACES:
        change_taken_places(booking.date, -booking.size)
    set_state(booking, after, now=now, actor=actor)
