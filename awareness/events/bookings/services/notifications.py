"""Letters that are to be sent: rows, whose text is made when they go."""

import secrets
from datetime import datetime
from typing import Final

from django.db.models import Max

from awareness.events.enums import BookingState
from awareness.events.models import Booking, BookingLetter, LetterKind, LetterState

# Which letter says where a booking stands.
PRESENT: Final = {
    BookingState.WAITING: LetterKind.WAITING,
    BookingState.OFFERED: LetterKind.OFFER,
    BookingState.BOOKED: LetterKind.BOOKED,
    BookingState.CANCELLED: LetterKind.CANCELLED,
    BookingState.CALLED_OFF: LetterKind.CALLED_OFF,
    BookingState.LAPSED: LetterKind.LAPSED,
}
_TAG: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def tell(booking: Booking, kind: LetterKind, now: datetime) -> BookingLetter:
    """Queue the next letter of a kind. What has not gone yet is overtaken: every letter says all that counts."""
    booking.letters.filter(state=LetterState.DUE).update(state=LetterState.DROPPED)
    last = booking.letters.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    return BookingLetter.objects.create(booking=booking, kind=kind, number=last + 1, tag=draw_tag(), due_at=now)


def draw_tag() -> str:
    """79 random bits, in letters that every mail system leaves alone."""
    return "".join(secrets.choice(_TAG) for _ in range(16))
