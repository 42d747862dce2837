"""Actions of staff: cancel bookings and dates, move and resize dates, record attendance, open contact details."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
    """Cancel a date with its open bookings and notify the schools. Classes waiting for other dates too keep waiting.

    Raises InvalidBookingState if the date is already cancelled or over.
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
    """Cancel a booking, notify the school and offer the places to the waiting list. Raises InvalidBookingState."""
    with transaction.atomic():
        booking, dates = lock_booking(booking, now)
        if booking.state not in OPEN_STATES:
            raise InvalidBookingState
        _call_off(booking, actor, now)
        offer_to_waiting_list(dates, now)
    return booking


def move_date(*, date: EventDate, actor: User | None, now: datetime, **details: Any) -> EventDate:
    """Set columns of a date and notify schools with open bookings of it. Raises InvalidBookingState if it is cancelled.

    Without a difference nothing happens. Offers end at the new end of booking at the latest.
    """
    with transaction.atomic():
        dates = lock_dates(date.event_id, now, also=[date.pk])
        date = dates[date.pk]
        if date.state == DateState.CANCELLED:
            raise InvalidBookingState
        names = [name for name, value in details.items() if getattr(date, name) != value]
        if not names:
            return date
        for name in names:
            setattr(date, name, details[name])
        _change_date(date, *names, now=now)
        audit_log.record(action="date.moved", subject=date, actor=actor, now=now, data={"fields": names})
        elsewhere = [booking for booking in waiting_bookings([date]) if booking.date_id != date.pk]
        for booking in [*date.bookings.filter(state__in=OPEN_STATES).order_by("pk"), *elsewhere]:
            booking.date = dates.get(booking.date_id, booking.date)
            _queue_move_email(booking, now)
        offer_to_waiting_list(dates, now)
    return date


def resize_date(*, date: EventDate, capacity: int, actor: User | None, now: datetime) -> EventDate:
    """Set the capacity and offer additional places. Raises CapacityTooSmall and InvalidBookingState."""
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
            date.revision += 1
            date.save(update_fields=["capacity", "revision"])
            content_version.bump()
            audit_log.record(action="date.resized", subject=date, actor=actor, now=now, data=data)
            offer_to_waiting_list(dates, now)
    return date


def record_attendance(*, date: EventDate, attended: Mapping[int, bool], actor: User | None, now: datetime) -> None:
    """Record attendance by booking id; it can be corrected later. Offers not accepted expire.

    Raises DateNotStarted before the date begins, and InvalidBookingState if it is cancelled.
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
            _record_attendance(booking, attended.get(booking.pk), actor, now)


def open_contact(*, booking: Booking, actor: User, now: datetime) -> Contact:
    """Decrypt the contact details of a booking; audited. Raises BookingErased and SealError."""
    with transaction.atomic():
        booking = Booking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
        if booking.sealed is None:
            raise BookingErased
        contact = unseal_contact(booking)
        audit_log.record(action="booking.contact_opened", subject=booking, actor=actor, now=now)
    return contact


def open_contacts(*, date: EventDate, actor: User, now: datetime) -> dict[int, Contact]:
    """Decrypt the contact details of a date's bookings, by booking id; audited once. Raises SealError."""
    states = [*STATES_HOLDING_PLACES, BookingState.ATTENDED, BookingState.ABSENT]
    with transaction.atomic():
        bookings = date.bookings.filter(state__in=states, sealed__isnull=False).order_by("pk")
        contacts = {booking.pk: unseal_contact(booking) for booking in bookings}
        data: dict[str, audit_log.AuditValue] = {"count": len(contacts)}
        audit_log.record(action="date.contacts_opened", subject=date, actor=actor, now=now, data=data)
    return contacts


def resend_email(*, booking: Booking, actor: User | None, now: datetime) -> BookingEmail:
    """Queue the e-mail about the booking's state again. Raises BookingErased and InvalidBookingState."""
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
    date.revision += 1
    date.changed_at = now
    date.save(update_fields=[*names, "sequence", "revision", "changed_at"])
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
    queue_email(booking, EmailKind.BOOKING_CHANGED, now)


def _queue_move_email(booking: Booking, now: datetime) -> None:
    if booking.state == BookingState.OFFERED and booking.offered_until is not None:
        booking.offered_until = min(booking.offered_until, offer_expiry(booking.date, now))
    booking.sequence += 1
    booking.changed_at = now
    booking.save(update_fields=["offered_until", "sequence", "changed_at"])
    queue_email(booking, EmailKind.DATE_MOVED, now)


def _record_attendance(booking: Booking, attended: bool | None, actor: User | None, now: datetime) -> None:
    if booking.state == BookingState.OFFERED:
        after = BookingState.EXPIRED
    elif attended is None:
        return
    else:
        after = BookingState.ATTENDED if attended else BookingState.ABSENT
    if booking.state == after:
        return
    if booking.state in STATES_HOLDING_PLACES:
        change_taken_places(booking.date, -booking.size)
    set_state(booking, after, now=now, actor=actor)
