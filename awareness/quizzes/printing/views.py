"""Pages for printed and offline quizzes."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from awareness.publishing.shortcuts import publication_context, publication_page, require_visible
from awareness.quizzes.models import Quiz
from awareness.quizzes.printing.offline import page_of
from awareness.quizzes.printing.worksheet import sheet_of
from awareness.quizzes.selectors import find_quiz, to_quiz_data
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.page_metadata import build_absolute_url

PART: Final = "part"
SHEET: Final = "sheet"


@read_only
@publication_page(Quiz, params=(PART,))
def paper(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Show the worksheet and the answer key. `?part=sheet` leaves out the key."""
    now = timezone.now()
    quiz = require_visible(request, find_quiz(slug), now)
    language = get_language() or SERBIAN
    context = {
        "quiz": quiz,
        "sheet": sheet_of(to_quiz_data(quiz).questions, language=language, seed=f"print-{quiz.slug}"),
        "with_key": request.GET.get(PART) != SHEET,
        **publication_context(quiz),
        "kept_params": (PART,),
    }
    return render(request, "public/quizzes/print.html", context)


@read_only
@publication_page(Quiz)
def offline(request: HttpRequest, *, slug: str) -> HttpResponse:
    """Download the quiz as one HTML file, in the language and script of the URL."""
    quiz = require_visible(request, find_quiz(slug), timezone.now())
    home = build_absolute_url(request, reverse("quiz", args=[quiz.slug]))
    response = HttpResponse(page_of(to_quiz_data(quiz), language=get_language() or SERBIAN, home=home))
    response.headers["Content-Disposition"] = f'attachment; filename="{quiz.slug}.html"'
    # Nothing is allowed on this site. The saved file has its own policy.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
