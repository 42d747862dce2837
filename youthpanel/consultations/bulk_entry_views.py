"""Entry of paper questionnaires and flipchart ideas from offline sessions."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clicksafely.common.staff.site import staff_view
from youthpanel.consultations.bulk_entry import parse_lines, save_meeting_ideas
from youthpanel.consultations.exceptions import NotAllowedNow
from youthpanel.consultations.forms import questionnaire_form
from youthpanel.consultations.services import save_answer_sheet
from youthpanel.consultations.view_helpers import MODERATE, get_facilitated_consultation, render_page, warn_closed
from youthpanel.members.exceptions import RecordRefused
from youthpanel.members.view_helpers import acting_user
from youthpanel.states import ConsultationState

MOST_DIGITS = 4


@staff_view(MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def enter_paper_answers(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """The members' questionnaire for paper answers. Each submission is saved and a blank form follows.

    `n` counts the sheets since the page was opened.
    """
    consultation = get_facilitated_consultation(request, consultation_id)
    form, count = questionnaire_form(consultation), _count(request.POST.get("n"))
    if request.method == "POST":
        form = questionnaire_form(consultation, request.POST)
        if form.is_valid():
            try:
                save_answer_sheet(
                    consultation=consultation, member=None, answers=form.answers, offline=True, now=timezone.now()
                )
            except RecordRefused as refused:
                form.add_faults(refused)
            except NotAllowedNow:
                form.add_error(None, _("Nothing was kept: the consultation is not open."))
            else:
                count += 1
                form = questionnaire_form(consultation)
    context = {
        "consultation": consultation,
        "form": form,
        "count": count,
        "kept": request.method == "POST" and not form.is_bound,
        "is_open": consultation.state == ConsultationState.OPEN,
    }
    return render_page(
        request,
        "staff/youthpanel/consultations/paper.html",
        _("Answers from paper"),
        context,
        status=422 if form.is_bound else 200,
    )


@staff_view(MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def enter_meeting_ideas(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """One idea per line, with raised hands. Either all ideas are saved or none."""
    consultation = get_facilitated_consultation(request, consultation_id)
    typed, faults = request.POST.get("lines", ""), list[str]()
    if request.method == "POST":
        lines, faults = parse_lines(typed)
        if not faults:
            try:
                save_meeting_ideas(
                    consultation=consultation, lines=lines, actor=acting_user(request), now=timezone.now()
                )
            except NotAllowedNow:
                warn_closed(request)
            else:
                said = ngettext("%(n)d idea was kept.", "%(n)d ideas were kept.", len(lines)) % {"n": len(lines)}
                messages.success(request, said)
                return redirect("admin:youthpanel-discussion", consultation_id)
    context = {
        "consultation": consultation,
        "typed": typed,
        "faults": faults,
        "is_open": consultation.state == ConsultationState.OPEN,
    }
    status = 422 if request.method == "POST" else 200
    return render_page(
        request, "staff/youthpanel/consultations/bulk_entry.html", _("Ideas from the flipchart"), context, status=status
    )


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0
