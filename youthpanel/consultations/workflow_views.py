"""State of a consultation: requirements, transitions, and the preview for members."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.exceptions import ActionRefused, EditConflict
from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.staff.pages import ActionPage, DetailPage, FormPage
from youthpanel.consultations import drafts, workflow
from youthpanel.consultations.admin_forms import TemplateForm
from youthpanel.consultations.opinions import count_votes
from youthpanel.consultations.phases import phase_bars, phases_at
from youthpanel.consultations.preview import show_consultation
from youthpanel.consultations.transition_checks import count_unmoderated_in, missing_for_transition, transition_remarks
from youthpanel.consultations.view_helpers import CHANGE_CONSULTATION, MODERATE, ConsultationPage, warn_changed
from youthpanel.models import Consultation
from youthpanel.states import CONSULTATION_TRANSITIONS, ConsultationState, PhaseActivity

STEPS = {
    ConsultationState.OPEN: (
        gettext_lazy("Open the consultation"),
        gettext_lazy("Members of its cohorts see it from now on. It cannot become a draft again."),
    ),
    ConsultationState.CLOSED: (
        gettext_lazy("Close the consultation"),
        gettext_lazy(
            "Members can no longer answer, propose or write. You can undo this only until the results are shown to a "
            "person, including yourself."
        ),
    ),
    ConsultationState.REPORTED: (
        gettext_lazy("Publish the outcome"),
        gettext_lazy("Members see the results and the outcome."),
    ),
}


class ShowWorkflow(ConsultationPage, DetailPage[Consultation]):
    """The workflow page: state, phases, counts, requirements and links."""

    template_name = "staff/youthpanel/consultations/transition.html"

    def get_title(self) -> str:
        return str(self.object)

    def get_context(self) -> dict[str, Any]:
        consultation = self.object
        following = next(iter(CONSULTATION_TRANSITIONS[ConsultationState(consultation.state)]), None)
        is_closed = consultation.state == ConsultationState.CLOSED
        return {
            **super().get_context(),
            "is_stage": True,
            "timeline": phases_at(consultation, self.now),
            "schedule": phase_bars(consultation.phases.all(), self.now),
            "facilitators": list(consultation.facilitators.all()),
            "is_facilitator": consultation.facilitators.filter(pk=self.user.pk).exists(),
            "cohorts": list(consultation.cohorts.all()),
            "sheets": consultation.sheets.count(),
            "has_cards": consultation.phases.filter(feature=PhaseActivity.OPINIONS).exists()
            or consultation.opinion_rounds.exists(),
            "voted": count_votes(consultation),
            "ideas": consultation.ideas.count(),
            "posts": consultation.posts.count(),
            "waiting": count_unmoderated_in(consultation),
            "following": following,
            "step": STEPS.get(following) if following else None,
            "can_undo": is_closed and consultation.results_shown_on is None,
            "missing": missing_for_transition(consultation, following, self.now) if following else [],
            "remarks": transition_remarks(consultation),
            "languages": LANGUAGES.items(),
        }


class ChangeState(ActionPage[Consultation], ShowWorkflow):
    """Open the consultation or publish its outcome, or report what is missing. `Close` closes it."""

    permissions = (MODERATE, CHANGE_CONSULTATION)

    def perform(self) -> HttpResponse:
        to = self.request.POST.get("to", "")
        if to == ConsultationState.CLOSED:
            return redirect("admin:youthpanel-consultation-close", self.object.pk)
        if to in STEPS:
            try:
                workflow.change_state(consultation=self.object, to=ConsultationState(to), actor=self.user, now=self.now)
            except ActionRefused as refused:
                self.object.refresh_from_db()
                return self.render(status=422, refused=[str(fault.message) for fault in refused.faults])
            except EditConflict:
                warn_changed(self.request)
            else:
                self.object.refresh_from_db()
                state = {"state": self.object.get_state_display()}
                messages.success(self.request, _("State of the consultation: %(state)s.") % state)
        return redirect(self.get_url())


class CopyConsultation(ActionPage[Consultation], ShowWorkflow):
    """Make a draft from the consultation, and show its form."""

    permissions = (MODERATE, CHANGE_CONSULTATION, "youthpanel.add_consultation")

    def perform(self) -> HttpResponse:
        draft = drafts.copy_consultation(consultation=self.object, actor=self.user, now=self.now)
        messages.success(self.request, _("This is the copy, a draft. Check its title, address and phases."))
        return redirect("admin:youthpanel_consultation_change", draft.pk)


class AddFromTemplate(FormPage[None, TemplateForm]):
    """Choose a template and a first day, and make a draft with its texts and phases."""

    permissions = (CHANGE_CONSULTATION, "youthpanel.add_consultation")
    template_name = "staff/youthpanel/consultations/template.html"
    title = gettext_lazy("New consultation from a template")
    form_class = TemplateForm
    submit_label = gettext_lazy("Make the draft")

    def get_url(self) -> str:
        return reverse("admin:youthpanel_consultation_changelist")

    def get_initial(self) -> dict[str, Any]:
        """Return the Monday after next, so that a week is left to prepare."""
        today = localdate(self.now)
        return {"starts_on": today + timedelta(days=14 - today.weekday())}

    def save(self, form: TemplateForm) -> HttpResponse:
        chosen, starts_on = form.cleaned_data["template"], form.cleaned_data["starts_on"]
        draft = drafts.create_from_template(code=chosen, starts_on=starts_on, actor=self.user, now=self.now)
        messages.success(
            self.request, _("This is a draft. Check its texts and dates, then choose cohorts and facilitators.")
        )
        return redirect("admin:youthpanel_consultation_change", draft.pk)


class CloseForm(forms.Form):
    """An explicit confirmation."""

    confirmed = forms.BooleanField(label=gettext_lazy("Every answer is in, also those from paper"))


class Close(ConsultationPage, FormPage[Consultation, CloseForm]):
    """Ask again, with what closing would cut off, then close."""

    permissions = (MODERATE, CHANGE_CONSULTATION)
    template_name = "staff/youthpanel/consultations/close.html"
    title, introduction = STEPS[ConsultationState.CLOSED]
    form_class = CloseForm
    submit_label = title
    danger = True
    success_message = gettext_lazy("The consultation is closed. Nothing of its results was shown yet.")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        is_open = self.object.state == ConsultationState.OPEN
        return super().get(request, **kwargs) if is_open else redirect(self.get_url())

    def save(self, form: CloseForm) -> HttpResponse | None:
        try:
            workflow.change_state(consultation=self.object, to=ConsultationState.CLOSED, actor=self.user, now=self.now)
        except EditConflict:
            warn_changed(self.request)
            return redirect(self.get_url())
        return None

    def get_context(self) -> dict[str, Any]:
        line = phases_at(self.object, self.now)
        ahead = [*([line.now] if line.now else []), *line.after]
        return {
            **super().get_context(),
            "ends_at": ahead[-1].ends_at if ahead else None,
            "sheets": self.object.sheets.count(),
            "voted": count_votes(self.object),
            "waiting": count_unmoderated_in(self.object),
        }


class UndoClosing(ActionPage[Consultation], ShowWorkflow):
    """Open a closed consultation again, or report that its results were shown."""

    permissions = (MODERATE, CHANGE_CONSULTATION)

    def perform(self) -> HttpResponse | None:
        try:
            workflow.undo_closing(consultation=self.object, actor=self.user, now=self.now)
        except EditConflict:
            warn_changed(self.request)
        else:
            messages.success(self.request, _("The consultation is open again."))
        return None


class Preview(ConsultationPage):
    """The consultation as members see it, in the language `code`, in the layout of the public site.

    Its forms cannot be submitted.
    """

    def get(self, request: HttpRequest, *, code: str, **kwargs: Any) -> HttpResponse:
        if code not in LANGUAGES:
            raise Http404
        return show_consultation(request, self.object, code)
