"""The topics: all of them, and each with its answers, what to do now, help, a way to report, and what else there is about it."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from awareness.publishing.audiences import Audience
from awareness.publishing.related_content import related_cards
from awareness.publishing.shortcuts import (
    is_unpublished_preview,
    language_context,
    no_store_previews,
    redirect_from_former_slug,
    require_visible,
)
from awareness.topics.models import Topic
from awareness.topics.selectors import cached_topics, visible_topics
from awareness.topics.structured_data import topic_data
from clicksafely.common.http.decorators import read_only
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page

# The colour of each audience, the same wherever it appears.
WASHES: Final = {Audience.CHILDREN: "peach", Audience.PARENTS: "sky", Audience.EDUCATORS: "lilac"}


@read_only
@public_page()
def topics(request: HttpRequest) -> HttpResponse:
    """Every topic in one sentence."""
    now = timezone.now()
    expire_page_at(request, Topic.objects.next_change(now))
    return render(request, "public/topics/topic_list.html", {"topics": visible_topics(now)})


@read_only
@no_store_previews
@public_page()
def topic(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One topic."""
    now = timezone.now()
    found = cached_topics.get(request, slug)
    if found is None and (answer := redirect_from_former_slug(request, Topic, slug)):
        return answer
    require_visible(request, found, now)
    assert found is not None  # noqa: S101 - or it were not shown
    answers = [(answer, WASHES[Audience(answer.audience)]) for answer in found.in_order]  # type: ignore[attr-defined]
    context = {
        "topic": found,
        "picture_title": found.title,
        "answers": answers,
        "shelves": related_cards(request, [found.pk], now=now, without=["topic"]),
        "data": topic_data(request, found, found.in_order),  # type: ignore[attr-defined]
        **language_context(found),
        "preview": is_unpublished_preview(request, found, now),
    }
    return render(request, "public/topics/topic.html", context)
