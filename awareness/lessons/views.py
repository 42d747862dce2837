"""The public page that puts a lesson of 45 minutes together."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from awareness.lessons.selectors import (
    GRADES,
    LESSON_MINUTES,
    MATERIALS,
    lesson_materials,
    lesson_quiz,
    ready_lessons,
)
from awareness.library.basket import Basket
from awareness.library.enums import ResourceKind
from awareness.library.models import Resource
from awareness.library.selectors import files_for_reader
from awareness.publishing.shortcuts import serbian_only_fields
from awareness.quizzes.models import Quiz
from awareness.quizzes.printing.worksheet import sheet_of
from awareness.quizzes.selectors import find_quiz, to_quiz_data
from awareness.topics.selectors import visible_topics
from awareness.topics.sheets.pictures import illustration_alt
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.illustrations import illustration_of_prefix
from clicksafely.common.list_filters import parse_selection, present_filter
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page
from clicksafely.common.rich_text import render_rich_text

PARAMETERS: Final = ("grade", "topic")


@read_only
@public_page(params=PARAMETERS)
def lesson(request: HttpRequest) -> HttpResponse:
    """Show the choice of grade and topic, and the lesson once both are chosen. Invalid values are ignored."""
    now = timezone.now()
    topics = {topic.slug: topic for topic in visible_topics(now)}
    titles = {slug: topic.title for slug, topic in topics.items()}
    selection = parse_selection(request.GET, {"grade": GRADES, "topic": titles})
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
    }
    grade, topic = selection.value("grade"), selection.value("topic")
    if grade and topic:
        found = lesson_materials(topics[topic], grade, now)
        plan = found.get(ResourceKind.LESSON_PLAN)
        quiz = find_quiz(lesson_quiz(topics[topic], grade, plan, now) or "")
        drawing = illustration_of_prefix("kits", plan.slug) if plan else ""
        context |= {
            "topic": topics[topic],
            "grade": GRADES[grade],
            "parts": [_part(each.missing, each.kind.label, found.get(each.kind)) for each in MATERIALS],
            "quiz": quiz,
            "sheet": _sheet(quiz),
            "drawing": drawing,
            "alt": illustration_alt("kits", drawing, get_language() or SERBIAN),
            "basket": Basket(tuple(resource.slug for resource in found.values())),
        }
    else:
        context["ready"] = [(GRADES[grade], lessons) for grade, lessons in ready_lessons(now).items() if lessons]
    response = render(request, "public/lessons/lesson.html", context)
    # With `no-referrer` browsers send the form of the zip file with `Origin: null`.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


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
