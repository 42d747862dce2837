"""Filters of the lists of dates and bookings."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.events.enums import OPEN_STATES, BookingState, DateState, VisitState
from awareness.events.models import Event, EventDate
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.places import town_choices
from clicksafely.common.staff.registers import SelectFilter

# The newest events, about ten years.
MAX_EVENTS = 300


class BookingStateFilter(SelectFilter):
    title = _("state")
    parameter_name = "state"
    field = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(BookingState.choices)


class VisitStateFilter(SelectFilter):
    title = _("state")
    parameter_name = "state"
    field = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return list(VisitState.choices)


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
        # Plain columns: model instances of so many events would cost more than the list.
        rows: Any = Event.objects.order_by("-id")
        columns = rows.rewrite(False).values_list("pk", "title_sr", "title_en")
        english = get_language() == ENGLISH
        return [(pk, (in_english if english else "") or title) for pk, title, in_english in columns[:MAX_EVENTS]]

    def narrowed(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        # Ids instead of a subquery, so that the planner knows how few they are.
        dates = EventDate.objects.filter(event=int(value)).values_list("pk", flat=True)
        return queryset.filter(date__in=list(dates))


class DateFilter(SelectFilter):
    """One date, set by a link on its page."""

    title = _("date")
    parameter_name = "date"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        date_id = request.GET.get("date", "")
        if not (date_id.isascii() and date_id.isdigit() and len(date_id) < 16):
            return []
        return [(date.pk, date) for date in EventDate.objects.filter(pk=int(date_id))]

    def has_output(self) -> bool:
        return bool(self.lookup_choices)

    def narrowed(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return queryset.filter(date=int(value))


class UnreachableFilter(SelectFilter):
    title = _("e-mails")
    parameter_name = "unreachable"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("open", _("returned undelivered, booking still open")), ("all", _("returned undelivered"))]

    def narrowed(self, queryset: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        rows = queryset.filter(unreachable_at__isnull=False)
        return rows.filter(state__in=OPEN_STATES) if value == "open" else rows


class DateStateFilter(SelectFilter):
    """State of a date with regard to its report."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [
            ("ahead", pgettext_lazy("date", "upcoming")),
            ("waits", pgettext_lazy("date", "report missing")),
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
