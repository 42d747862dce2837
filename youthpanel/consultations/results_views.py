"""Results of a consultation as a page and as a spreadsheet."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clicksafely.common.staff.site import staff_view
from clicksafely.common.statistics.charts import Chart, bar_chart
from youthpanel.consultations.export import render_results_xlsx
from youthpanel.consultations.selectors import QuestionResult, results
from youthpanel.consultations.view_helpers import MODERATE, render_page
from youthpanel.members.view_helpers import acting_user
from youthpanel.models import Consultation
from youthpanel.models.consultations import MIN_PUBLISHED_ANSWERS
from youthpanel.states import ConsultationState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class QuestionChart(NamedTuple):
    """A question with its chart; None without data."""

    result: QuestionResult
    chart: Chart | None


def draw_question(result: QuestionResult) -> QuestionChart:
    """A bar chart. The full width stands for all members who answered the question."""
    rows = [(row.label, row.count) for row in result.rows]
    return QuestionChart(result, bar_chart(rows, longest=result.answered) if rows and result.answered else None)


@staff_view(MODERATE)
@require_safe
def show_results(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """Charts with tables, texts, ideas, themes and approved quotations."""
    consultation = get_object_or_404(Consultation, pk=consultation_id)
    found = results(consultation, timezone.now())
    context = {
        "consultation": consultation,
        "found": found,
        "questions": [draw_question(result) for result in found.questions],
        "least": MIN_PUBLISHED_ANSWERS,
        "is_facilitator": consultation.facilitators.filter(pk=acting_user(request).pk).exists(),
        "is_over": consultation.state in (ConsultationState.CLOSED, ConsultationState.REPORTED),
    }
    return render_page(request, "staff/youthpanel/consultations/results.html", _("Results"), context)


@staff_view(MODERATE)
@require_safe
def download_results(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """The same content as XLSX in the active language."""
    consultation = get_object_or_404(Consultation, pk=consultation_id)
    made = render_results_xlsx(results(consultation, timezone.now()), get_language() or "sr")
    response = HttpResponse(made, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{consultation.slug}.xlsx"'
    return response
