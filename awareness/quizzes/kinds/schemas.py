"""Questions and quizzes as plain immutable data."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

FULL_CREDIT: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class BilingualText:
    """A text in Serbian (Cyrillic) and English. Either may be empty."""

    sr: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.sr or self.en)

    def read(self, language: str) -> str:
        """Return the text for "sr", "sr-latn" or "en", falling back to the other language."""
        return (self.en or self.sr) if language == "en" else (self.sr or self.en)


EMPTY_TEXT: Final = BilingualText()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A choice of a question: selected, ordered, paired or matched against a written answer.

    `weight`: percent of the question's credit (-100 to 100, five decimals). `match`: the counterpart or group.
    `feedback` is shown if chosen, `missed` if wrongly left out. Scenario: offered at situation `at` (0: the question's
    text), leads to situation `leads_to` (None: the end). `tolerance` applies to numbers.
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
    """A situation of a scenario: its number (from 1) and text."""

    number: int
    text: BilingualText


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its choices and situations, in order. Texts are plain with line breaks; `topic` is a slug.

    `kind` is a code of `registry.QUESTION_KINDS`. `discussion`: prompt for the class at the end of a live quiz.

    `category` is the category in other systems, such as Moodle ("safety/passwords").
    """

    kind: str
    name: str
    text: BilingualText
    choices: tuple[Choice, ...] = ()
    situations: tuple[Situation, ...] = ()
    frame: str = ""
    explanation: BilingualText = EMPTY_TEXT
    discussion: BilingualText = EMPTY_TEXT
    source_title: str = ""
    source_url: str = ""
    level: str = ""
    topic: str = ""
    difficulty: int = 2
    shuffle: bool = True
    category: str = ""

    @property
    def groups(self) -> tuple[BilingualText, ...]:
        """The distinct counterparts of the choices, in order of first appearance."""
        return tuple(dict.fromkeys(choice.match for choice in self.choices))

    @property
    def right(self) -> frozenset[int]:
        """Indexes of choices with positive weight."""
        return frozenset(place for place, choice in enumerate(self.choices) if choice.weight > 0)

    def choices_at(self, situation: int) -> list[int]:
        """Return indexes of the choices offered at a situation."""
        return [place for place, choice in enumerate(self.choices) if choice.at == situation]


@dataclass(frozen=True, slots=True)
class QuestionProblem:
    """A problem of a question. `where` names the part for the user, empty for the whole question."""

    where: str
    what: str
    blocking: bool = field(default=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultText:
    """Closing text from a score (in percent) upwards."""

    from_percent: int
    text: BilingualText


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A suggestion after the quiz: a `NextKind` and the slug of its page."""

    kind: str
    slug: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiz:
    """A quiz with its questions. `level`: a `QuizLevel`; `minutes`: duration; `topics`: slugs."""

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
        """Return the closing text for a score, empty if none applies."""
        fitting = [closing for closing in self.closings if closing.from_percent <= percent]
        return max(fitting, key=lambda closing: closing.from_percent).text if fitting else BilingualText()


def merge_translation(stored: Question, found: Question, language: str) -> Question | None:
    """Return `stored` with the texts of `found` in `language` ("sr" or "en") added.

    Returns None if they are different questions, or if `stored` has other texts in that language.
    """
    if not _same_frame(stored, found) or not getattr(found.text, language):
        return None
    pairs = zip(stored.choices, found.choices, strict=True)
    together = replace(
        stored,
        text=_both(stored.text, found.text, language),
        explanation=_both(stored.explanation, found.explanation, language),
        discussion=_both(stored.discussion, found.discussion, language),
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
    """Return whether kind, weights, tolerances and groups are equal."""
    frames = [
        (question.kind, [(choice.weight, choice.tolerance or 0) for choice in question.choices])
        for question in (stored, found)
    ]
    places = [[question.groups.index(choice.match) for choice in question.choices] for question in (stored, found)]
    return frames[0] == frames[1] and places[0] == places[1]


def _both(mine: BilingualText, theirs: BilingualText, language: str) -> BilingualText:
    return replace(mine, **{language: getattr(theirs, language)}) if getattr(theirs, language) else mine
