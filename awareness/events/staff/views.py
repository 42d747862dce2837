"""Staff overview, month calendar, statistics and copies of events."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from awareness.events.models import Event
from awareness.events.models.event import FIRST_YEAR, LAST_YEAR
from awareness.events.staff.forms import CopyForm
from awareness.events.staff.month_calendar import month_of, read_month, weeks_of
from awareness.events.staff.selectors import date_rows, dates_between, overview
from awareness.events.staff.services import copy_event
from awareness.events.staff.statistics import figures_of_event, group_names
from clicksafely.common.staff.pages import DetailPage, FormPage, StaffPage


class Overview(DetailPage[None]):
    """Next dates, dates without a report, unanswered offers and unreachable schools."""

    permissions = ("events.view_booking", "events.view_eventdate")
    template_name = "staff/events/overview.html"
    title = pgettext_lazy("sections", "Events overview")

    def get_context(self) -> dict[str, Any]:
        return {"overview": overview(self.now), "now": self.now}


class Calendar(DetailPage[None]):
    """One month; the current one without a valid parameter."""

    permissions = ("events.view_eventdate",)
    template_name = "staff/events/calendar.html"
    title = gettext_lazy("Calendar")

    def get_context(self) -> dict[str, Any]:
        present = month_of(self.now)
        month = read_month(self.request.GET.get("month", "")) or present
        following = month.plus(1)
        dates = date_rows(dates_between(month.starts_at, following.starts_at), self.now)
        return {
            "month": month,
            "weeks": weeks_of(month, dates, self.now),
            "number": len(dates),
            "before": month.plus(-1) if month.plus(-1).year >= FIRST_YEAR else None,
            "after": following if following.year <= LAST_YEAR else None,
            "present": None if month == present else present,
        }


class EventPage(StaffPage[Event]):
    """Base of the pages of one event beside its form."""

    def get_object(self) -> Event:
        return get_object_or_404(Event, pk=self.kwargs["pk"])

    def get_url(self) -> str:
        return reverse("admin:events_event_change", args=[self.object.pk])

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "event": self.object}


class Statistics(EventPage, DetailPage[Event]):
    """Participants by date and in total."""

    permissions = ("events.view_closingreport",)
    template_name = "staff/events/event_statistics.html"

    def get_title(self) -> str:
        return _("Figures: %(name)s") % {"name": self.object}

    def get_context(self) -> dict[str, Any]:
        figures = figures_of_event(self.object, self.now)
        return {**super().get_context(), "figures": figures, "groups": group_names()}


class CopyEvent(EventPage, FormPage[Event, CopyForm]):
    """Copy the event into the chosen series as a draft."""

    permissions = ("events.add_event", "events.view_event")
    template_name = "staff/events/event_form.html"
    form_class = CopyForm
    introduction = gettext_lazy("The copy is a draft with the same texts, topics and booking rules. It has no dates.")
    submit_label = gettext_lazy("Create the copy")

    def get_title(self) -> str:
        return _("Copy: %(name)s") % {"name": self.object}

    def save(self, form: CopyForm) -> HttpResponse:
        copied = copy_event(event=self.object, series=form.cleaned_data["series"], actor=self.user, now=self.now)
        messages.success(self.request, _("The copy is a draft. Add dates, review it, then publish it."))
        return redirect("admin:events_event_change", copied.pk)
