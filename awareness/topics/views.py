"""The topics: all of them, and each with its answers, what to do now, help, a way to report, and what else there is about it."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from awareness.publishing.audiences import Audience
from awareness.publishing.related_content import shelves_about
from awareness.publishing.shortcuts import check_shown, is_unpublished_preview, led_on, said_in, unstored_previews
from awareness.topics.models import Topic
from awareness.topics.selectors import known_topics, visible_topics
from awareness.topics.structured_data import topic_data
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.decorators import changes_at
from clicksafely.common.page_cache.wsgi import public_page

# The colour of each audience, the same wherever it appears.
WASHES: Final = {Audience.CHILDREN: "peach", Audience.PARENTS: "sky", Audience.EDUCATORS: "lilac"}


@read_only
@public_page()
def topics(request: HttpRequest) -> HttpResponse:
    """Every topic in one sentence."""
    now = timezone.now()
    changes_at(request, Topic.objects.next_change(now))
    return render(request, "public/topics/topic_list.html", {"topics": visible_topics(now)})


@read_only
@unstored_previews
@public_page()
def topic(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One topic."""
    now = timezone.now()
    found = known_topics.get(request, slug)
    if found is None and (answer := led_on(request, Topic, slug)):
        return answer
    check_shown(request, found, now)
    assert found is not None  # noqa: S101 - or it were not shown
    answers = [(answer, WASHES[Audience(answer.audience)]) for answer in found.in_order]  # type: ignore[attr-defined]
    context = {
        "topic": found,
        "picture_title": found.title,
        "answers": answers,
        "shelves": shelves_about(request, [found.pk], now=now, without=["topic"]),
        "data": topic_data(request, found, found.in_order),  # type: ignore[attr-defined]
        **said_in(found),
        "preview": is_unpublished_preview(request, found, now),
    }
    return render(request, "public/topics/topic.html", context)
