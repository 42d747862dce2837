"""Creation of bookings: places on a date, or an entry on the waiting list."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from awareness.events.bookings.exceptions import BookingClosed, ClassTooLarge
from awareness.events.bookings.rules import obstacle
from awareness.events.bookings.sealed_contact import Contact, seal_contact
from awareness.events.bookings.services.allocation import (
    LockedDates,
    change_taken_places,
    first_date_with_places,
    lock_dates,
)
from awareness.events.bookings.services.notifications import queue_email
from awareness.events.enums import BookingState
from awareness.events.models import Booking, BookingWish, EmailKind, Event, EventDate
from clicksafely.common.audit import audit_log


@dataclass(frozen=True, kw_only=True)
class School:
    """A school and its class: columns of bookings and of requests for a visit, and fields of both forms."""

    school: str
    school_kind: str
    town: str
    grade: int | None

    @property
    def columns(self) -> dict[str, Any]:
        """The values by column."""
        return {name: getattr(self, name) for name in SCHOOL_FIELDS}


SCHOOL_FIELDS = tuple(field.name for field in fields(School))


@dataclass(frozen=True, kw_only=True)
class BookingRequest(School):
    """The request of a school.

    `dates` are ids of dates of one event in order of preference. `size` counts pupils and adults. `language` is a code
    of LANGUAGES.
    """

    dates: Sequence[int]
    size: int
    contact: Contact
    language: str


@dataclass(frozen=True)
class BookingResult:
    """The booking; `repeated` if an earlier submission of the same form created it."""

    booking: Booking
    repeated: bool


def create_booking(*, event: Event, booking_request: BookingRequest, submission: bytes, now: datetime) -> BookingResult:
    """Book the first date with enough places, or join the waiting lists. `submission` (32 bytes) identifies the form.

    Raises BookingClosed if no date can be booked, ClassTooLarge if the class exceeds every capacity, and SealError.
    """
    row = uuid4()
    sealed = seal_contact(booking_request.contact, row=row)
    with transaction.atomic():
        dates = lock_dates(event.pk, now)
        earlier = Booking.objects.select_related("date__event").filter(submission=submission).first()
        if earlier is not None:
            return BookingResult(earlier, repeated=True)
        date_ids = _bookable(booking_request, dates, now)
        found = first_date_with_places(date_ids, dates, booking_request.size, now)
        booking = Booking.objects.create(
            uuid=row,
            submission=submission,
            date=found or dates[date_ids[0]],
            state=BookingState.BOOKED if found else BookingState.WAITING,
            **booking_request.columns,
            size=booking_request.size,
            language=booking_request.language,
            sealed=sealed,
            booked_at=now,
            changed_at=now,
        )
        keep_wishes(booking, [found.pk] if found else date_ids)
        if found:
            change_taken_places(found, booking_request.size)
        queue_email(booking, EmailKind.BOOKED if found else EmailKind.WAITING, now)
        data: dict[str, audit_log.AuditValue] = {"date": booking.date_id, "state": booking.state}
        audit_log.record(action="booking.created", subject=booking, actor=None, now=now, data=data)
    return BookingResult(booking, repeated=False)


def keep_wishes(booking: Booking, date_ids: Sequence[int]) -> None:
    """Replace the acceptable dates of a booking; `date_ids` are in order of preference."""
    booking.wishes.all().delete()
    BookingWish.objects.bulk_create(
        BookingWish(booking=booking, date_id=pk, rank=rank) for rank, pk in enumerate(date_ids, 1)
    )


def dates_with_capacity(date_ids: Sequence[int], dates: LockedDates, size: int) -> list[int]:
    """Dates of `date_ids` with a capacity of at least `size`. Raises ClassTooLarge if there is none."""
    fitting = [pk for pk in date_ids if size <= dates[pk].capacity]
    if not fitting:
        raise ClassTooLarge(max(dates[pk].capacity for pk in date_ids))
    return fitting


def _bookable(booking_request: BookingRequest, dates: LockedDates, now: datetime) -> list[int]:
    """Return the requested dates that can still be booked, distinct and in order."""
    # Checked under the lock: the event may have been withdrawn since the form was shown.
    open_dates = {pk for pk, date in dates.items() if _can_be_booked(date, now)}
    date_ids = [pk for pk in dict.fromkeys(booking_request.dates) if pk in open_dates]
    if not date_ids:
        raise BookingClosed
    return dates_with_capacity(date_ids, dates, booking_request.size)


def _can_be_booked(date: EventDate, now: datetime) -> bool:
    return obstacle(date, now) is None
