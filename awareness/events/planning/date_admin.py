"""The list of dates in the staff site: what is ahead, what waits for its report, by town and event."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from awareness.events.models import EventDate
from awareness.events.planning.exporting import export_dates
from awareness.events.planning.lists import ChosenList, DateStateFilter, EventFilter, TownFilter
from awareness.events.states import DateState
from awareness.events.templatetags.events_words import town_name


class OfEvent(EventFilter):
    field = "event"

    def narrowed(self, queryset: Any, value: str) -> Any:
        return queryset.filter(event=int(value))


@admin.register(EventDate)
class EventDateAdmin(ChosenList):
    row_page = "admin:events-date"
    list_display = ("starts_at", "event", "in_town", "place", "taken_of", "what_it_is")
    list_display_links = ("starts_at", "event")
    list_filter = (OfEvent, DateStateFilter, TownFilter)
    list_select_related = ("event", "report")
    ordering = ["-starts_at", "-id"]

    def now(self) -> datetime:
        """The moment by which a list is read."""
        return timezone.now()

    @admin.display(description=_("town"))
    def in_town(self, date: EventDate) -> str:
        return town_name(date.town)

    @admin.display(description=_("taken"))
    def taken_of(self, date: EventDate) -> str:
        return f"{date.taken}/{date.capacity}"

    @admin.display(description=_("state"))
    def what_it_is(self, date: EventDate) -> str:
        """As the filter calls it."""
        if date.state == DateState.CANCELLED:
            return str(DateState.CANCELLED.label)
        if hasattr(date, "report"):
            return pgettext("date", "closed")
        now = self.now()
        if date.ends_at <= now:
            return pgettext("date", "waits for its report")
        return pgettext("date", "ahead") if date.starts_at > now else pgettext("date", "going on")

    def as_table(self, **asked: Any) -> Iterable[Iterable[object]]:
        return export_dates(**asked)
