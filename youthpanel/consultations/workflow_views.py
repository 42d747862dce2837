"""State of a consultation: requirements, transitions, and the preview for members."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.staff.site import staff_view
from youthpanel.consultations import workflow
from youthpanel.consultations.exceptions import EditConflict
from youthpanel.consultations.forms import questionnaire_form
from youthpanel.consultations.phases import phases_at
from youthpanel.consultations.transition_checks import count_unmoderated_in, missing_for_transition, transition_remarks
from youthpanel.consultations.view_helpers import CHANGE_CONSULTATION, MODERATE, render_page, warn_changed
from youthpanel.members.exceptions import RecordRefused
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import Consultation
from youthpanel.states import CONSULTATION_TRANSITIONS, ConsultationState

STEPS = {
    ConsultationState.OPEN: (
        gettext_lazy("Open it"),
        gettext_lazy("Members of its cohorts see it from now on. It cannot become a draft again."),
    ),
    ConsultationState.CLOSED: (
        gettext_lazy("Close it"),
        gettext_lazy(
            "Nobody can answer, propose or write any more. Only then are results told. It cannot be opened again."
        ),
    ),
    ConsultationState.REPORTED: (
        gettext_lazy("Report back"),
        gettext_lazy("Members see results, and what came of it."),
    ),
}


@staff_view(MODERATE)
@require_safe
def show_workflow(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """The workflow page: state, phases, counts, requirements and links."""
    consultation = get_object_or_404(Consultation, pk=consultation_id)
    return _stage(request, consultation, [])


@staff_view(MODERATE, CHANGE_CONSULTATION)
@require_POST
def change_consultation_state(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """Change the state, or report what is missing."""
    consultation = get_object_or_404(Consultation, pk=consultation_id)
    to = request.POST.get("to", "")
    if to not in STEPS:
        return redirect("admin:youthpanel-consultation", consultation_id)
    try:
        workflow.change_state(
            consultation=consultation, to=ConsultationState(to), actor=acting_user(request), now=timezone.now()
        )
    except RecordRefused as refused:
        return _stage(request, consultation, [str(fault.message) for fault in refused.faults])
    except EditConflict:
        warn_changed(request)
    else:
        consultation.refresh_from_db()
        state = {"state": consultation.get_state_display()}
        messages.success(request, _("State of the consultation: %(state)s.") % state)
    return redirect("admin:youthpanel-consultation", consultation_id)


@staff_view(MODERATE)
@require_safe
def preview(request: HttpRequest, consultation_id: int, code: str) -> HttpResponse:
    """The consultation as members see it, in the language `code`, in the layout of the public site.

    Its forms cannot be submitted.
    """
    consultation = get_object_or_404(Consultation, pk=consultation_id)
    if code not in LANGUAGES:
        raise Http404
    # From here on the request counts as one of the public site, so that the Latin middleware transliterates the page.
    request.LANGUAGE_CODE = code
    with translation.override(code):
        context = {
            "consultation": consultation,
            "phases": list(consultation.phases.all()),
            "form": questionnaire_form(consultation),
        }
        response = render(request, "public/youthpanel/consultation_preview.html", context)
    response.headers["Content-Language"] = LANGUAGES[code].tag
    return response


def _stage(request: HttpRequest, consultation: Consultation, refused: list[str]) -> HttpResponse:
    now = timezone.now()
    following = next(iter(CONSULTATION_TRANSITIONS[ConsultationState(consultation.state)]), None)
    context = {
        "consultation": consultation,
        "is_stage": True,
        "timeline": phases_at(consultation, now),
        "phases": list(consultation.phases.all()),
        "facilitators": list(consultation.facilitators.all()),
        "is_facilitator": consultation.facilitators.filter(pk=acting_user(request).pk).exists(),
        "cohorts": list(consultation.cohorts.all()),
        "sheets": consultation.sheets.count(),
        "ideas": consultation.ideas.count(),
        "posts": consultation.posts.count(),
        "waiting": count_unmoderated_in(consultation),
        "following": following,
        "step": STEPS.get(following) if following else None,
        "missing": missing_for_transition(consultation, following, now) if following else [],
        "refused": refused,
        "remarks": transition_remarks(consultation),
        "languages": LANGUAGES.items(),
    }
    return render_page(
        request,
        "staff/youthpanel/consultations/transition.html",
        str(consultation),
        context,
        status=422 if refused else 200,
    )
