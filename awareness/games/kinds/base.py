"""Base class of game kinds. `kinds.registry` lists the kinds; all other code asks the kind of a game."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from awareness.games.fields import Number, Rows
from awareness.publishing.editor_hints import EditorHint

# Values by parameter, as in `dict(QueryDict.lists())`.
type FormValues = Mapping[str, Sequence[str]]
# The content of a game, as in its document. A text is a string if the content is in one language.
type Content = Mapping[str, Any]

DONE = "done"
# Form fields of a deal: the round, and the number that determines the order.
ROUND, SEED = "round", "deal"
# Query parameter with a path of choices, one digit each.
WAY: Final = "p"
MAX_ROUNDS, LAST_SEED = 3, 9999
# Field of a row that belongs to a round.
ROUND_FIELD: Final = Number(
    name=ROUND,
    label=_("round"),
    help_text=_("A game with several rounds is played round by round. Later rounds are harder."),
    least=1,
    most=MAX_ROUNDS,
    initial=1,
    default=1,
)


@dataclass(frozen=True)
class Deal:
    """The rows of one round in a shuffled order. Seed 0 keeps the stored order."""

    number: int
    rounds: tuple[int, ...]
    seed: int

    def pick(self, rows: Sequence[Any]) -> list[Any]:
        """Return the rows of the round in the order of the seed."""
        return self.shuffle([row for row in rows if row.round == self.number])

    def shuffle[Row](self, rows: Sequence[Row], salt: object = "") -> list[Row]:
        """Return rows in the order of the seed."""
        if not self.seed:
            return list(rows)
        order = sorted(range(len(rows)), key=lambda place: sha256(f"{self.seed}:{salt}:{place}".encode()).digest())
        return [rows[place] for place in order]

    @property
    def following(self) -> int:
        """Return the next round; 0 after the last one."""
        return next((number for number in self.rounds if number > self.number), 0)

    @property
    def fields(self) -> dict[str, int]:
        """Return the form fields of the deal. The first round in the stored order has none."""
        shown = {ROUND: self.number} if self.number != self.rounds[0] else {}
        return shown | ({SEED: self.seed} if self.seed else {})


def read_deal(rows: Sequence[Any], answers: "FormValues") -> Deal:
    """Return the deal of a form; `rows` have a round. An unknown round is the first one."""
    rounds = tuple(sorted({row.round for row in rows})) or (1,)
    number = number_value(answers, ROUND, MAX_ROUNDS)
    return Deal(number if number in rounds else rounds[0], rounds, number_value(answers, SEED, LAST_SEED))


@dataclass(frozen=True)
class Playthrough:
    """The texts that a player reads in one play, and the number of decisions."""

    texts: tuple[str, ...]
    decisions: int


class GameKind(ABC):
    """A kind of game: its label, template and content as attributes, its rules as methods.

    `content` is in one language if a method displays it, otherwise as stored.
    """

    code: ClassVar[str]
    label: ClassVar[str | Promise]
    # Template public/games/<template>.html of the game's page.
    template: ClassVar[str]
    parts: ClassVar[tuple[Rows, ...]]
    # Whether the game has a page for each scene, and the game's page only leads to the first.
    has_scenes: ClassVar[bool] = False
    # Whether the page lists helplines whatever the topics are.
    is_distressing: ClassVar[bool] = False

    @abstractmethod
    def play(self, content: Content, answers: FormValues) -> dict[str, Any]:
        """Return the context of the game's page with the submitted answers."""

    @abstractmethod
    def playthrough(self, content: Content, seed: int) -> Playthrough:
        """Return a scripted play with some wrong answers. `seed` (from 1) varies round and choices."""

    @abstractmethod
    def problems(self, content: Content) -> Iterator[tuple[str, str]]:
        """Yield problems of a complete document other than wrong references, as (place, message in English)."""

    @abstractmethod
    def hints(self, content: Content) -> Iterator[EditorHint]:
        """Yield faults that an editor should correct before publication."""

    @staticmethod
    def scripted_deal(rows: Sequence[Any], seed: int) -> Deal:
        """Return the deal of a scripted play, which takes the rounds in turn."""
        rounds = read_deal(rows, {}).rounds
        return Deal(rounds[seed % len(rounds)], rounds, seed)


def is_submitted(answers: FormValues) -> bool:
    """Return whether the form was submitted. An empty form is a valid answer."""
    return DONE in answers


def choice_value(answers: FormValues, name: str, allowed: Sequence[str]) -> str:
    """Return the last value of a field; empty if it is not in `allowed`."""
    values = answers.get(name) or [""]
    return values[-1] if values[-1] in allowed else ""


def number_value(answers: FormValues, name: str, most: int) -> int:
    """Return a number from 1 to `most`; 0 if the value is invalid."""
    value = (answers.get(name) or [""])[-1]
    if not (value.isascii() and value.isdigit()) or len(value) > len(str(most)):
        return 0
    return int(value) if 1 <= int(value) <= most and not value.startswith("0") else 0


def number_values(answers: FormValues, name: str, most: int) -> frozenset[int]:
    """Return the valid numbers from 1 to `most`."""
    numbers = {str(each): each for each in range(1, most + 1)}
    return frozenset(numbers[value] for value in answers.get(name, ()) if value in numbers)


def score(right: Iterable[bool]) -> dict[str, Any]:
    """Return the context of a result: right answers of all."""
    results = list(right)
    return {"total": len(results), "right": sum(results), "complete": all(results)}


def repeated(values: Iterable[str], place: str) -> Iterator[tuple[str, str]]:
    """Yield a problem for each repeated value, at the format string `place` with the index."""
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield place.format(number), f"duplicate value {value}"
        seen.add(value)
