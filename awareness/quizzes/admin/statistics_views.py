"""The figures of a quiz in the staff site, as a page and as a table to take along."""

import csv
import io
from collections.abc import Iterator

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from awareness.quizzes.admin.statistics import FEWEST_ANSWERS, QuizFigures, figures_of
from awareness.quizzes.models import Quiz
from awareness.quizzes.selectors import find_quiz
from clicksafely.common.documents.csv_output import escape_formula
from clicksafely.common.permissions import role_permission_required
from clicksafely.common.serbian.scripts import to_script


@role_permission_required("quizzes.view_quiz")
@require_safe
def figures(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Starts and finishes, each question, each choice, and where people stop."""
    quiz = _quiz(pk)
    context = {
        **admin.site.each_context(request),
        "title": _("Figures: %(name)s") % {"name": quiz},
        "quiz": quiz,
        "figures": figures_of(quiz),
        "fewest": FEWEST_ANSWERS,
    }
    return render(request, "staff/quizzes/quiz_statistics.html", context)


@role_permission_required("quizzes.view_quiz")
@require_safe
def figures_csv(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The same as CSV (UTF-8 with a mark): a line for each choice, and one for each question without any."""
    quiz = _quiz(pk)
    out = io.StringIO()
    writer = csv.writer(out)
    language = get_language()
    for row in _rows(figures_of(quiz)):
        writer.writerow([escape_formula(to_script(str(cell), language)) for cell in row])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{quiz.slug}.csv"'
    return response


def _quiz(pk: int) -> Quiz:
    quiz = find_quiz(get_object_or_404(Quiz, pk=pk).slug)
    if quiz is None:
        raise Http404
    return quiz


def _rows(figures: QuizFigures) -> Iterator[tuple[object, ...]]:
    yield (
        *(
            _("number"),
            _("name"),
            _("kind"),
            _("question"),
            _("shown"),
            _("answered"),
            _("facility, %"),
            _("stopped here"),
        ),
        *(_("answer"), _("chosen"), _("share, %")),
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
