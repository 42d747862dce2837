"""A question as plain data: what the bank keeps, formats carry, and players see."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from awareness.quizzes.questions.kinds import Kind

WHOLE: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Words:
    """One text in Serbian (Cyrillic) and English; either may be empty."""

    sr: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.sr or self.en)

    def read(self, language: str) -> str:
        """For a reader of "sr", "sr-latn" or "en"; what is not written in one language is read in the other."""
        return (self.en or self.sr) if language == "en" else (self.sr or self.en)


NOTHING: Final = Words()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A part of a question that is chosen, ordered, paired or written.

    `weight` is in percent of the question's credit (-100 to 100, five decimals); `match` is what the choice belongs to; `feedback` is said
    to whoever chose it, `missed` to whoever should have. In a scenario a choice stands at the situation `at` (0 is the question's own
    text) and leads to the situation `leads_to`, or to the end. `tolerance` goes with a number.
    """

    text: Words
    weight: Decimal = Decimal(0)
    match: Words = NOTHING
    feedback: Words = NOTHING
    missed: Words = NOTHING
    role: str = ""
    at: int = 0
    leads_to: int | None = None
    tolerance: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where a choice in a scenario leads: its number (from 1) and what happens there."""

    number: int
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with everything it says. Texts are plain, with line breaks; `topic` is the slug of one; choices are in their order.

    `category` is where other systems file it ("safety/passwords").
    """

    kind: Kind
    name: str
    text: Words
    choices: tuple[Choice, ...] = ()
    situations: tuple[Situation, ...] = ()
    frame: str = ""
    explanation: Words = NOTHING
    source_title: str = ""
    source_url: str = ""
    level: str = ""
    topic: str = ""
    difficulty: int = 2
    shuffle: bool = True
    category: str = ""

    @property
    def groups(self) -> tuple[Words, ...]:
        """The different texts that choices are paired with, in their first order."""
        return tuple(dict.fromkeys(choice.match for choice in self.choices))

    @property
    def right(self) -> frozenset[int]:
        """The places of choices that bring credit."""
        return frozenset(place for place, choice in enumerate(self.choices) if choice.weight > 0)

    def choices_at(self, situation: int) -> list[int]:
        """The places of the choices that a scenario offers there."""
        return [place for place, choice in enumerate(self.choices) if choice.at == situation]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a question: `where` names the part for people, empty for the whole."""

    where: str
    what: str
    blocking: bool = field(default=True)
