"""What games offer the rest of the public site: cards on shelves, and documents for the search."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from awareness.games.enums import PARTS_OF
from awareness.games.models import Game
from awareness.games.selectors import games_about
from awareness.publishing.audiences import Level
from awareness.publishing.editor_hints import translated_fields
from awareness.publishing.related_content import Card
from awareness.publishing.related_content import register_cards as offer_cards
from awareness.publishing.shortcuts import fallback_language_tag
from clicksafely.common.search_registry import SearchableModel, SearchDocument, SearchText, register_searchable

ORDER: Final = 30


def card_of(game: Game) -> Card:
    """The card of a game in the active language."""
    note = format_lazy("{} · {}", game.get_kind_display(), Level(game.level).label)
    return Card(
        "game",
        game.title,
        game.summary,
        reverse("game", args=[game.slug]),
        note,
        picture=("games", game.slug),
        lang=fallback_language_tag(game),
    )


def cards_about(topics: Collection[int], most: int, now: datetime) -> Sequence[Card]:
    """Games on any of these topics; one query."""
    return [card_of(game) for game in games_about(topics, most=most, now=now)]


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, Card]:
    """The cards of the games with these slugs that everybody sees at `now`, by slug. One query."""
    return {game.slug: card_of(game) for game in Game.objects.visible(now).filter(slug__in=slugs)}


def latest_cards(most: int, now: datetime) -> list[Card]:
    """The newest games. One query."""
    return [card_of(game) for game in Game.objects.visible(now).order_by("-published_at", "-pk")[:most]]


def game_document(game: Game) -> SearchDocument:
    """A game for the search; in English only where it has an English title. Its parts are what it says."""
    topics = list(game.topics.all())
    words = {}
    for language in ("sr", "en"):
        if title := getattr(game, f"title_{language}"):
            words[language] = SearchText(
                title=title,
                keywords=" ".join(filter(None, (getattr(topic, f"title_{language}") for topic in topics))),
                summary=getattr(game, f"summary_{language}") or "",
                body="\n".join(_texts(game, language)),
            )
    return SearchDocument(words=words, url_name="game", url_kwargs={"slug": game.slug})


def _texts(game: Game, language: str) -> Iterator[str]:
    for relation in PARTS_OF[game.kind]:
        manager = getattr(game, relation)
        names = translated_fields(manager.model)
        for row in manager.all():
            yield from filter(None, (getattr(row, f"{name}_{language}") for name in names))
    if closing := getattr(game, f"closing_{language}"):
        yield closing


def register() -> None:
    """Once, when the app is ready."""
    offer_cards(
        kind="game",
        title=_("Games"),
        order=ORDER,
        provider=cards_about,
        next_change=Game.objects.next_change,
        finder=cards_by_slug,
        latest=latest_cards,
    )
    register_searchable(SearchableModel("game", _("Games"), Game, game_document))
