"""Admin list of meetings; each meeting has a page of its own."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from clicksafely.common.permissions import has_role_permission
from clicksafely.common.places import TOWNS, town_choices
from clicksafely.common.staff.lists import ReadOnlyAdmin
from clicksafely.common.staff.site import StaffSite
from youthpanel.meetings.selectors import count_attendances
from youthpanel.meetings.urls import urlpatterns
from youthpanel.meetings.view_helpers import ADD_MEETING
from youthpanel.models import Meeting
from youthpanel.permissions import OPEN_NOTE

cast(StaffSite, admin.site).add_pages(urlpatterns, landing=(OPEN_NOTE, "admin:youthpanel-incidents"))


class WhenFilter(admin.SimpleListFilter):
    """Filter by upcoming, past and cancelled meetings."""

    title = _("state")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [
            ("ahead", pgettext_lazy("meetings", "ahead")),
            ("over", pgettext_lazy("meetings", "over")),
            ("off", pgettext_lazy("meetings", "called off")),
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


class MeetingTownFilter(admin.SimpleListFilter):
    """Filter by towns with meetings."""

    title = _("town")
    parameter_name = "town"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        present = set(Meeting.objects.order_by().values_list("town", flat=True).distinct())
        return [(code, name) for code, name in town_choices() if code in present]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(town=self.value()) if self.value() else queryset


class CohortsFilter(admin.RelatedFieldListFilter):
    """Filter by invited cohorts. Every meeting has at least one."""

    include_empty_choice = False


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    change_list_template = "staff/youthpanel/meetings/list.html"
    list_display = ("title", "starts_at", "in_town", "who_came", "what_it_is")
    list_filter = (WhenFilter, MeetingTownFilter, ("cohorts", CohortsFilter))
    ordering: ClassVar = ["-starts_at", "-id"]

    @admin.display(description=_("town"))
    def in_town(self, meeting: Meeting) -> str:
        return str(TOWNS.get(meeting.town, meeting.town))

    @admin.display(description=_("came"))
    def who_came(self, meeting: Any) -> str:
        return f"{meeting.came}/{meeting.noted}" if meeting.noted else "–"

    @admin.display(description=_("state"))
    def what_it_is(self, meeting: Meeting) -> str:
        """The label of the filter, and what is missing."""
        if meeting.cancelled_at:
            return pgettext("meetings", "called off")
        return pgettext("meetings", "over") if meeting.ends_at <= timezone.now() else pgettext("meetings", "ahead")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Meeting]:
        """Adds attendance counts, for meetings with recorded attendance."""
        counts = {"noted": count_attendances(came__isnull=False), "came": count_attendances(came=True)}
        counted: QuerySet[Any] = super().get_queryset(request).annotate(**counts)
        return counted

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Adds a button for a new meeting."""
        extra = {"may_plan": has_role_permission(request.user, ADD_MEETING), **(extra_context or {})}
        return super().changelist_view(request, extra)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirect to the page of the meeting."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("admin:youthpanel-meeting", object_id)
