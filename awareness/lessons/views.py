"""The public page that puts a lesson of 45 minutes together, and its zip file."""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views import View

from awareness.lessons.selectors import (
    GRADES,
    LESSON_MINUTES,
    MATERIALS,
    Lesson,
    find_lesson,
    printed_file,
    ready_lessons,
)
from awareness.lessons.zip_pages import pages_of
from awareness.library.basket import Basket
from awareness.library.basket_views import TOO_LARGE, request_zip
from awareness.library.models import Resource
from awareness.library.selectors import files_for_reader
from awareness.library.zip_bundles import BundleTooLarge
from awareness.publishing.shortcuts import serbian_only_fields
from awareness.quizzes.models import Quiz
from awareness.quizzes.printing.worksheet import sheet_of
from awareness.quizzes.selectors import to_quiz_data
from awareness.topics.selectors import visible_topics
from awareness.topics.sheets.pictures import illustration_alt
from clicksafely.common.http.cookieless_forms import CookielessFormMixin
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.illustrations import illustration_of_prefix
from clicksafely.common.list_filters import FilterSelection, parse_selection, present_filter
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.page_metadata import build_absolute_url
from clicksafely.common.rich_text import render_rich_text

PARAMETERS: Final = ("grade", "topic")


@read_only
@public_page(params=PARAMETERS)
def lesson(request: HttpRequest) -> HttpResponse:
    """Show the choice of grade and topic, and the lesson once both are chosen. Invalid values are ignored."""
    response = _page(request)
    # With `no-referrer` browsers send the form of the zip file with `Origin: null`.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


class LessonZipView(CookielessFormMixin, View):
    """The zip file of a lesson: its files, its quiz offline and on paper, and a list of them."""

    form_purpose = "bundle"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the lesson."""
        return redirect(f"{reverse('lesson')}?{request.GET.urlencode()}")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Request the bundle and redirect to its progress page."""
        _selection, _titles, lesson = _read(request, timezone.now())
        if lesson is None:
            return self.get(request)
        quiz, language = lesson.quiz, get_language() or SERBIAN
        home = build_absolute_url(request, reverse("quiz", args=[quiz.slug])) if quiz else ""
        quizzes = [(quiz.title, home)] if quiz else []
        try:
            return request_zip(request, lesson.resources, quizzes=quizzes, pages=pages_of(lesson, language, home=home))
        except BundleTooLarge:
            return _page(request, problem=TOO_LARGE, status=422)


def _read(request: HttpRequest, now: datetime) -> tuple[FilterSelection, dict[str, str], Lesson | None]:
    """Return the valid choices, the titles of all topics by slug, and the lesson once grade and topic are chosen."""
    topics = {topic.slug: topic for topic in visible_topics(now)}
    titles = {slug: topic.title for slug, topic in topics.items()}
    selection = parse_selection(request.GET, {"grade": GRADES, "topic": titles})
    grade, topic = selection.value("grade"), selection.value("topic")
    return selection, titles, find_lesson(topics[topic], grade, now) if grade and topic else None


def _page(request: HttpRequest, *, problem: str | Promise = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    selection, titles, lesson = _read(request, now)
    for records in (Resource.objects, Quiz.objects):
        expire_page_at(request, records.next_change(now))
    context: dict[str, Any] = {
        "filters": (
            present_filter(selection, "grade", _("Grade"), GRADES, any_label=_("choose a grade")),
            present_filter(selection, "topic", _("Topic"), titles, any_label=_("choose a topic")),
        ),
        "selection": selection,
        "kept_params": PARAMETERS,
        "minutes": LESSON_MINUTES,
        "problem": problem,
    }
    if lesson:
        drawing = illustration_of_prefix("kits", lesson.plan.slug) if lesson.plan else ""
        context |= {
            "topic": lesson.topic,
            "grade": GRADES[lesson.grade],
            "lesson_query": selection.query_with("grade", lesson.grade),
            "parts": [_part(each.missing, each.kind.label, lesson.materials.get(each.kind)) for each in MATERIALS],
            "quiz": lesson.quiz,
            "sheet": _sheet(lesson.quiz),
            "drawing": drawing,
            "printed": printed_file(lesson, get_language() or SERBIAN),
            "plan": lesson.plan,
            "alt": illustration_alt("kits", drawing, get_language() or SERBIAN),
            "basket": Basket(tuple(resource.slug for resource in lesson.resources)),
        }
    else:
        context["ready"] = [(GRADES[grade], lessons) for grade, lessons in ready_lessons(now).items() if lessons]
    return render(request, "public/lessons/lesson.html", context, status=status)


def _part(missing: object, label: object, resource: Resource | None) -> dict[str, Any]:
    files, other_files = files_for_reader(resource, get_language() or SERBIAN) if resource else ([], [])
    return {
        "files": files,
        "other_files": other_files,
        "missing": missing,
        "label": label,
        "resource": resource,
        "foreign": serbian_only_fields(resource, ("title", "summary", "use_in_class")) if resource else frozenset(),
        "use_in_class": render_rich_text(resource.use_in_class or "") if resource else "",
    }


def _sheet(quiz: Quiz | None) -> Any:
    if quiz is None:
        return ()
    return sheet_of(to_quiz_data(quiz).questions, language=get_language() or SERBIAN, seed=f"print-{quiz.slug}")
