"""Letters that are to be sent: rows, whose text is made when they go."""

import secrets
from datetime import datetime
from typing import Final

from django.db.models import Max

from awareness.events.enums import BookingState
from awareness.events.models import Booking, BookingEmail, EmailKind, EmailState

# Which letter says where a booking stands.
EMAIL_BY_STATE: Final = {
    BookingState.WAITING: EmailKind.WAITING,
    BookingState.OFFERED: EmailKind.OFFER,
    BookingState.BOOKED: EmailKind.BOOKED,
    BookingState.CANCELLED: EmailKind.CANCELLED,
    BookingState.CANCELLED_BY_STAFF: EmailKind.CANCELLED_BY_STAFF,
    BookingState.LAPSED: EmailKind.LAPSED,
}
_TAG: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def queue_email(booking: Booking, kind: EmailKind, now: datetime) -> BookingEmail:
    """Queue the next letter of a kind. What has not gone yet is overtaken: every letter says all that counts."""
    booking.letters.filter(state=EmailState.DUE).update(state=EmailState.DROPPED)
    last = booking.letters.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    return BookingEmail.objects.create(booking=booking, kind=kind, number=last + 1, tag=draw_tag(), due_at=now)


def draw_tag() -> str:
    """79 random bits, in letters that every mail system leaves alone."""
    return "".join(secrets.choice(_TAG) for _ in range(16))
