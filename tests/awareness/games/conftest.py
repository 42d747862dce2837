"""Stored games for the tests of their pages."""

import pytest

from awareness.games.models import Game
from tests.awareness.games.making import DOCUMENTS, make_game


@pytest.fixture
def games(db: None) -> dict[str, Game]:
    """A published game of every kind, by kind."""
    return {kind: make_game(made) for kind, made in DOCUMENTS.items()}
