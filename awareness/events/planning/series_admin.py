"""Series in the staff site: few, with the number of their events."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from awareness.events.models import Series
from awareness.topics.admin_base import PublishingAdmin


@admin.register(Series)
class SeriesAdmin(PublishingAdmin):
    has_history = False
    list_display = ("title", "year", "season", "number_of_events")
    fieldsets = ((None, {"fields": (("year", "season"), "title", "summary")}),)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(events_count=Count("events"))
        return counted

    @admin.display(description=_("events"))
    def number_of_events(self, series: Any) -> int:
        """Drafts included."""
        return int(series.events_count)
