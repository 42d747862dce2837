"""The staff site: Django's admin behind a compulsory second factor."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, cast

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _

from clicksafely.common.permissions import duty_required, has_duty
from clicksafely.common.signin import SignInForm
from clicksafely.common.templatetags.sections import first_page


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
            if has_duty(request.user, permission):
                return HttpResponseRedirect(reverse(page))
        response = super().index(request, extra_context)
        first = first_page(request.user) if not (response.context_data or {}).get("app_list") else None
        return HttpResponseRedirect(first) if first else response


def duty_page[**P, R: HttpResponseBase](
    *permissions: str,
) -> Callable[[Callable[Concatenate[HttpRequest, P], R]], Callable[Concatenate[HttpRequest, P], R]]:
    """Decorate a view: a page of the staff site that needs all of `permissions`."""

    def decorate(view: Callable[Concatenate[HttpRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
        checked = duty_required(*permissions)(view)

        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return cast(R, admin.site.admin_view(cast(Any, checked))(request, *args, **kwargs))

        return page

    return decorate
