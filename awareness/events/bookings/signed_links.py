"""Signed management links of bookings: the UUID and a truncated HMAC over it under LINK_SECRET; nothing is stored."""

import base64
import re
from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from awareness.events.models import Booking
from clicksafely.common.crypto.part_secrets import secret_values

_UUID_BYTES: Final = 16
# 96 bits are enough, because each guess needs a request.
_SEAL_BYTES: Final = 12
LENGTH: Final = 38
_SHAPE: Final = re.compile(f"[A-Za-z0-9_-]{{{LENGTH}}}")


def make_token(row: UUID) -> str:
    """The token of the booking with the UUID `row`: 38 URL-safe characters."""
    return _token(row, secret_values("LINK_SECRET")[0])


def uuid_from_token(token: str) -> UUID | None:
    """The UUID of a valid token; None if it is invalid."""
    if not _SHAPE.fullmatch(token):
        return None
    row = UUID(bytes=base64.urlsafe_b64decode(f"{token}==")[:_UUID_BYTES])
    # Compared as text: the last character of base64 has several equivalent forms.
    secrets = secret_values("LINK_SECRET")
    return row if any(constant_time_compare(token, _token(row, secret)) for secret in secrets) else None


def management_url(booking: Booking) -> str:
    """The absolute URL of the management page in the booking's language."""
    return f"{settings.SITE_URL.rstrip('/')}{management_path(booking)}"


def management_path(booking: Booking) -> str:
    """The path of the management page. It is also available in processes that serve no public pages."""
    path = reverse("booking", urlconf="awareness.events.bookings.urls", args=[make_token(booking.uuid)])
    return f"/{booking.language}{path}"


def _token(row: UUID, secret: str) -> str:
    seal = salted_hmac("awareness.events.bookings.link", row.bytes, secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(row.bytes + seal[:_SEAL_BYTES]).rstrip(b"=").decode()
