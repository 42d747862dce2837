"""Queue of e-mails; rows hold no text, which is rendered on sending."""

import secrets
from datetime import datetime
from typing import Final

from django.db.models import Max

from awareness.events.enums import BookingState
from awareness.events.models import Booking, BookingEmail, EmailKind, EmailState

# The e-mail that describes a booking in each state.
EMAIL_BY_STATE: Final = {
    BookingState.WAITING: EmailKind.WAITING,
    BookingState.OFFERED: EmailKind.PLACES_OFFERED,
    BookingState.BOOKED: EmailKind.BOOKED,
    BookingState.CANCELLED: EmailKind.CANCELLED_BY_SCHOOL,
    BookingState.CANCELLED_BY_STAFF: EmailKind.CANCELLED_BY_STAFF,
    BookingState.EXPIRED: EmailKind.OFFER_EXPIRED,
}
_TAG: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def queue_email(booking: Booking, kind: EmailKind, now: datetime) -> BookingEmail:
    """Queue an e-mail of `kind` and drop unsent ones, because each e-mail describes the whole booking."""
    booking.letters.filter(state=EmailState.DUE).update(state=EmailState.DROPPED, due_at=None)
    last = booking.letters.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    return BookingEmail.objects.create(booking=booking, kind=kind, number=last + 1, tag=draw_tag(), due_at=now)


def draw_tag() -> str:
    """Return 79 random bits as lower-case characters that mail systems preserve."""
    return "".join(secrets.choice(_TAG) for _ in range(16))
