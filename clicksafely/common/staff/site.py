"""The staff site: pages for accounts with a verified second factor. `accounts.site` adds the sign-in form."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.permissions import role_permission_required
from clicksafely.common.staff.home import home_of, recent_work
from clicksafely.common.staff.menu import menu_entries


class StaffSite(AdminSite):
    """Admin site that requires password and second factor for every page. The index is the home page."""

    site_header = site_title = _("Click Safely")
    index_title = _("Home")
    empty_value_display = "–"
    enable_nav_sidebar = False
    site_url = None

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the user is active staff with a second factor verified in this session."""
        return super().has_permission(request) and request.user.is_verified()  # type: ignore[union-attr]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Wrap a view as Django does, and reject a NUL byte in a query.

        Filters are passed on unchecked, and PostgreSQL rejects NUL.
        """

        @wraps(view)
        def checked_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise SuspiciousOperation("a NUL byte in a query")
            return view(request, *args, **kwargs)

        return super().admin_view(checked_view, cacheable)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the models of one app. Pages have the sidebar instead of the list of all, which `index` passes to its template."""
        return super().get_app_list(request, app_label) if app_label else []

    def index(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the home page: waiting and due work, failures, plots, recent work, and all lists."""
        user = acting_user(request)
        home = home_of(user, menu_entries(user), now=timezone.now())
        shown = {"home": home, "recent": recent_work(request), "app_list": super().get_app_list(request)}
        return super().index(request, {**shown, **(extra_context or {})})


def acting_user(request: HttpRequest) -> User:
    """Return the signed-in account of a request to the staff site."""
    return cast(User, request.user)


def staff_view[**P, R: HttpResponseBase](
    *permissions: str,
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Decorate a view as a page of the staff site that requires all of `permissions`."""

    def decorate(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        checked = role_permission_required(*permissions)(view)

        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return cast(R, admin.site.admin_view(cast(Any, checked))(request, *args, **kwargs))

        return page

    return decorate
