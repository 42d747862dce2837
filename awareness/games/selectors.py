"""Queries for games."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Case, Count, Prefetch, Value, When

from awareness.games.models import Game
from awareness.publishing.audiences import Level
from awareness.topics.models import Topic

_YOUNGEST_FIRST = Case(*(When(level=level, then=Value(order)) for order, level in enumerate(Level.values)))


def visible_games(now: datetime) -> list[Game]:
    """Return the games that are public at `now`, with their topics, by level and then newest first. Two queries.

    The list has no pages, because there are only dozens of games.
    """
    games = Game.objects.visible(now).order_by("level", "-published_at", "-pk")
    # As text, "7-10" would sort after "15-18".
    return sorted(
        games.prefetch_related(Prefetch("topics", Topic.objects.visible(now))),
        key=lambda game: int(game.level.partition("-")[0]),
    )


def klik_games(now: datetime) -> list[Game]:
    """Return the games of Klik's world that are public at `now`, oldest first. One query."""
    return list(Game.objects.visible(now).filter(level=Level.YOUNGEST).order_by("published_at", "pk"))


def find_game(slug: str) -> Game | None:
    """Return a game with its topics, published or not. Two queries."""
    return Game.objects.filter(slug=slug).prefetch_related("topics").first()


def latest_games(most: int, now: datetime, level: str = "") -> list[Game]:
    """Return the newest visible games, of one level if given, those for the youngest first. One query."""
    games = Game.objects.visible(now).filter(level=level) if level else Game.objects.visible(now)
    return list(games.order_by(_YOUNGEST_FIRST, "-published_at", "-pk")[:most])


def games_about(topics: Collection[int], *, most: int, now: datetime) -> list[Game]:
    """Return visible games on any of these topics, those with most shared topics first. One query; none without topics."""
    if not topics:
        return []
    return list(
        Game.objects.visible(now)
        .filter(topics__in=topics)
        .annotate(shared=Count("topics"))
        # The youngest first: as text, "7-10" sorts after "15-18".
        .order_by("-shared", _YOUNGEST_FIRST, "-published_at", "-pk")[:most]
    )
