"""Cards and search documents of topics."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from awareness.publishing.related_content import Card, card_of, register_cards
from awareness.publishing.search_index import publication_document
from awareness.topics.models import Topic
from awareness.topics.selectors import in_order
from clicksafely.common.rich_text import html_to_text
from clicksafely.common.search_registry import SearchableModel, SearchDocument, register_searchable


def topic_document(topic: Topic) -> SearchDocument:
    """Return the search document of a topic.

    Its body has the answers in the order of readers, and the steps to take now. It has the law if it was checked.
    """
    answers = in_order(topic.answers.all())

    def texts(language: str) -> list[str]:
        body = [getattr(answer, f"{name}_{language}") or "" for answer in answers for name in ("title", "lead", "body")]
        body += [
            getattr(topic, f"do_now_{language}"),
            "" if topic.has_unchecked_law else getattr(topic, f"law_{language}"),
        ]
        return [html_to_text("\n".join(filter(None, body)))]

    def keywords(language: str) -> list[str]:
        return [getattr(topic, f"keywords_{language}") or ""]

    return publication_document(topic, keywords=keywords, texts=texts)


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, Card]:
    """Cards by slug of the topics with these slugs public at `now`. One query."""
    return {
        topic.slug: card_of(topic, picture=("topics", topic.slug))
        for topic in Topic.objects.visible(now).filter(slug__in=slugs)
    }


def register() -> None:
    """Register cards and documents; called once by the app config."""
    register_cards(kind="topic", title=_("Topics"), next_change=Topic.objects.next_change, finder=cards_by_slug)
    register_searchable(SearchableModel(kind="topic", label=_("Topics"), model=Topic, read=topic_document))
