"""Views of the topics: the list, and one topic with its answers, help and related content."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from awareness.publishing.audiences import READER, Reader, chosen_reader, distance, readers_first
from awareness.publishing.related_content import mixed_cards, related_cards
from awareness.publishing.shortcuts import is_preview, publication_context, publication_page, require_visible
from awareness.topics.models import Topic
from awareness.topics.selectors import cached_topics, visible_topics
from awareness.topics.sheets.pictures import illustration_alt
from awareness.topics.structured_data import topic_data
from clicksafely.common.http.decorators import read_only
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.page_cache.decorators import expire_page_at
from clicksafely.common.page_cache.wsgi import public_page

# The colour of each reader.
READER_COLOURS: Final = {
    Reader.CHILDREN: "peach",
    Reader.YOUNGEST: "peach",
    Reader.MIDDLE: "mint",
    Reader.OLDEST: "lilac",
    Reader.PARENTS: "sky",
    Reader.EDUCATORS: "lilac",
}


@read_only
@public_page(params=(READER,))
def topics(request: HttpRequest) -> HttpResponse:
    """Return the list of topics."""
    now = timezone.now()
    expire_page_at(request, Topic.objects.next_change(now))
    context = {"topics": visible_topics(now, chosen_reader(request.GET)), "kept_params": (READER,)}
    return render(request, "public/topics/topic_list.html", context)


@read_only
@publication_page(Topic, params=(READER,))
def topic(request: HttpRequest, *, slug: str) -> HttpResponse:
    """One topic with its answers. An unchecked box on the law is shown, and marked, in a demonstration and in previews only."""
    now = timezone.now()
    found = require_visible(request, cached_topics.get(request, slug), now)
    reader = chosen_reader(request.GET)
    ordered = readers_first(found.in_order, reader, lambda answer: [answer.audience])  # type: ignore[attr-defined]
    answers = [
        (
            answer,
            READER_COLOURS[Reader(answer.audience)],
            reader is not None and distance([answer.audience], reader) < 2,
        )
        for answer in ordered
    ]
    context = {
        "kept_params": (READER,),
        "topic": found,
        "alt": illustration_alt("topics", found.slug, get_language() or SERBIAN),
        "law": found.law if not found.has_unchecked_law or settings.DEMO or is_preview(request, found) else "",
        "answers": answers,
        "related": mixed_cards(related_cards(request, [found.pk], now=now, without=["topic"])),
        "data": topic_data(request, found, found.in_order),  # type: ignore[attr-defined]
        **publication_context(found),
    }
    return render(request, "public/topics/topic.html", context)
