"""Filters of the coordinators' lists: boxes to choose from in one form, for 185 towns make no list of links."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.events.enums import OPEN_STATES, BookingState, DateState
from awareness.events.models import Event, EventDate
from awareness.events.staff.export import csv_answer
from clicksafely.accounts.models import User
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.places import town_choices
from clicksafely.common.staff.lists import ReadOnlyAdmin

# Events that may be chosen: the newest, of ten years.
MOST_EVENTS = 300


class SelectFilter(admin.SimpleListFilter):
    """One box. `field` is compared with what was chosen; what nobody offered finds nothing."""

    field: ClassVar[str] = ""

    def has_output(self) -> bool:
        return True

    def options(self) -> SafeString:
        """What may be chosen, in one piece: a template would go through its nodes for each of 185 towns."""
        chosen = self.value()
        options = ((key, " selected" if str(key) == chosen else "", name) for key, name in self.lookup_choices)
        return format_html_join("", '<option value="{}"{}>{}</option>', options)

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        value = self.value()
        if not value:
            return queryset
        if value not in {str(key) for key, _name in self.lookup_choices}:
            return queryset.none()
        return self.narrowed(queryset, value)

    def narrowed(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        """The rows with this value."""
        return queryset.filter(**{self.field: value})


class BookingStateFilter(SelectFilter):
    title = _("state")
    parameter_name = "state"
    field = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(BookingState.choices)


class TownFilter(SelectFilter):
    title = _("town")
    parameter_name = "town"
    field = "town"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(town_choices())


class EventFilter(SelectFilter):
    title = _("event")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        # Columns as they are: objects of so many events would cost more than the list.
        rows: Any = Event.objects.order_by("-id")
        columns = rows.rewrite(False).values_list("pk", "title_sr", "title_en")
        english = get_language() == ENGLISH
        return [(pk, (in_english if english else "") or title) for pk, title, in_english in columns[:MOST_EVENTS]]

    def narrowed(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        # The ids, not a part of the query: the planner then knows how few they are.
        dates = EventDate.objects.filter(event=int(value)).values_list("pk", flat=True)
        return queryset.filter(date__in=list(dates))


class DateFilter(SelectFilter):
    """One date, chosen by a link on its page."""

    title = _("date")
    parameter_name = "date"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        asked = request.GET.get("date", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) < 16):
            return []
        return [(date.pk, date) for date in EventDate.objects.filter(pk=int(asked))]

    def has_output(self) -> bool:
        return bool(self.lookup_choices)

    def narrowed(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return queryset.filter(date=int(value))


class UnreachableFilter(SelectFilter):
    title = _("letters")
    parameter_name = "unreachable"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("open", _("come back, booking still open")), ("all", _("come back"))]

    def narrowed(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        rows = queryset.filter(unreachable_at__isnull=False)
        return rows.filter(state__in=OPEN_STATES) if value == "open" else rows


class DateStateFilter(SelectFilter):
    """What a date waits for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [
            ("ahead", pgettext_lazy("date", "ahead")),
            ("waits", pgettext_lazy("date", "waits for its report")),
            ("closed", pgettext_lazy("date", "closed")),
            (DateState.CANCELLED.value, DateState.CANCELLED.label),
        ]

    def narrowed(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        match value:
            case "ahead":
                return queryset.filter(state=DateState.PLANNED, starts_at__gt=self.now)
            case "waits":
                return queryset.filter(state=DateState.PLANNED, ends_at__lte=self.now, report=None)
            case "closed":
                return queryset.filter(report__isnull=False)
        return queryset.filter(state=value)

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.now = model_admin.now()
        super().__init__(request, params, model, model_admin)


class FilteredListAdmin(ReadOnlyAdmin):
    """A list whose filters stand above it in one form, and which can be taken along; a row's page is one of the app's own."""

    change_list_template = "staff/events/_selection_list.html"
    # The name of the page of a row.
    row_page: ClassVar[str]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """With the address at which the list is taken along as it is narrowed now."""
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_export")
        return super().changelist_view(request, {"export": address + query, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A page of its own."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect(self.row_page, object_id)

    def get_urls(self) -> list[Any]:
        """The list as a table beside the admin's own pages."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export), name=name), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponse:
        """What the list shows, all pages of it. Its address looked at leads to the list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        try:
            narrowed = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        chosen = {name: str(value) for name, value in request.GET.items() if name != "q"}
        rows = self.as_table(rows=narrowed, chosen=chosen, actor=cast(User, request.user), now=timezone.now())
        return csv_answer(str(self.opts.model_name), rows)

    def as_table(
        self, *, rows: "QuerySet[Any]", chosen: Mapping[str, str], actor: User, now: datetime
    ) -> Iterable[Iterable[object]]:
        """The rows of a table, after the names of its columns."""
        raise NotImplementedError
