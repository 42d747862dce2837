"""A quiz on paper, and as one file to take along."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from awareness.publishing.selectors import present_slug
from awareness.publishing.shortcuts import (
    PREVIEW_PARAMETER,
    is_serbian_only,
    is_unpublished_preview,
    no_store_previews,
    require_visible,
)
from awareness.quizzes.models import Quiz
from awareness.quizzes.printing.offline import page_of
from awareness.quizzes.printing.worksheet import sheet_of
from awareness.quizzes.selectors import find_quiz, to_quiz_data
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.templatetags.page_metadata import build_absolute_url

PART: Final = "part"
SHEET: Final = "sheet"


@read_only
@no_store_previews
@public_page(params=(PART,))
def paper(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The sheet for pupils, and behind it the key for the teacher; `?part=sheet` is the sheet alone."""
    quiz = find_quiz(slug)
    if quiz is None and (present := present_slug(Quiz, slug)):
        return redirect("quiz-print", present, permanent=True)
    require_visible(request, quiz, timezone.now())
    assert quiz is not None  # noqa: S101 - require_visible has seen to it
    language = get_language() or SERBIAN
    context = {
        "quiz": quiz,
        "sheet": sheet_of(to_quiz_data(quiz).questions, language=language, seed=f"print-{quiz.slug}"),
        "with_key": request.GET.get(PART) != SHEET,
        "foreign": is_serbian_only(quiz),
        "preview": is_unpublished_preview(request, quiz, timezone.now()),
        "kept_params": (PREVIEW_PARAMETER, PART),
    }
    return render(request, "public/quizzes/print.html", context)


@read_only
@no_store_previews
@public_page()
def offline(request: HttpRequest, *, slug: str) -> HttpResponse:
    """The quiz as one file, in the script of the address it is taken from: a download that works without a network."""
    quiz = find_quiz(slug)
    if quiz is None and (present := present_slug(Quiz, slug)):
        return redirect("quiz-offline", present, permanent=True)
    require_visible(request, quiz, timezone.now())
    assert quiz is not None  # noqa: S101 - require_visible has seen to it
    home = build_absolute_url(request, reverse("quiz", args=[quiz.slug]))
    response = HttpResponse(page_of(to_quiz_data(quiz), language=get_language() or SERBIAN, home=home))
    response.headers["Content-Disposition"] = f'attachment; filename="{quiz.slug}.html"'
    # As an answer of this site it may do nothing at all; in the file itself stands what it may do.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
