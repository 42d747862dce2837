"""A cookie of browsers in which an account has signed in: their failed sign-ins are counted apart from those of strangers.

Without it, anyone who knows a user name could lock its owner out with six wrong passwords. See OWASP, "Device cookies".
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE: Final = "device"
# The browsers of staff who return from parental leave are strangers again.
MAX_AGE: Final = timedelta(days=180)


def remember_device(request: HttpRequest, response: HttpResponse, *, username: str) -> None:
    """Set the cookie, only for the sign-in page and this user name. A known device keeps its id, and so its counter."""
    device = _known_device(request, username) or secrets.token_hex(16)
    response.set_cookie(
        COOKIE,
        _signer(username).sign(device),
        max_age=MAX_AGE,
        path=reverse("admin:login"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def counted_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """Return the name under which axes counts failures: the user name, followed by the id of a device known for it.

    User names contain no space, and an id cannot be guessed, so a stranger cannot add to the counter of a device.
    """
    username: str | None = (credentials or request.POST).get("username")
    device = _known_device(request, username) if username else None
    return f"{username} {device}" if device else username


def _known_device(request: HttpRequest, username: str) -> str | None:
    try:
        return _signer(username).unsign(request.COOKIES.get(COOKIE, ""), max_age=MAX_AGE)
    except BadSignature:
        return None


def _signer(username: str) -> TimestampSigner:
    return TimestampSigner(salt=f"clicksafely.accounts.device {username}")
