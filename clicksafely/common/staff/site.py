"""Signing in: name, password and second factor in one form; whatever is wrong, the answer is the same."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, cast

from django import forms
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from clicksafely.accounts.models import User
from clicksafely.common.permissions import has_role_permission, role_permission_required
from clicksafely.common.templatetags.staff_menu import first_page

_TOTP_DIGITS = 6


class SignInForm(AdminAuthenticationForm):
    """`otp_token` is a code of the authenticator app (six digits) or one of the recovery codes."""

    otp_token = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from your authenticator app, or a recovery code."),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}),
    )

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "Name, password or code is not right, or the code was used before. Wait for the next code and try again. "
            "Without an authenticator app you cannot enter: ask your supervisor."
        ),
    }

    def clean(self) -> dict[str, Any]:
        """Check the password, then the code. A wrong code counts towards the limit of failures as a wrong password does."""
        cleaned: dict[str, Any] = super().clean()
        user = self.get_user()
        if user is not None and not _verify(user, cleaned.get("otp_token", "").replace(" ", "")):
            credentials = {"username": user.get_username()}
            user_login_failed.send(sender=__name__, credentials=credentials, request=self.request)
            raise self.get_invalid_login_error()
        return cleaned


def _verify(user: User, token: str) -> bool:
    """Use up `token` at one of the user's devices, which sign-in then marks as verified."""
    kind = TOTPDevice if token.isdigit() and len(token) == _TOTP_DIGITS else StaticDevice
    with transaction.atomic():
        for device in kind.objects.devices_for_user(user, confirmed=True).select_for_update():
            if device.verify_is_allowed()[0] and device.verify_token(token):
                user.otp_device = device  # type: ignore[attr-defined]
                return True
    return False


class StaffSite(AdminSite):
    """Nobody sees a page of it without password and second factor. Apps add their own pages and the page people land on."""

    site_header = site_title = _("Click Safely")
    index_title = _("What would you like to work on?")
    login_form = SignInForm
    enable_nav_sidebar = False
    site_url = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pages: list[URLPattern | URLResolver] = []
        self._landings: list[tuple[str, str]] = []

    def add_pages(self, pages: Sequence[URLPattern | URLResolver], *, landing: tuple[str, str] | None = None) -> None:
        """Put `pages` before the admin's own; `landing` is (permission, URL name): accounts with that duty start there."""
        self._pages += pages
        if landing:
            self._landings.append(landing)

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff whose second factor was verified in this session."""
        return super().has_permission(request) and request.user.is_verified()  # type: ignore[union-attr]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """As Django does, and refuse a zero byte in a query: lists hand filters on as they come, and PostgreSQL takes none."""

        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise SuspiciousOperation("a zero byte in a query")
            return view(request, *args, **kwargs)

        return super().admin_view(asked, cacheable)

    def get_urls(self) -> list[Any]:
        """The apps' own pages, then the admin's."""
        return [*self._pages, *super().get_urls()]

    def index(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the first landing page whose duty the user has, else list what may be edited, else to the first page of the menu."""
        for permission, page in self._landings:
            if has_role_permission(request.user, permission):
                return HttpResponseRedirect(reverse(page))
        response = super().index(request, extra_context)
        first = first_page(request.user) if not (response.context_data or {}).get("app_list") else None
        return HttpResponseRedirect(first) if first else response


def staff_view[**P, R: HttpResponseBase](
    *permissions: str,
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Decorate a view: a page of the staff site that needs all of `permissions`."""

    def decorate(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        checked = role_permission_required(*permissions)(view)

        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return cast(R, admin.site.admin_view(cast(Any, checked))(request, *args, **kwargs))

        return page

    return decorate
