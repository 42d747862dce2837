"""Migrations of stored rows, forward and back."""

import pytest
from django.db import connection

from awareness.events.enums import BookingState
from awareness.events.models import Booking, BookingEmail, EmailKind
from tests.factories.events import NOW, make_booking, make_date
from tests.migrations import migrate

pytestmark = pytest.mark.django_db


def stored_values() -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM events_booking ORDER BY id")
        states = [state for (state,) in cursor.fetchall()]
        cursor.execute("SELECT kind FROM events_bookingemail ORDER BY id")
        return states, [kind for (kind,) in cursor.fetchall()]


def test_booking_states_and_email_kinds() -> None:
    bookings = [make_booking(make_date(), state=BookingState.BOOKED) for _ in BookingState]
    for booking, state in zip(bookings, BookingState, strict=True):
        until = NOW if state == BookingState.OFFERED else None
        Booking.objects.filter(pk=booking.pk).update(state=state, offered_until=until)
    for number, kind in enumerate(EmailKind):
        BookingEmail.objects.create(booking=bookings[0], kind=kind, tag=f"tag{number}", due_at=NOW)
    present = (BookingState.values, EmailKind.values)
    assert stored_values() == present
    migrate("events", "0005_date_revision")
    assert stored_values() == (
        ["waiting", "offered", "booked", "cancelled", "called_off", "lapsed", "attended", "absent"],
        [
            *("booked", "waiting", "offer", "lapsed", "no_place"),
            *("changed", "moved", "cancelled", "called_off", "reminder"),
        ],
    )
    migrate("events", "0006_booking_states_and_email_kinds")
    assert stored_values() == present
