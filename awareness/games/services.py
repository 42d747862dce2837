"""Writing games from documents. What editors write goes through `topics.services` as it is."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from awareness.games.import_export.serializers import GameRows
from awareness.games.models import Game
from awareness.publishing.services import save_record
from awareness.topics.models import Topic


def import_games(*, games: Sequence[GameRows], actor: AbstractBaseUser, now: datetime) -> None:
    """Write all of them or, where something fails, none. A game whose slug is there is changed and keeps its dates; a new one is a draft."""
    with transaction.atomic():
        for rows in games:
            import_game(rows=rows, actor=actor, now=now)


def import_game(*, rows: GameRows, actor: AbstractBaseUser, now: datetime) -> Game:
    """Write one: a saving like any other, with a version of its own."""
    game = Game.objects.filter(slug=rows.fields["slug"]).first() or Game()
    for name, value in rows.fields.items():
        setattr(game, name, value)

    def parts() -> None:
        game.topics.set(Topic.objects.filter(slug__in=rows.topics))
        for relation in game.versioned_parts:
            manager = getattr(game, relation)
            manager.all().delete()
            for row in rows.parts.get(relation, ()):
                manager.create(**row)

    save_record(record=game, actor=actor, now=now, parts=parts)
    return game
