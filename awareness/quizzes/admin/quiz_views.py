"""Staff pages of a quiz beside its form: statistics, as a page and as CSV, and export."""

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from awareness.quizzes.admin.import_export_views import quiz_file
from awareness.quizzes.admin.statistics import MIN_ANSWERS, QuizFigures, figures_of
from awareness.quizzes.import_export.import_plan import EXPORT_FORMATS
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import prefetch_quiz_parts
from clicksafely.common.staff.exports import table_response
from clicksafely.common.staff.pages import DetailPage, StaffPage


class QuizPage(StaffPage[Quiz]):
    """Base of the pages of one quiz, loaded with all its parts."""

    permissions = ("quizzes.view_quiz",)

    def get_object(self) -> Quiz:
        return get_object_or_404(prefetch_quiz_parts(Quiz.objects.all()), pk=self.kwargs["pk"])


class Statistics(QuizPage, DetailPage[Quiz]):
    """Attempts, answers and choices, and where players stop."""

    template_name = "staff/quizzes/quiz_statistics.html"

    def get_title(self) -> str:
        return _("Figures: %(name)s") % {"name": self.object}

    def get_context(self) -> dict[str, Any]:
        return {"quiz": self.object, "figures": figures_of(self.object), "fewest": MIN_ANSWERS}


class StatisticsCsv(QuizPage):
    """The statistics as CSV, one row for each choice."""

    def get(self, request: HttpRequest, **kwargs: Any) -> FileResponse:
        return table_response(self.object.slug, _rows(figures_of(self.object)))


class ExportQuiz(QuizPage):
    """Download a quiz. JSON holds all its data, GIFT only its questions."""

    def get(self, request: HttpRequest, *, form: str, **kwargs: Any) -> HttpResponse:
        if form not in dict(EXPORT_FORMATS):
            raise Http404
        return quiz_file(self.object, form)


def _rows(figures: QuizFigures) -> Iterator[tuple[object, ...]]:
    yield (
        *(_("number"), _("name"), _("kind"), _("question"), _("shown"), _("answered"), _("success rate, %")),
        *(_("stopped here"), _("answer"), _("chosen"), _("share, %")),
    )
    for question in figures.questions:
        head = (
            *(question.number, question.name, question.kind, question.text, question.shown, question.answered),
            *(_percent(question.facility), question.stopped),
        )
        for choice in question.choices:
            yield (*head, choice.text, "" if question.few else choice.chosen, _percent(choice.share))


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share * 100:.0f}"
