"""Staff pages of a date: view, add, change, cancel and remove."""

from copy import copy
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.events.bookings import emails
from awareness.events.models import Event, EventDate, VisitRequest
from awareness.events.staff import services
from awareness.events.staff.forms import CancelForm, DateForm, like_the_last
from awareness.events.staff.selectors import bookings_of, date_rows, last_date_of
from awareness.events.visits.services import link_date
from clicksafely.common.permissions import has_role_permission
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage, StaffPage

CHANGE_VISIT = "events.change_visitrequest"


def warn_without_mail_server(request: HttpRequest) -> None:
    """Say that queued e-mails to schools wait, if no mail server is configured."""
    if not emails.is_configured():
        messages.warning(request, _("No mail server is configured, so e-mails to schools wait. Call the schools."))


class DatePage(StaffPage[EventDate]):
    """Base of the pages of one date."""

    def get_object(self) -> EventDate:
        return get_object_or_404(EventDate.objects.select_related("event"), pk=self.kwargs["date_id"])

    def get_url(self) -> str:
        return reverse("admin:events-date", args=[self.object.pk])

    def get_title(self) -> str:
        return f"{self.object.event}, {self.object}"

    def get_context(self) -> dict[str, Any]:
        [entry] = date_rows(EventDate.objects.filter(pk=self.object.pk), self.now)
        return {**super().get_context(), "entry": entry, "event": self.object.event}


class DateDetail(DatePage, DetailPage[EventDate]):
    """One date with its bookings and actions."""

    permissions = ("events.view_eventdate",)
    template_name = "staff/events/dates/date.html"

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "bookings": bookings_of(self.object),
            "removable": not services.has_dependents(self.object),
            "begun": self.object.starts_at <= self.now,
        }


class AddDate(FormPage[Event, DateForm]):
    """Add a date to an event."""

    permissions = ("events.add_eventdate",)
    template_name = "staff/events/dates/form.html"
    form_class = DateForm

    def get_object(self) -> Event:
        return get_object_or_404(Event, pk=self.kwargs["event_id"])

    def get_url(self) -> str:
        return reverse("admin:events_event_change", args=[self.object.pk])

    def get_title(self) -> str:
        return _("Add a date: %(name)s") % {"name": self.object}

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "event": self.object}

    @cached_property
    def visit(self) -> VisitRequest | None:
        """The request for a visit from which the date is made, named by `?request=`."""
        number = self.request.GET.get("request", "")
        if not (number.isdecimal() and len(number) < 19 and has_role_permission(self.user, CHANGE_VISIT)):
            return None
        return VisitRequest.objects.filter(pk=int(number)).first()

    def get_initial(self) -> dict[str, Any]:
        initial = like_the_last(last_date_of(self.object))
        if self.visit is None:
            return initial
        visit_values = {"day": self.visit.weeks[0], "town": self.visit.town, "place": self.visit.school}
        return {**initial, **visit_values, "capacity": self.visit.pupils}

    def save(self, form: DateForm) -> HttpResponse:
        with transaction.atomic():
            date = services.add_date(event=self.object, actor=self.user, now=self.now, **form.values)
            if self.visit is not None:
                link_date(visit=self.visit, date=date, actor=self.user, now=self.now)
        if date.starts_at <= self.now:
            messages.warning(
                self.request, _("This date is in the past. It cannot be booked, but it can be closed with a report.")
            )
        messages.success(self.request, _("The date is added: %(date)s.") % {"date": date})
        if "_another" in self.request.POST:
            return redirect("admin:events-date-add", self.object.pk)
        return redirect("admin:events-date", date.pk)


class ChangeDate(DatePage, FormPage[EventDate, DateForm]):
    """Change time, place or capacity; schools with bookings are notified of a move."""

    permissions = ("events.change_eventdate",)
    template_name = "staff/events/dates/form.html"
    form_class = DateForm

    def get_title(self) -> str:
        return _("Change: %(date)s") % {"date": self.object}

    def get_form_arguments(self) -> dict[str, Any]:
        # The form changes its instance; the page shows the stored date.
        return {"instance": copy(self.object)}

    def save(self, form: DateForm) -> None:
        opened = form.cleaned_data["opened"]
        if services.change_date(date=self.object, opened=opened, actor=self.user, now=self.now, **form.values):
            messages.success(self.request, _("The date is changed. E-mails to the schools concerned are queued."))
            warn_without_mail_server(self.request)


class CancelDate(DatePage, FormPage[EventDate, CancelForm]):
    """Cancel a date after showing the consequences; requires a reason."""

    permissions = ("events.change_eventdate",)
    template_name = "staff/events/dates/cancel.html"
    form_class = CancelForm
    introduction = gettext_lazy(
        "The reason is public. It appears on the page, in calendars and in the e-mails to schools."
    )
    submit_label = gettext_lazy("Cancel the date")
    danger = True
    success_message = gettext_lazy("The date is cancelled. E-mails to the schools are queued.")

    def get_title(self) -> str:
        return _("Cancel: %(date)s") % {"date": self.object}

    def save(self, form: CancelForm) -> None:
        services.cancel_date(date=self.object, **form.cleaned_data, actor=self.user, now=self.now)
        warn_without_mail_server(self.request)


class RemoveDate(ActionPage[EventDate], DateDetail):
    """Remove a date without bookings."""

    permissions = ("events.delete_eventdate",)
    success_message = gettext_lazy("The date is removed.")

    def perform(self) -> None:
        services.remove_date(date=self.object, actor=self.user, now=self.now)

    def get_success_url(self) -> str:
        return reverse("admin:events_event_change", args=[self.object.event_id])
