"""Reads of games."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Prefetch

from awareness.games.models import Game
from awareness.topics.models import Topic


def visible_games(now: datetime) -> list[Game]:
    """What everybody sees at `now` with topics, by level, the newest first; two queries. There are dozens, never thousands."""
    games = Game.objects.visible(now).order_by("level", "-published_at", "-pk")
    # "7-10" would stand behind "15-18".
    return sorted(
        games.prefetch_related(Prefetch("topics", Topic.objects.visible(now))),
        key=lambda game: int(game.level.partition("-")[0]),
    )


def find_game(slug: str) -> Game | None:
    """A game with its topics, whoever may see it; two queries."""
    return Game.objects.filter(slug=slug).prefetch_related("topics").first()


def games_about(topics: Collection[int], *, most: int, now: datetime) -> list[Game]:
    """Visible games on any of these topics, those on more of them first; one query, none without topics."""
    if not topics:
        return []
    return list(
        Game.objects.visible(now)
        .filter(topics__in=topics)
        .annotate(shared=Count("topics"))
        .order_by("-shared", "-published_at", "-pk")[:most]
    )
