"""Helpers that book for schools, and the invariants of bookings."""

import secrets
from datetime import datetime
from typing import Any

from django.db.models import Sum

from awareness.events.bookings import services
from awareness.events.bookings.rules import accepts_bookings
from awareness.events.bookings.sealed_contact import Contact
from awareness.events.enums import STATES_HOLDING_PLACES, BookingState
from awareness.events.models import Booking, BookingEmail, EmailKind, EmailState, EventDate
from tests.factories.events import NOW

CONTACT = Contact(
    name="Ана Анић", email="ana@school.example.org", phone="+381 18 555 333", needs="Један ученик у колицима."
)
# What the forms of bookings and of requests for a visit both ask.
SCHOOL_FORM = {
    "school": "ОШ „Свети Сава“",
    "school_kind": "primary",
    "town": "Niš",
    "grade": "5",
    "pupils": "24",
    "name": "Ана Анић",
    "email": "ana@school.example.org",
    "phone": "018 555 333",
}


def ask(*dates: EventDate, now: datetime = NOW, submission: bytes = b"", **fields: Any) -> Booking:
    """Book a class of 25 on the first date with enough places, or join the waiting list of all dates."""
    defaults: dict[str, Any] = {
        "school": "ОШ „Свети Сава“",
        "school_kind": "primary",
        "town": "nis",
        "grade": 5,
        "size": 25,
        "contact": CONTACT,
        "language": "sr",
    }
    booking_request = services.BookingRequest(dates=[date.pk for date in dates], **{**defaults, **fields})
    return services.create_booking(
        event=dates[0].event, booking_request=booking_request, submission=submission or secrets.token_bytes(32), now=now
    ).booking


def change(booking: Booking, *, now: datetime = NOW, **fields: Any) -> Booking:
    """Change the given fields of a booking only."""
    booking.refresh_from_db()
    wishes = [wish.date_id for wish in booking.wishes.all()]
    defaults: dict[str, Any] = {"size": booking.size, "grade": booking.grade, "dates": wishes}
    return services.change_booking(booking=booking, change=services.BookingChange(**{**defaults, **fields}), now=now)


def state(booking: Booking) -> str:
    """The stored state of a booking."""
    return Booking.objects.values_list("state", flat=True).get(pk=booking.pk)


def email_kinds(booking: Booking) -> list[str]:
    """The kinds of sent and due e-mails in order."""
    emails = booking.letters.exclude(state=EmailState.DROPPED)
    return list(emails.order_by("pk").values_list("kind", flat=True))


def check_places(now: datetime) -> None:
    """Assert the invariants that hold after the periodic tasks."""
    for date in EventDate.objects.select_related("event"):
        places = date.bookings.filter(state__in=STATES_HOLDING_PLACES).aggregate(sum=Sum("size"))["sum"] or 0
        assert date.taken == places, f"{date.pk}: {date.taken} are taken, {places} are booked and offered"
        assert date.taken <= date.capacity
        if accepts_bookings(date, now):
            waiting = Booking.objects.filter(state=BookingState.WAITING, wishes__date=date)
            left_out = waiting.filter(size__lte=date.free)
            assert not left_out.exists(), f"a waiting class fits date {date.pk}"
    for booking in Booking.objects.all():
        due = booking.letters.filter(state=EmailState.DUE).exclude(kind=EmailKind.REMINDER)
        assert due.count() <= 1, "more than one e-mail is due"
        assert (booking.offered_until is not None) == (booking.state == BookingState.OFFERED)
    assert BookingEmail.objects.values("tag").distinct().count() == BookingEmail.objects.count()
