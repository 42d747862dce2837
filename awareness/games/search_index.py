"""Registration of games for related content and for the site search."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from awareness.games.content_data import content_texts
from awareness.games.models import Game
from awareness.games.selectors import games_about, latest_games
from awareness.publishing.audiences import Level
from awareness.publishing.related_content import Card, card_of, register_cards
from awareness.publishing.search_index import publication_document
from clicksafely.common.search_registry import SearchableModel, SearchDocument, register_searchable

ORDER: Final = 30


def game_card(game: Game) -> Card:
    """Return the card of a game in the active language."""
    note = format_lazy("{} · {}", game.get_kind_display(), Level(game.level).label)
    return card_of(game, note=note, picture=("games", game.slug), fits=[game.level])


def cards_about(topics: Collection[int], most: int, now: datetime) -> Sequence[Card]:
    """Return cards of games on any of these topics. One query."""
    return [game_card(game) for game in games_about(topics, most=most, now=now)]


def cards_by_slug(slugs: Collection[str], now: datetime) -> dict[str, Card]:
    """Return the cards of the games with these slugs that are public at `now`, by slug. One query."""
    return {game.slug: game_card(game) for game in Game.objects.visible(now).filter(slug__in=slugs)}


def latest_cards(most: int, now: datetime, level: str = "") -> list[Card]:
    """Return cards of the newest games, of one level if given, those for the youngest first. One query."""
    return [game_card(game) for game in latest_games(most, now, level)]


def game_document(game: Game) -> SearchDocument:
    """Return the search document of a game with the texts of its content."""
    return publication_document(game, topics=game.topics.all(), texts=lambda language: _texts(game, language))


def _texts(game: Game, language: str) -> Iterator[str]:
    yield from content_texts(game.kind, game.content, language)
    if closing := getattr(game, f"closing_{language}"):
        yield closing


def register() -> None:
    """Register cards and search documents. Called once by `AppConfig.ready`."""
    register_cards(
        kind="game",
        title=_("Games"),
        order=ORDER,
        provider=cards_about,
        next_change=Game.objects.next_change,
        finder=cards_by_slug,
        latest=latest_cards,
    )
    register_searchable(SearchableModel("game", _("Games"), Game, game_document))
