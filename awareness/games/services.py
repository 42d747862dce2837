"""Services that import games from documents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from awareness.games.import_export.serializers import document_to_fields
from awareness.games.models import Game
from awareness.publishing.services import save_record
from awareness.topics.models import Topic


def import_games(*, documents: Sequence[Mapping[str, Any]], actor: AbstractBaseUser, now: datetime) -> None:
    """Import games in one transaction. Existing slugs are updated and keep their dates; new games are drafts."""
    with transaction.atomic():
        for document in documents:
            import_game(document=document, actor=actor, now=now)


def import_game(*, document: Mapping[str, Any], actor: AbstractBaseUser, now: datetime) -> Game:
    """Create or update a game from a validated document, and save a version."""
    game = Game.objects.filter(slug=document["slug"]).first() or Game()
    for name, value in document_to_fields(document).items():
        setattr(game, name, value)
    topics = Topic.objects.filter(slug__in=document["topics"])
    save_record(record=game, actor=actor, now=now, parts=lambda: game.topics.set(topics))
    return game
