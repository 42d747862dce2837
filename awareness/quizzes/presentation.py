"""Presentation of questions, and reading of submitted answers, for attempts and classes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise

from awareness.quizzes.kinds.base import MAX_TEXT_LENGTH, PostedAnswer, ScenarioStep
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.labels import choice_letter
from clicksafely.common.i18n.language import ENGLISH

NOTHING_POSTED: Final = PostedAnswer()


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedChoice:
    """A displayed choice.

    `place`: the submitted index. `letter`: by display order. `put`: the chosen position (from 1) or group, if any.
    """

    place: int
    letter: str
    text: str
    role: str = ""
    chosen: bool = False
    put: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedGroup:
    """A group or counterpart. `place`: the submitted index."""

    place: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedQuestion:
    """A question in one language, with choices in display order. `foreign`: in Serbian on an English page.

    `question` is the only context variable of `template`.
    """

    text: str
    instruction: str | Promise
    without_script: str | Promise
    submit_label: str | Promise
    template: str
    frame: str
    choices: tuple[PresentedChoice, ...]
    groups: tuple[PresentedGroup, ...]
    steps: tuple[ScenarioStep, ...]
    written: str
    problem: str | Promise
    foreign: bool

    @property
    def positions(self) -> range:
        """Positions for ordering, from 1."""
        return range(1, len(self.choices) + 1)

    @property
    def longest(self) -> int:
        """Maximum characters of a written answer."""
        return MAX_TEXT_LENGTH


def present_question(
    question: Question, *, language: str, seed: str, way: Sequence[int] = (), posted: PostedAnswer = NOTHING_POSTED
) -> PresentedQuestion:
    """Return the question in `language`. The same `seed` gives the same order of choices.

    `way`: the path through a scenario; an invalid path restarts it. `posted`: values to refill and the message to show.
    """
    kind = kind_of(question)
    way = kind.open_way(question, tuple(way) or posted.way)
    groups = question.groups
    return PresentedQuestion(
        text=question.text.read(language),
        instruction=kind.instruction,
        without_script=kind.instruction_without_script,
        submit_label=kind.submit_label,
        template=f"public/quizzes/kinds/{kind.template}.html",
        frame=question.frame,
        choices=tuple(
            PresentedChoice(
                place=place,
                letter=choice_letter(number, language),
                text=question.choices[place].text.read(language),
                role=question.choices[place].role,
                chosen=place in posted.chosen,
                put=posted.put.get(place),
            )
            for number, place in enumerate(kind.offered(question, seed, way))
        ),
        groups=tuple(
            PresentedGroup(place=place, text=groups[place].read(language)) for place in kind.group_order(question, seed)
        ),
        steps=kind.steps(question, way, language),
        written=posted.written,
        problem=posted.problem,
        foreign=language == ENGLISH and not question.text.en,
    )


def read_posted_answer(question: Question, post: QueryDict) -> PostedAnswer:
    """Read the submitted answer. Impossible values are ignored.

    Forms submit indexes of choices, so the page's script has no effect. Only written answers are text.
    """
    return kind_of(question).read_posted(question, post)
