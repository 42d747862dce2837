"""What the search finds of a topic, and the cards by which other apps lead to one."""

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awareness.publishing.audiences import Audience
from awareness.publishing.related_content import Card
from awareness.publishing.related_content import register_cards as offer_cards
from awareness.publishing.shortcuts import fallback_language_tag
from awareness.topics.models import Topic
from clicksafely.common.rich_text import html_to_text
from clicksafely.common.search_registry import SearchableModel, SearchDocument, SearchText, register_searchable


def topic_document(topic: Topic) -> SearchDocument:
    """Title and sentence first; the answers' headings and thoughts as summary, what they say and what to do as body."""
    answers = list(topic.answers.all())
    words = {}
    for language in ("sr", "en"):
        title = getattr(topic, f"title_{language}")
        if not title:
            continue
        body = [
            text
            for answer in sorted(answers, key=lambda answer: list(Audience.values).index(answer.audience))
            for text in (
                getattr(answer, f"title_{language}"),
                getattr(answer, f"lead_{language}"),
                getattr(answer, f"body_{language}"),
            )
        ]
        words[language] = SearchText(
            title=title,
            summary=getattr(topic, f"summary_{language}") or "",
            body=html_to_text("\n".join(text for text in (*body, getattr(topic, f"do_now_{language}")) if text)),
        )
    return SearchDocument(words=words, url_name="topic", url_kwargs={"slug": topic.slug})


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, Card]:
    """The cards of the topics with these slugs that everybody sees at `now`, by slug. One query."""
    return {
        topic.slug: Card(
            "topic",
            topic.title,
            topic.summary,
            reverse("topic", args=[topic.slug]),
            picture=("topics", topic.slug),
            lang=fallback_language_tag(topic),
        )
        for topic in Topic.objects.visible(now).filter(slug__in=slugs)
    }


def register() -> None:
    """Once, when the app is ready."""
    offer_cards(kind="topic", title=_("Topics"), next_change=Topic.objects.next_change, finder=cards_by_slug)
    register_searchable(SearchableModel(kind="topic", label=_("Topics"), model=Topic, read=topic_document))
