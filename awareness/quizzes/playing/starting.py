"""The first page of a quiz."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from awareness.quizzes.models import Quiz
from awareness.quizzes.playing.describing import quiz_data
from awareness.quizzes.playing.subjects import is_heavy
from awareness.topics.showing import PREVIEW, is_preview, is_unpublished_preview, said_in, visible_among


def show_start(request: HttpRequest, quiz: Quiz, *, lost: bool = False) -> HttpResponse:
    """The first page of a quiz; `lost`: of a play that could not go on."""
    now = timezone.now()
    topics = visible_among(request, quiz.topics.all(), now)
    context = {
        "quiz": quiz,
        "picture_title": quiz.title,
        "topics": topics,
        "number": len(quiz.entries.all()),
        "heavy": is_heavy(quiz),
        **said_in(quiz),
        "preview": is_unpublished_preview(request, quiz, now),
        "kept_params": (PREVIEW,),
        "structured": quiz_data(request, quiz, topics),
        "lost": lost,
        "here": reverse("quiz", args=[quiz.slug]),
        "preview_key": quiz.preview_key if is_preview(request, quiz) else "",
    }
    response = render(request, "public/quizzes/start.html", context, status=422 if lost else 200)
    # Under `no-referrer` the form would be sent with `Origin: null`.
    response.headers["Referrer-Policy"] = "same-origin"
    return response
