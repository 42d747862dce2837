"""The staff site with the sign-in form of this project."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clicksafely.accounts import device_cookie, openid
from clicksafely.accounts.forms import SignInForm
from clicksafely.accounts.models import ProviderIdentity, User
from clicksafely.accounts.second_factors import has_lasting_factor, passkey_missing
from clicksafely.common.staff.site import StaffSite, acting_user


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
    device_cookie.remember_device(request, response, username=user.get_username())
    return response
