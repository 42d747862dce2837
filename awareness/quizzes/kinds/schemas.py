"""A question as plain data: what the bank keeps, formats carry, and players see."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from awareness.quizzes.enums import QuestionKind

FULL_CREDIT: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class BilingualText:
    """One text in Serbian (Cyrillic) and English; either may be empty."""

    sr: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.sr or self.en)

    def read(self, language: str) -> str:
        """For a reader of "sr", "sr-latn" or "en"; what is not written in one language is read in the other."""
        return (self.en or self.sr) if language == "en" else (self.sr or self.en)


EMPTY_TEXT: Final = BilingualText()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A part of a question that is chosen, ordered, paired or written.

    `weight` is in percent of the question's credit (-100 to 100, five decimals); `match` is what the choice belongs to; `feedback` is said
    to whoever chose it, `missed` to whoever should have. In a scenario a choice stands at the situation `at` (0 is the question's own
    text) and leads to the situation `leads_to`, or to the end. `tolerance` goes with a number.
    """

    text: BilingualText
    weight: Decimal = Decimal(0)
    match: BilingualText = EMPTY_TEXT
    feedback: BilingualText = EMPTY_TEXT
    missed: BilingualText = EMPTY_TEXT
    role: str = ""
    at: int = 0
    leads_to: int | None = None
    tolerance: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Where a choice in a scenario leads: its number (from 1) and what happens there."""

    number: int
    text: BilingualText


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with everything it says. Texts are plain, with line breaks; `topic` is the slug of one; choices are in their order.

    `category` is where other systems file it ("safety/passwords").
    """

    kind: QuestionKind
    name: str
    text: BilingualText
    choices: tuple[Choice, ...] = ()
    situations: tuple[Situation, ...] = ()
    frame: str = ""
    explanation: BilingualText = EMPTY_TEXT
    source_title: str = ""
    source_url: str = ""
    level: str = ""
    topic: str = ""
    difficulty: int = 2
    shuffle: bool = True
    category: str = ""

    @property
    def groups(self) -> tuple[BilingualText, ...]:
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
class QuestionProblem:
    """What is wrong with a question: `where` names the part for people, empty for the whole."""

    where: str
    what: str
    blocking: bool = field(default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultText:
    """What is said from a score (in percent) upwards."""

    from_percent: int
    text: BilingualText


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What next: a `NextKind` and the slug in its address."""

    kind: str
    slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """A quiz with everything in it; `level` is a `Level`, `minutes` how long it takes, `topics` are slugs."""

    slug: str
    title: BilingualText
    summary: BilingualText
    level: str
    questions: tuple[Question, ...]
    minutes: int = 6
    topics: tuple[str, ...] = ()
    closings: tuple[ResultText, ...] = ()
    next_steps: tuple[NextStep, ...] = ()

    def closing_at(self, percent: float) -> BilingualText:
        """What is said at a score; nothing where none fits."""
        fitting = [closing for closing in self.closings if closing.from_percent <= percent]
        return max(fitting, key=lambda closing: closing.from_percent).text if fitting else BilingualText()


def merge_translation(stored: Question, found: Question, language: str) -> Question | None:
    """`stored` with the texts of `found` in `language` ("sr" or "en"), which are all that a file in one language says.

    None where they are not the same question, or `stored` says something else in that language.
    """
    if not _same_frame(stored, found) or not getattr(found.text, language):
        return None
    pairs = zip(stored.choices, found.choices, strict=True)
    together = replace(
        stored,
        text=_both(stored.text, found.text, language),
        explanation=_both(stored.explanation, found.explanation, language),
        choices=tuple(
            replace(
                mine,
                text=_both(mine.text, theirs.text, language),
                match=_both(mine.match, theirs.match, language),
                feedback=_both(mine.feedback, theirs.feedback, language),
            )
            for mine, theirs in pairs
        ),
    )
    return together if together == stored or not getattr(stored.text, language) else None


def _same_frame(stored: Question, found: Question) -> bool:
    """Everything but the words is the same."""
    frames = [
        (question.kind, [(choice.weight, choice.tolerance or 0) for choice in question.choices])
        for question in (stored, found)
    ]
    places = [[question.groups.index(choice.match) for choice in question.choices] for question in (stored, found)]
    return frames[0] == frames[1] and places[0] == places[1]


def _both(mine: BilingualText, theirs: BilingualText, language: str) -> BilingualText:
    return replace(mine, **{language: getattr(theirs, language)}) if getattr(theirs, language) else mine
