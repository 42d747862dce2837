"""Fixtures with stored games."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from awareness.games.models import Game
from tests.database import shared_rows
from tests.factories.games import DOCUMENTS, make_games


@pytest.fixture(scope="module")
def made_games(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Create a published game of every kind for a test module."""
    with shared_rows(django_db_blocker):
        make_games()
        yield


@pytest.fixture
def games(made_games: None, db: None) -> dict[str, Game]:
    """Return the games of `made_games`, by kind."""
    return {kind: Game.objects.get(slug=document["slug"]) for kind, document in DOCUMENTS.items()}
