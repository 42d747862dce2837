"""The link by which a school manages its booking: the booking's UUID and a seal over it, so that nobody can make one; no row is needed."""

import base64
import re
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from awareness.events.models import Booking

_UUID_BYTES: Final = 16
# 96 bits: each guess costs a request.
_SEAL_BYTES: Final = 12
LENGTH: Final = 38
_TOKEN: Final = re.compile(f"[A-Za-z0-9_-]{{{LENGTH}}}")


def make_token(row: UUID) -> str:
    """The token of the booking with this UUID, 38 characters that stand in an address as they are."""
    return base64.urlsafe_b64encode(row.bytes + _seal(row)).rstrip(b"=").decode()


def uuid_from_token(token: str) -> UUID | None:
    """The UUID that a token was made for; None where it was not made here, or is altered."""
    if not _TOKEN.fullmatch(token):
        return None
    row = UUID(bytes=base64.urlsafe_b64decode(f"{token}==")[:_UUID_BYTES])
    # Compared as text: the last character of base 64 can be written in several ways.
    return row if constant_time_compare(token, make_token(row)) else None


def management_url(booking: Booking) -> str:
    """The full address under which a booking is managed, in its language."""
    return f"{settings.SITE_URL.rstrip('/')}{management_path(booking)}"


def management_path(booking: Booking) -> str:
    """The path of that address. It is known at every door: letters are written where no public page is served."""
    path = reverse("booking", urlconf="awareness.events.bookings.urls", args=[make_token(booking.uuid)])
    return f"/{booking.language}{path}"


def _seal(row: UUID) -> bytes:
    return salted_hmac("awareness.events.bookings.link", row.bytes, algorithm="sha256").digest()[:_SEAL_BYTES]
