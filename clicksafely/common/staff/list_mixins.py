"""Mixins of staff lists: search by number, rows that open a page outside the admin, and short lists of settings."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clicksafely.common.staff.lists import FixedOrderChangeList, StaffModelAdmin

# A PostgreSQL bigint holds every number of this length.
MAX_DIGITS = 18


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


class NumberSearchMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Search by number only, with or without a prefix: "NP-2026-000042" or "42". Set `search_fields` to show the field."""

    number_field: ClassVar[str] = "pk"
    # The letters of a reference; the search over all lists finds "N-2026-000042" in the list of notices only.
    reference_letters: ClassVar[str] = ""

    def get_search_results(
        self, request: HttpRequest, queryset: "models.QuerySet[Any]", search_term: str
    ) -> tuple["models.QuerySet[Any]", bool]:
        """Return the row with this number."""
        term = search_term.strip()
        if not term:
            return queryset, False
        number = term.rpartition("-")[2]
        if not _is_number(number):
            return queryset.none(), False
        return queryset.filter(**{self.number_field: int(number[:MAX_DIGITS])}), False

    def find_rows(self, request: HttpRequest, query: str) -> "models.QuerySet[Any]":
        """Return the row with this number, unless the letters are those of another list."""
        letters, dash, _rest = query.partition("-")
        rows = self.get_queryset(request)
        if dash and letters.strip().upper() != self.reference_letters:
            return rows.none()
        return self.get_search_results(request, rows, query)[0]


class RowPageMixin(admin.ModelAdmin):  # type: ignore[type-arg]
    """A row opens the page `row_page`, the name of a URL with one id, instead of the change form."""

    row_page: ClassVar[str]
    # Django would resolve the URL of each row to add the filters of the list, which these pages do not use.
    preserve_filters = False

    def row_page_id(self, object_id: str) -> int | str | None:
        """Return the id in the URL of the page of row `object_id` (decimal digits). None if it has no page."""
        return object_id

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the page of the row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page_id = self.row_page_id(object_id) if _is_number(object_id) else None
        if page_id is None:
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect(self.row_page, page_id)


class ShortListAdmin(StaffModelAdmin):
    """A short list of settings on one page, in the order of the model."""

    has_plain_name = True
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    list_per_page = 100
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return FixedOrderChangeList
