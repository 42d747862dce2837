"""Base class of question kinds, and the data that its methods return."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from awareness.quizzes.kinds.schemas import FULL_CREDIT, BilingualText, Choice, Question, QuestionProblem
from awareness.quizzes.labels import OUTCOME_LABELS, ChoiceOutcome

if TYPE_CHECKING:
    from awareness.quizzes.import_export.gift.parser import AnswerParser
    from awareness.quizzes.import_export.gift.writer import QuestionWriter

MAX_TEXT_LENGTH: Final = 200
# Field names. Ordering and pairing have one field a choice: `put-3` is the position or group of the choice at index 3.
ANSWER: Final = "answer"
PUT: Final = "put-"
WAY: Final = "way"

# Indexes of choices: the selected ones, all in the given order, the group of each, or the path through a scenario.
# Written answers are text.
Answer = tuple[int, ...] | str


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """Score of an answer. `credit`: 0 to 1, None if not scored. `chosen` and `correct`: a flag for each choice."""

    credit: float | None
    chosen: tuple[bool, ...]
    correct: tuple[bool, ...]

    @property
    def right(self) -> bool:
        """Whether the answer has full credit. False if not scored."""
        return self.credit == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedAnswer:
    """A submitted answer.

    `answer` is None if incomplete; `problem` is then a message, unless a scenario continues at `way`.

    `chosen`, `put` and `written` refill the form.
    """

    answer: Answer | None = None
    problem: str | Promise = ""
    way: tuple[int, ...] = ()
    chosen: frozenset[int] = frozenset()
    put: Mapping[int, int] = field(default_factory=dict)
    written: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioStep:
    """A step through a scenario: the choice, its feedback, and the next situation (empty at the end)."""

    place: int
    text: str
    feedback: str
    situation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFeedback:
    """Outcome of one choice. Ordering and pairing: the chosen (`own_place`) and the right position or group."""

    text: str
    part: ChoiceOutcome
    label: str | Promise
    note: str = ""
    own_place: str = ""
    right_place: str = ""


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """A printed choice. `onward`: instruction in a scenario."""

    letter: str
    text: str
    role: str = ""
    onward: str = ""


@dataclass(frozen=True, slots=True)
class SheetSituation:
    """A situation of a scenario. The heading of the first one is empty."""

    heading: str
    text: str
    choices: tuple[SheetChoice, ...]


class QuestionKind(ABC):
    """A kind of question: its texts, templates and form fields as attributes, its rules as methods.

    `kinds.registry` lists the kinds. All other code calls the kind of a question and never compares its code. A
    `question` passed to a method is of this kind. A `seed` gives the same order every time.
    """

    code: ClassVar[str]
    label: ClassVar[str | Promise]
    instruction: ClassVar[str | Promise]
    # Replaces dragging on pages without JavaScript.
    instruction_without_script: ClassVar[str | Promise] = ""
    missing_answer: ClassVar[str | Promise]
    paper_instruction: ClassVar[str | Promise]
    submit_label: ClassVar[str | Promise] = pgettext_lazy("button", "Answer")
    # Templates public/quizzes/kinds/<template>.html and public/quizzes/paper/<paper_template>.html.
    template: ClassVar[str]
    paper_template: ClassVar[str]
    # Form control of the offline file: one, many, order, pairs, path, text or number.
    control: ClassVar[str]
    # Fields of the admin beside the common ones. "situations" means the whole inline, "is_true" the choice of the right answer.
    editor_fields: ClassVar[tuple[str, ...]] = ("weight", "feedback")
    # Texts that the admin fills in for a new question.
    default_choices: ClassVar[tuple[BilingualText, ...]] = ()
    fewest_choices: ClassVar[int] = 2
    is_scored: ClassVar[bool] = True
    # Whether the order of choices has no meaning, so that editors can have it shuffled.
    can_shuffle: ClassVar[bool] = False
    can_repeat_choices: ClassVar[bool] = False
    can_subtract: ClassVar[bool] = False
    # Whether the right choices have equal shares of the credit, which the admin computes.
    shares_credit: ClassVar[bool] = False
    shuffles_groups: ClassVar[bool] = False
    is_written: ClassVar[bool] = False
    # Whether a choice counts as right by its place, not by its selection.
    is_placed: ClassVar[bool] = False
    # Whether GIFT has a form for the kind, and the `gift.parser.syntax_of` that is read as this kind.
    in_gift: ClassVar[bool] = False
    gift_syntax: ClassVar[str] = ""
    # Whether a question in GIFT has braces.
    has_gift_answers: ClassVar[bool] = True

    # Validation and scoring

    @abstractmethod
    def read(self, question: Question, data: Any) -> Answer | None:
        """Return a valid answer from untrusted data, None if incomplete or impossible."""

    @abstractmethod
    def score(self, question: Question, answer: Any) -> AnswerScore:
        """Score an answer returned by `read`."""

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        """Yield the problems that only this kind can have."""
        yield from ()

    # Display and submission

    def order(self, question: Question, seed: str) -> list[int]:
        """Return the indexes of all displayed choices, in display order."""
        places = list(range(len(question.choices)))
        return shuffled(places, f"{seed}-choices", question.name) if self.can_shuffle and question.shuffle else places

    def offered(self, question: Question, seed: str, way: Sequence[int]) -> list[int]:
        """Return the indexes of the choices offered after the path `way`."""
        return self.order(question, seed)

    def open_way(self, question: Question, way: Sequence[int]) -> tuple[int, ...]:
        """Return the path if the question continues after it, otherwise an empty path."""
        return ()

    def steps(self, question: Question, way: Sequence[int], language: str) -> tuple[ScenarioStep, ...]:
        """Return the steps of a path."""
        return ()

    def group_order(self, question: Question, seed: str) -> list[int]:
        """Return the indexes of the groups in display order, empty if choices have none."""
        return []

    def read_posted(self, question: Question, post: QueryDict) -> PostedAnswer:
        """Read the submitted answer. Impossible values are ignored."""
        chosen = numbers(post.getlist(ANSWER), len(question.choices))
        return self.judged(question, chosen, PostedAnswer(chosen=frozenset(chosen)))

    def judged(self, question: Question, data: object, posted: PostedAnswer) -> PostedAnswer:
        """Return `posted` with the answer, or with the message that it is incomplete."""
        answer = self.read(question, data)
        return replace(posted, answer=answer, problem=self.missing_answer if answer is None else "")

    # Feedback

    def outcomes(
        self, question: Question, answer: Answer | None, mark: AnswerScore | None, language: str, seed: str
    ) -> Iterator[ChoiceFeedback]:
        """Yield the outcome of each choice. Without an answer (None, None), the right solution."""
        yield from ()

    def accepted(self, question: Question, language: str) -> Iterator[str]:
        """Yield the written answers with full credit."""
        yield from ()

    def note(self, question: Question, mark: AnswerScore | None, language: str) -> str:
        """Return the feedback on the whole answer."""
        return ""

    # Print and offline file

    @abstractmethod
    def key(
        self, question: Question, language: str, letters: Mapping[int, str], groups: Mapping[int, str]
    ) -> Iterator[str]:
        """Yield the lines of the answer key. `letters` and `groups`: printed letters by index, in print order."""

    def sheet_situations(self, question: Question, language: str) -> tuple[SheetSituation, ...]:
        """Return the printed situations. They replace the choices."""
        return ()

    def accepted_text(self, choice: Choice, language: str) -> str:
        """Return an accepted written answer as text."""
        return choice.text.read(language)

    # GIFT

    def read_gift(self, parser: "AnswerParser") -> "tuple[str, list[Choice]]":
        """Return the code of the kind and the choices of a GIFT question in `gift_syntax`."""
        raise NotImplementedError

    def write_gift(self, writer: "QuestionWriter") -> str:
        """Return the text between the braces of a GIFT question. Called if `in_gift`."""
        raise NotImplementedError


def choice_label(place: int) -> str:
    """Return the name of the choice at index `place`."""
    return _("Answer %(number)d") % {"number": place + 1}


def share(weight: Any) -> float:
    """Return a weight in percent as a credit from 0 to 1."""
    return float(min(max(weight / FULL_CREDIT, 0), 1))


def marked(question: Question, credit: float | None, chosen: set[int], correct: set[int]) -> AnswerScore:
    """Return the score of an answer with the indexes of chosen and wanted choices."""
    return AnswerScore(credit, flags(question, chosen), flags(question, correct))


def flags(question: Question, places: set[int]) -> tuple[bool, ...]:
    """Return for each choice whether its index is in `places`."""
    return tuple(place in places for place in range(len(question.choices)))


def read_places(question: Question, data: Any) -> tuple[int, ...] | None:
    """Return untrusted data as a tuple of integers, None if it is none or the question has no choices."""
    if not question.choices or not isinstance(data, list | tuple) or not all(type(place) is int for place in data):
        return None
    return tuple(data)


def numbers(texts: Sequence[str], bound: int, *, unique: bool = True) -> list[int]:
    """Return the numbers below `bound` in form values. `unique` removes duplicates."""
    found = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 4]
    fitting = [number for number in found if number < bound]
    return list(dict.fromkeys(fitting)) if unique else fitting


def posted_numbers(question: Question, post: QueryDict, first: int, bound: int) -> dict[int, int]:
    """Return the submitted number of each choice from `first` to below `bound`. Other values are ignored."""
    return {
        place: number
        for place in range(len(question.choices))
        for number in numbers([post.get(f"{PUT}{place}", "")], bound)
        if number >= first
    }


def shuffled(places: Sequence[int], *seed: str) -> list[int]:
    """Return `places` in a pseudo-random order that depends on the seed only."""
    mixed = list(places)
    random.Random("\0".join(seed)).shuffle(mixed)  # noqa: S311 - an order, no secret
    return mixed


def placed_feedback(
    choice: Choice, language: str, *, own_place: str | None, right_place: str, is_right: bool
) -> ChoiceFeedback:
    """Return the outcome of a choice that has a place: `own_place` is None without an answer."""
    part = ChoiceOutcome.OPEN if own_place is None else ChoiceOutcome.RIGHT if is_right else ChoiceOutcome.WRONG
    return ChoiceFeedback(
        text=choice.text.read(language),
        part=part,
        label=OUTCOME_LABELS[part] if own_place is not None else "",
        note=(choice.feedback if part == ChoiceOutcome.RIGHT else choice.missed or choice.feedback).read(language),
        own_place="" if own_place is None or is_right else own_place,
        right_place=right_place,
    )


def credit_note(choice: Choice) -> str:
    """Return the share of the credit in brackets, empty for full credit."""
    return "" if choice.weight == FULL_CREDIT else f" ({choice.weight.normalize():f} %)"


def full_credit_problems(question: Question) -> Iterator[QuestionProblem]:
    """Yield a problem if no choice has full credit."""
    if not any(choice.weight == FULL_CREDIT for choice in question.choices):
        yield QuestionProblem(_("Answers"), _("At least one answer must be right."))
