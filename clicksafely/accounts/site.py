"""The staff site with the sign-in form of this project, and the cookie of browsers in which an account has signed in."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from clicksafely.accounts import openid
from clicksafely.accounts.forms import SignInForm
from clicksafely.accounts.models import ProviderIdentity, User
from clicksafely.accounts.second_factors import has_lasting_factor, passkey_missing
from clicksafely.common.staff.site import StaffSite, acting_user

DEVICE_COOKIE: Final = "device"
# The browsers of staff who return from parental leave are strangers again.
DEVICE_MAX_AGE: Final = timedelta(days=180)


class SignInSite(StaffSite):
    """The default admin site: accounts sign in with a password and a second factor."""

    login_form = SignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the user is active staff with a second factor verified in this session, and a passkey where it is demanded."""
        return super().has_permission(request) and not passkey_missing(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show or process the sign-in form. An account without a demanded passkey is sent to the page where it adds one."""
        if request.method == "GET" and super().has_permission(request) and passkey_missing(request.user):
            return redirect("admin:second-factors")
        response = super().login(request, {"provider": openid.provider(), **(extra_context or {})})
        if request.method == "POST" and response.status_code == 302:
            return finish_sign_in(request, acting_user(request), response)
        return response


def finish_sign_in(request: HttpRequest, user: User, response: HttpResponse) -> HttpResponse:
    """Remember the browser of a session that has just begun, and return `response`.

    An account without a lasting second factor is sent to the page where it adds one, unless its provider verified the session.
    """
    device = user.otp_device  # type: ignore[attr-defined]
    if not (isinstance(device, ProviderIdentity) or has_lasting_factor(user)):
        response = redirect("admin:second-factors")
    remember_device(request, response, username=user.get_username())
    return response


def remember_device(request: HttpRequest, response: HttpResponse, *, username: str) -> None:
    """Set the cookie of a known device, only for the sign-in page and this user name. It keeps its id, and so its counter.

    Failed sign-ins of such a browser are counted apart from those of strangers. Otherwise anyone who knows a user name could lock its owner
    out with six wrong passwords. See OWASP, "Device cookies".
    """
    device = _known_device(request, username) or secrets.token_hex(16)
    response.set_cookie(
        DEVICE_COOKIE,
        _signer(username).sign(device),
        max_age=DEVICE_MAX_AGE,
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
        return _signer(username).unsign(request.COOKIES.get(DEVICE_COOKIE, ""), max_age=DEVICE_MAX_AGE)
    except BadSignature:
        return None


def _signer(username: str) -> TimestampSigner:
    return TimestampSigner(salt=f"clicksafely.accounts.device {username}")
