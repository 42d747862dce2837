"""The list of quizzes, and the page of one: where it begins (GET) and where it is played (POST)."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from awareness.quizzes.models import Quiz
from awareness.quizzes.playing.moves import PlayView
from awareness.quizzes.playing.starting import show_start
from awareness.quizzes.selectors import known_quizzes, listed_quizzes, topics_with_quizzes
from awareness.topics.audiences import Level
from awareness.topics.showing import check_shown, led_on, unstored_previews
from clicksafely.common.cacheable import changes_at
from clicksafely.common.methods import read_only
from clicksafely.common.pagecache import public_page

PARAMETERS: Final = ("topic", "level", "page")
PAGE_SIZE: Final = 24
# Of the addresses that lead to more; nobody turns further.
LONGEST_NUMBER: Final = 4


@read_only
@public_page(params=PARAMETERS)
def quizzes(request: HttpRequest) -> HttpResponse:
    """The list. What makes no sense in the address is left out."""
    now = timezone.now()
    topics = list(topics_with_quizzes(now))
    topic = next((topic for topic in topics if topic.slug == request.GET.get("topic")), None)
    level = request.GET.get("level", "")
    level = level if level in Level.values else ""
    number = request.GET.get("page", "")
    pages = Paginator(listed_quizzes(now, topic=topic, level=level), PAGE_SIZE)
    changes_at(request, Quiz.objects.next_change(now))
    context = {
        "page": pages.get_page(number if number.isascii() and len(number) <= LONGEST_NUMBER else 1),
        "topics": topics,
        "topic": topic,
        "levels": Level.choices,
        "level": level,
        "filter": "".join(f"{name}={value}&" for name, value in (("topic", topic and topic.slug), ("level", level)) if value),
        "kept_params": PARAMETERS,
    }  # fmt: skip
    return render(request, "public/quizzes/quiz_list.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, *, slug: str) -> HttpResponseBase:
    """One quiz: its first page, or a play that is under way."""
    if request.method == "POST":
        played: HttpResponseBase = PlayView.as_view()(request, slug=slug)
        return played
    return start(request, slug=slug)


@unstored_previews
@public_page()
def start(request: HttpRequest, *, slug: str) -> HttpResponse:
    """What a quiz is about, and how it begins; to whoever has the key of its preview, also before it is published."""
    now = timezone.now()
    found = known_quizzes.get(request, slug)
    if found is None and (moved := led_on(request, Quiz, slug)):
        return moved
    check_shown(request, found, now)
    assert found is not None  # noqa: S101 - or it were not shown
    return show_start(request, found)
