"""Staff pages of a request for a visit: view, contact person, answer, decline, make a date, erase."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.events.enums import VISIT_TRANSITIONS, VisitState
from awareness.events.models import Event, VisitRequest
from awareness.events.visits import services
from clicksafely.common.fields import PlainLineField
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage, StaffPage

VIEW, CHANGE = "events.view_visitrequest", "events.change_visitrequest"


class VisitPage(StaffPage[VisitRequest]):
    """Base of the pages of one request."""

    def get_object(self) -> VisitRequest:
        rows = VisitRequest.objects.select_related("topic", "date__event")
        return get_object_or_404(rows, pk=self.kwargs["visit_id"])

    def get_url(self) -> str:
        return reverse("admin:events-visit", args=[self.object.pk])


class VisitFormPage[F: forms.Form](VisitPage, FormPage[VisitRequest, F]):
    """A form for one request, on its own page."""

    template_name = "staff/events/visit_form.html"

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "visit": self.object}


class VisitDetail(VisitPage, DetailPage[VisitRequest]):
    """The request without the decrypted contact person."""

    permissions = (VIEW,)
    template_name = "staff/events/visit_request.html"

    def get_title(self) -> str:
        return self.object.school

    def get_context(self) -> dict[str, Any]:
        possible = VISIT_TRANSITIONS[VisitState(self.object.state)]
        return {**super().get_context(), "visit": self.object, "possible": possible}


class OpenVisitContact(ActionPage[VisitRequest], VisitDetail):
    """Show the decrypted contact person in this response only; audited."""

    permissions = (CHANGE,)

    def perform(self) -> HttpResponse:
        contact = services.open_visit_contact(visit=self.object, actor=self.user, now=self.now)
        return self.render(contact=contact)


class AnswerVisit(ActionPage[VisitRequest], VisitDetail):
    """Record that the school has been answered."""

    permissions = (CHANGE,)
    success_message = gettext_lazy("The request is marked as answered.")

    def perform(self) -> None:
        services.answer_visit_request(visit=self.object, actor=self.user, now=self.now)


class DeclineForm(forms.Form):
    """The reason for which there will be no visit."""

    reason = PlainLineField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("For your colleagues. Write to the school or call it: no e-mail is sent from here."),
    )


class DeclineVisit(VisitFormPage[DeclineForm]):
    """Record that there will be no visit, with the reason."""

    permissions = (CHANGE,)
    form_class = DeclineForm
    submit_label = gettext_lazy("Decline")
    danger = True
    success_message = gettext_lazy("The request is declined.")

    def get_title(self) -> str:
        return _("Decline: %(school)s") % {"school": self.object.school}

    def save(self, form: DeclineForm) -> None:
        services.decline_visit_request(
            visit=self.object, reason=form.cleaned_data["reason"], actor=self.user, now=self.now
        )


class EraseVisit(ActionPage[VisitRequest], VisitDetail):
    """Erase the contact person at their request."""

    permissions = (CHANGE,)
    success_message = gettext_lazy("The contact details have been erased.")

    def perform(self) -> None:
        services.erase_visit_request(visit=self.object, actor=self.user, now=self.now)


class EventChoice(forms.Form):
    """The event to which the date belongs."""

    event = forms.ModelChoiceField(
        label=gettext_lazy("Event"),
        queryset=Event.objects.order_by("-id"),
        help_text=gettext_lazy("The form of the date opens with the school, its town and the first possible week."),
    )


class MakeDate(VisitFormPage[EventChoice]):
    """Choose the event, then open the form of its new date, filled from the request."""

    permissions = (CHANGE, "events.add_eventdate")
    form_class = EventChoice
    submit_label = gettext_lazy("Continue")

    def get_title(self) -> str:
        return _("A date for: %(school)s") % {"school": self.object.school}

    def save(self, form: EventChoice) -> HttpResponse:
        path = reverse("admin:events-date-add", args=[form.cleaned_data["event"].pk])
        return redirect(f"{path}?request={self.object.pk}")
