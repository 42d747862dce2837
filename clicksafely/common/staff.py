"""The staff site: Django's admin behind a compulsory second factor."""

from collections.abc import Sequence
from functools import wraps
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _

from clicksafely.common.signin import SignInForm


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
        """Put `pages` before the admin's own; `landing` is (permission, URL name): who holds it starts there."""
        self._pages += pages
        if landing:
            self._landings.append(landing)

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff whose second factor was verified in this session."""
        return super().has_permission(request) and request.user.is_verified()  # type: ignore[union-attr]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """As Django's, but for the list of all models in its sidebar: nothing here shows that, and it took a third of most pages."""
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "site_url": self.site_url,
            "has_permission": self.has_permission(request),
            "is_popup": False,
            "is_nav_sidebar_enabled": self.enable_nav_sidebar,
            "log_entries": self.get_log_entries(request),
        }

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
        """People with a desk go to it, the others see what they may edit."""
        for permission, page in self._landings:
            if request.user.has_perm(permission) and not request.user.is_superuser:
                return HttpResponseRedirect(reverse(page))
        return super().index(request, extra_context)
