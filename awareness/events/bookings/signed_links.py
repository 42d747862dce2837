"""Signed management links of bookings under LINK_SECRET."""

from typing import Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from awareness.events.models import Booking
from clicksafely.common.crypto import signed_uuids

_SECRET: Final = "LINK_SECRET"  # noqa: S105 - its name
_SALT: Final = "awareness.events.bookings.link"


def make_token(row: UUID) -> str:
    """Return the token of the booking with the UUID `row`: 38 URL-safe characters."""
    return signed_uuids.make_token(row, secret=_SECRET, salt=_SALT)


def uuid_from_token(token: str) -> UUID | None:
    """Return the UUID of a valid token; None if it is invalid."""
    return signed_uuids.uuid_from_token(token, secret=_SECRET, salt=_SALT)


def management_url(booking: Booking) -> str:
    """Return the absolute URL of the management page in the booking's language."""
    return f"{settings.SITE_URL.rstrip('/')}{management_path(booking)}"


def management_path(booking: Booking) -> str:
    """Return the path of the management page. It is also available in processes that serve no public pages."""
    path = reverse("booking", urlconf="awareness.events.bookings.urls", args=[make_token(booking.uuid)])
    return f"/{booking.language}{path}"
