"""The staff site with the sign-in form of this project."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clicksafely.accounts import device_cookie, openid
from clicksafely.accounts.forms import SignInForm
from clicksafely.accounts.second_factors import has_lasting_factor, passkey_missing
from clicksafely.common.staff.site import StaffSite, acting_user


class SignInSite(StaffSite):
    """The default admin site: accounts sign in with a password and a second factor."""

    login_form = SignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the user is active staff with a second factor verified in this session, and a passkey where it is demanded."""
        return super().has_permission(request) and not passkey_missing(request.user)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show or process the sign-in form; after success, remember the browser.

        An account without a lasting second factor, or without a demanded passkey, is sent to the page where it adds one.
        """
        if request.method == "GET" and super().has_permission(request) and passkey_missing(request.user):
            return redirect("admin:second-factors")
        response = super().login(request, {"provider": openid.provider(), **(extra_context or {})})
        if request.method == "POST" and response.status_code == 302:
            user = acting_user(request)
            if not has_lasting_factor(user):
                response = redirect("admin:second-factors")
            device_cookie.remember_device(request, response, username=user.get_username())
        return response
