"""Admin list of meetings; each meeting has a page of its own."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.places import TOWNS
from clicksafely.common.staff.exports import ExportMixin
from clicksafely.common.staff.list_mixins import RowPageMixin
from clicksafely.common.staff.lists import ReadOnlyAdmin
from youthpanel.meetings.selectors import count_attendances
from youthpanel.meetings.views import ADD_MEETING
from youthpanel.members.admin import TownFilter
from youthpanel.models import Meeting
from youthpanel.permissions import EXPORT_LISTS


class WhenFilter(admin.SimpleListFilter):
    """Filter by upcoming, past and cancelled meetings."""

    title = _("state")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [
            ("ahead", pgettext_lazy("meetings", "upcoming")),
            ("over", pgettext_lazy("meetings", "past")),
            ("off", pgettext_lazy("meetings", "cancelled")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        match self.value():
            case "ahead":
                return queryset.filter(cancelled_at=None, ends_at__gt=now).order_by("starts_at", "id")
            case "over":
                return queryset.filter(cancelled_at=None, ends_at__lte=now)
            case "off":
                return queryset.exclude(cancelled_at=None)
        return queryset


class CohortsFilter(admin.RelatedFieldListFilter):
    """Filter by invited cohorts. Every meeting has at least one."""

    include_empty_choice = False


class MeetingAdmin(ExportMixin, RowPageMixin, ReadOnlyAdmin):
    empty_hint = _("Plan the first meeting above.")
    export_permission = EXPORT_LISTS
    export_columns = ("title", "starts_at", "in_town", "attendance_count", "what_it_is")
    row_page = "admin:youthpanel-meeting"
    change_list_template = "staff/youthpanel/meetings/list.html"
    list_display = ("title", "starts_at", "in_town", "attendance_count", "what_it_is")
    list_filter = (WhenFilter, TownFilter, ("cohorts", CohortsFilter))
    ordering: ClassVar = ["-starts_at", "-id"]
    # A short table.
    search_fields = ("title_sr", "title_en")
    in_global_search = True

    @admin.display(description=_("town"))
    def in_town(self, meeting: Meeting) -> str:
        return str(TOWNS.get(meeting.town, meeting.town))

    @admin.display(description=_("came"))
    def attendance_count(self, meeting: Any) -> str:
        return f"{meeting.attended}/{meeting.noted}" if meeting.noted else "–"

    @admin.display(description=_("state"))
    def what_it_is(self, meeting: Meeting) -> str:
        """The label of the filter, and what is missing."""
        if meeting.cancelled_at:
            return pgettext("meetings", "cancelled")
        return pgettext("meetings", "past") if meeting.ends_at <= timezone.now() else pgettext("meetings", "upcoming")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Meeting]:
        """Adds attendance counts, for meetings with recorded attendance."""
        counts = {"noted": count_attendances(attended__isnull=False), "attended": count_attendances(attended=True)}
        counted: QuerySet[Any] = super().get_queryset(request).annotate(**counts)
        return counted

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Adds a button for a new meeting."""
        extra = {"may_plan": has_role_permission(request.user, ADD_MEETING), **(extra_context or {})}
        return super().changelist_view(request, extra)
