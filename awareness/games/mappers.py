"""From rows to what is played: the parts of a game in the active language, as plain values for the rules in `play`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from awareness.games.models import Game
from awareness.games.models.story import read_effects
from awareness.games.rules.cards import Bin, Card, Pair
from awareness.games.rules.mock_pages import MockPage, PagePart
from awareness.games.rules.privacy_settings import Option, Setting, Viewer
from awareness.games.rules.story import MOST_CHOICES, Character, Meter, Scene, Story, StoryChoice

# Rows of parts by the name of their relation, in their order: those of the database, or those of a form that nobody has saved.
type Parts = Mapping[str, Sequence[Any]]


class StoredParts(dict[str, Sequence[Any]]):
    """The stored parts of a game, each relation read when it is asked for."""

    def __init__(self, game: Game) -> None:
        super().__init__()
        self._game = game

    def __missing__(self, name: str) -> Sequence[Any]:
        self[name] = list(getattr(self._game, name).all())
        return self[name]


def read_story(parts: Parts) -> Story:
    """The story. Choices past the ninth of a scene are left out: an address has no digit for them."""
    choices = _by_key(
        (row.scene, StoryChoice(row.text, row.leads_to, row.why or "", read_effects(row.effects)))
        for row in parts["choices"]
    )
    return Story(
        scenes=tuple(
            Scene(
                row.key,
                row.title or "",
                row.text or "",
                row.speaker,
                row.mood,
                row.ending,
                tuple(choices.get(row.key, ())[:MOST_CHOICES]),
            )
            for row in parts["scenes"]
        ),
        meters=tuple(Meter(row.key, row.name or "", row.start or 0) for row in parts["meters"]),
        characters=tuple(Character(row.key, row.name or "", row.look) for row in parts["characters"]),
    )


def read_sorting(parts: Parts) -> tuple[list[Bin], list[Card]]:
    """Bins, and cards to put into them."""
    return (
        [Bin(row.key, row.name or "") for row in parts["bins"]],
        [Card(row.text or "", row.bin, row.why or "") for row in parts["cards"]],
    )


def read_pairs(parts: Parts) -> list[Pair]:
    """Words and meanings."""
    return [Pair(row.word or "", row.meaning or "", row.why or "") for row in parts["pairs"]]


def read_mocks(parts: Parts) -> list[MockPage]:
    """Mock pages with their parts."""
    found = _by_key(
        (row.mock, PagePart(row.role, row.text or "", bool(row.clue), row.why or "")) for row in parts["mock_parts"]
    )
    return [MockPage(row.frame, row.title or "", tuple(found.get(row.key, ()))) for row in parts["mocks"]]


def read_settings(parts: Parts) -> tuple[list[Viewer], list[Setting]]:
    """Viewers, and settings with their options."""
    options = _by_key(
        (row.setting, Option(row.key, row.text or "", tuple(row.shows or ()), bool(row.safe), row.why or ""))
        for row in parts["options"]
    )
    return (
        [Viewer(row.key, row.name or "") for row in parts["viewers"]],
        [
            Setting(row.key, row.label or "", row.question or "", row.seen or "", tuple(options.get(row.key, ())))
            for row in parts["privacy_settings"]
        ],
    )


def _by_key[Item](rows: Iterable[tuple[str, Item]]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for key, item in rows:
        found.setdefault(key, []).append(item)
    return found
