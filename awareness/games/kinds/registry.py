"""The game kinds by code, in the order of the admin."""

from typing import Final, Protocol

from django.utils.functional import Promise

from awareness.games.kinds.base import GameKind
from awareness.games.kinds.lock import Lock
from awareness.games.kinds.pairs import Pairs
from awareness.games.kinds.path import Path
from awareness.games.kinds.sort import Sort
from awareness.games.kinds.spot import Spot
from awareness.games.kinds.story import StoryKind

GAME_KINDS: Final[dict[str, GameKind]] = {
    kind.code: kind for kind in (StoryKind(), Sort(), Pairs(), Spot(), Lock(), Path())
}


class _HasKind(Protocol):
    @property
    def kind(self) -> str: ...


def kind_of(game: _HasKind) -> GameKind:
    """Return the kind of a game."""
    return GAME_KINDS[game.kind]


def kind_choices() -> list[tuple[str, str | Promise]]:
    """Return the choices of the model field."""
    return [(kind.code, kind.label) for kind in GAME_KINDS.values()]
