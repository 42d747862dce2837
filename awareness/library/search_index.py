"""Registration of resources for related content and for the site search."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from awareness.library import selectors
from awareness.library.models import Resource
from awareness.publishing.audiences import readers_of
from awareness.publishing.related_content import Card, card_of, register_cards
from awareness.publishing.search_index import publication_document
from awareness.topics.sheets.pictures import illustration_alt
from clicksafely.common.i18n.language import SERBIAN
from clicksafely.common.illustrations import illustration_of_prefix
from clicksafely.common.rich_text import html_to_text
from clicksafely.common.search_registry import SearchableModel, SearchDocument, register_searchable


def register() -> None:
    """Register cards and search documents. Called once by `AppConfig.ready`."""
    register_cards(
        kind="resource",
        title=_("Resources"),
        order=10,
        provider=cards_about,
        next_change=Resource.objects.next_change,
        finder=cards_by_slug,
        latest=latest_cards,
    )
    register_searchable(SearchableModel("resource", _("Resources"), Resource, document_of))


def cards_about(topics: Collection[int], most: int, now: datetime) -> Sequence[Card]:
    """Return cards of resources on any of these topics, those with most shared topics first. One query."""
    return [_card_of(resource) for resource in selectors.resources_about(topics, most=most, now=now)]


def latest_cards(most: int, now: datetime, audience: str = "") -> list[Card]:
    """Return cards of the newest resources, for one audience if given. One query."""
    newest = Resource.objects.visible(now).order_by("-published_at", "-pk").only(*selectors.CARD_FIELDS)
    if audience:
        newest = newest.filter(audiences__contains=[audience])
    return [_card_of(resource) for resource in newest[:most]]


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, Card]:
    """Return the cards of the resources with these slugs that are public at `now`, by slug. One query."""
    return {
        resource.slug: _card_of(resource)
        for resource in Resource.objects.visible(now).filter(slug__in=slugs).only(*selectors.CARD_FIELDS)
    }


def _card_of(resource: Resource) -> Card:
    picture = ("kits", illustration_of_prefix("kits", resource.slug))
    alt = illustration_alt(*picture, get_language() or SERBIAN)
    fits = readers_of(resource.audiences, resource.ages)
    return card_of(resource, note=resource.get_kind_display(), picture=picture, alt=alt, fits=fits)


def document_of(resource: Resource) -> SearchDocument:
    """Return the search document of a resource. Its body holds the description, learning goals and use in class."""

    def keywords(language: str) -> list[str]:
        with override(language):
            return [getattr(resource, f"keywords_{language}") or "", resource.get_kind_display()]

    def texts(language: str) -> list[str]:
        fields = ("description", "teaches", "use_in_class")
        return [html_to_text(" ".join(getattr(resource, f"{field}_{language}") or "" for field in fields))]

    topics = resource.topics.all() if resource.pk else ()
    return publication_document(resource, topics=topics, keywords=keywords, texts=texts)
