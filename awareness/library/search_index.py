"""What other apps may show of the library, and what the search finds in it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from awareness.library import selectors
from awareness.library.models import Resource
from awareness.publishing import related_content
from awareness.publishing.shortcuts import fallback_language_tag
from clicksafely.common import search_registry as documents
from clicksafely.common.rich_text import html_to_text


def register() -> None:
    """Once, when the app is ready."""
    related_content.register_cards(
        kind="resource",
        title=_("Resources"),
        order=10,
        provider=cards_about,
        next_change=Resource.objects.next_change,
        finder=cards_by_slug,
        latest=latest_cards,
    )
    documents.register_searchable(documents.SearchableModel("resource", _("Resources"), Resource, document_of))


def cards_about(topics: Collection[int], most: int, now: datetime) -> Sequence[related_content.Card]:
    """Resources on any of these topics, those on more of them first. One query."""
    return [card_of(resource) for resource in selectors.resources_about(topics, most=most, now=now)]


def latest_cards(most: int, now: datetime) -> list[related_content.Card]:
    """The newest resources. One query."""
    newest = Resource.objects.visible(now).order_by("-published_at", "-pk").only(*selectors.CARD_FIELDS)
    return [card_of(resource) for resource in newest[:most]]


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, related_content.Card]:
    """The cards of the resources with these slugs that everybody sees at `now`, by slug. One query."""
    return {
        resource.slug: card_of(resource)
        for resource in Resource.objects.visible(now).filter(slug__in=slugs).only(*selectors.CARD_FIELDS)
    }


def card_of(resource: Resource) -> related_content.Card:
    """The card of a resource in the active language."""
    return related_content.Card(
        kind="resource",
        title=resource.title,
        text=resource.summary,
        path=reverse("resource", args=[resource.slug]),
        note=resource.get_kind_display(),
        lang=fallback_language_tag(resource),
    )


def document_of(resource: Resource) -> documents.SearchDocument:
    """What the search knows of a resource, in each language it is written in."""
    topics = list(resource.topics.all()) if resource.pk else []
    words = {
        code: documents.SearchText(
            title=getattr(resource, f"title_{code}") or "",
            keywords=" ".join(
                [
                    getattr(resource, f"keywords_{code}") or "",
                    *(getattr(topic, f"title_{code}") or "" for topic in topics),
                ]
            ).strip(),
            summary=getattr(resource, f"summary_{code}") or "",
            body=html_to_text(
                " ".join(
                    getattr(resource, f"{field}_{code}") or "" for field in ("description", "teaches", "use_in_class")
                )
            ),
        )
        for code in ("sr", "en")
        if getattr(resource, f"title_{code}")
    }
    return documents.SearchDocument(words=words, url_name="resource", url_kwargs={"slug": resource.slug})
