"""Results of a consultation as a page and as a spreadsheet."""

from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clicksafely.common.exceptions import EditConflict
from clicksafely.common.staff.pages import ActionPage, DetailPage
from clicksafely.common.statistics.charts import Chart, bar_chart
from youthpanel.consultations import workflow
from youthpanel.consultations.export import render_results_xlsx
from youthpanel.consultations.selectors import QuestionResult, results
from youthpanel.consultations.view_helpers import CHANGE_CONSULTATION, MODERATE, ConsultationPage, warn_changed
from youthpanel.models import Consultation
from youthpanel.models.consultations import MIN_PUBLISHED_ANSWERS
from youthpanel.states import ConsultationState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class QuestionChart(NamedTuple):
    """A question with its chart; None without data."""

    result: QuestionResult
    chart: Chart | None


def draw_question(result: QuestionResult) -> QuestionChart:
    """Return a bar chart. The full width represents all members who answered the question."""
    rows = [(row.label, row.count) for row in result.rows]
    return QuestionChart(result, bar_chart(rows, longest=result.answered) if rows and result.answered else None)


class ShowResults(ConsultationPage, DetailPage[Consultation]):
    """Charts with tables, texts, ideas, themes and approved quotations.

    Of a closed consultation nothing is shown before `RevealResults`.
    """

    template_name = "staff/youthpanel/consultations/results.html"
    title = _("Results")

    def get_context(self) -> dict[str, Any]:
        if is_withheld(self.object):
            return {**super().get_context(), "is_withheld": True}
        found = results(self.object, self.now)
        return {
            **super().get_context(),
            "found": found,
            "questions": [draw_question(result) for result in found.questions],
            "least": MIN_PUBLISHED_ANSWERS,
            "is_facilitator": self.object.facilitators.filter(pk=self.user.pk).exists(),
            "is_over": self.object.state in (ConsultationState.CLOSED, ConsultationState.REPORTED),
        }


class DownloadResults(ConsultationPage):
    """The same content as XLSX in the active language."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if is_withheld(self.object):
            return redirect("admin:youthpanel-results", self.object.pk)
        spreadsheet = render_results_xlsx(results(self.object, self.now), get_language() or "sr")
        response = HttpResponse(spreadsheet, content_type=XLSX)
        response.headers["Content-Disposition"] = f'attachment; filename="{self.object.slug}.xlsx"'
        return response


class RevealResults(ConsultationPage, ActionPage[Consultation]):
    """Show the results from now on. The closing is then final."""

    permissions = (MODERATE, CHANGE_CONSULTATION)

    def get_url(self) -> str:
        return reverse("admin:youthpanel-results", args=[self.object.pk])

    def perform(self) -> None:
        try:
            workflow.show_results(consultation=self.object, actor=self.user, now=self.now)
        except EditConflict:
            warn_changed(self.request)


def is_withheld(consultation: Consultation) -> bool:
    """Return whether a closed consultation has results that were shown to no person yet."""
    return consultation.state == ConsultationState.CLOSED and consultation.results_shown_on is None
