"""Stored games for the tests of their pages."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from awareness.games.models import Game
from tests.awareness.games.making import DOCUMENTS, make_games
from tests.database import shared_rows


@pytest.fixture(scope="module")
def made_games(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A published game of every kind, found by all tests of a module."""
    with shared_rows(django_db_blocker):
        make_games()
        yield


@pytest.fixture
def games(made_games: None, db: None) -> dict[str, Game]:
    """Those of `made_games`, by kind."""
    return {kind: Game.objects.get(slug=made["slug"]) for kind, made in DOCUMENTS.items()}
