"""What came of a meeting: sheets of paper, one after the other, and the flipchart. Into the same results as what came online."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clicksafely.common.staff.site import duty_page
from youthpanel.consultations.bulk_entry import keep_flipchart, read_lines
from youthpanel.consultations.exceptions import NotNow
from youthpanel.consultations.forms import questionnaire_form
from youthpanel.consultations.services import keep_sheet
from youthpanel.consultations.view_helpers import MODERATE, facilitated, page, say_closed
from youthpanel.members.exceptions import RecordRefused
from youthpanel.members.view_helpers import acting_user
from youthpanel.states import ConsultationState

MOST_DIGITS = 4


@duty_page(MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """The form that members have; sent, it is kept and the next one is there. `n` counts what this person has typed since the page was opened."""
    consultation = facilitated(request, consultation_id)
    form, count = questionnaire_form(consultation), _count(request.POST.get("n"))
    if request.method == "POST":
        form = questionnaire_form(consultation, request.POST)
        if form.is_valid():
            try:
                keep_sheet(
                    consultation=consultation, member=None, answers=form.answers, offline=True, now=timezone.now()
                )
            except RecordRefused as refused:
                form.add_faults(refused)
            except NotNow:
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
    return page(
        request,
        "staff/youthpanel/consultations/paper.html",
        _("Answers from paper"),
        context,
        status=422 if form.is_bound else 200,
    )


@duty_page(MODERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def flipchart(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """An idea in a line, with the hands; all of them are kept, or none."""
    consultation = facilitated(request, consultation_id)
    typed, faults = request.POST.get("lines", ""), list[str]()
    if request.method == "POST":
        lines, faults = read_lines(typed)
        if not faults:
            try:
                keep_flipchart(consultation=consultation, lines=lines, actor=acting_user(request), now=timezone.now())
            except NotNow:
                say_closed(request)
            else:
                said = ngettext("%(n)d idea was kept.", "%(n)d ideas were kept.", len(lines)) % {"n": len(lines)}
                messages.success(request, said)
                return redirect("admin:youthpanel-talk", consultation_id)
    context = {
        "consultation": consultation,
        "typed": typed,
        "faults": faults,
        "is_open": consultation.state == ConsultationState.OPEN,
    }
    status = 422 if request.method == "POST" else 200
    return page(
        request, "staff/youthpanel/consultations/bulk_entry.html", _("Ideas from the flipchart"), context, status=status
    )


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0
