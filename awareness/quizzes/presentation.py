"""How a question is shown to whoever answers it, and how an answer is read out of a form; alone and in a class alike.

Answers travel as places (numbers), never as texts, so that the script of a page does not matter. Only what was written is text.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.http import QueryDict
from django.utils.functional import Promise

from awareness.quizzes.enums import FIXED_ORDER_KINDS, PAIRING_KINDS, SINGLE_CHOICE_KINDS, WRITTEN_KINDS, QuestionKind
from awareness.quizzes.kinds.answers import LONGEST_TEXT, LONGEST_WAY, Answer, read_answer, situation_after
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.labels import INSTRUCTIONS, MISSING_ANSWER_TEXTS, WITHOUT_SCRIPT, choice_letter
from clicksafely.common.i18n.language import ENGLISH

# Names of fields. A choice that is put somewhere has a field of its own: `put-3` says where the choice at place 3 is put.
ANSWER: Final = "answer"
PUT: Final = "put-"
WAY: Final = "way"
_TEMPLATES: Final = {
    QuestionKind.MULTIPLE: "choose_many",
    QuestionKind.ORDERING: "ordering",
    QuestionKind.CLUES: "clues",
    QuestionKind.SCENARIO: "scenario",
    QuestionKind.SHORT: "short",
    QuestionKind.NUMERIC: "numeric",
}
# A shuffle that changed nothing is drawn again so often.
_DRAWS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedAnswer:
    """What a form said. `answer`: whole, or None; then `problem` says what is missing, unless it is a scenario that goes on at `way`.

    `chosen`, `put` and `written` are what was filled in, for the form to be shown again.
    """

    answer: Answer | None = None
    problem: str | Promise = ""
    way: tuple[int, ...] = ()
    chosen: frozenset[int] = frozenset()
    put: Mapping[int, int] = field(default_factory=dict)
    written: str = ""


NOTHING_POSTED: Final = PostedAnswer()


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedChoice:
    """A choice as it is shown: `place` is what is posted, `letter` what it is called in the shown order; `put` is the position (from 1) or
    the group that was chosen for it, None where none was.
    """

    place: int
    letter: str
    text: str
    role: str = ""
    chosen: bool = False
    put: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedGroup:
    """Where a choice can be put: `place` is what is posted."""

    place: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioStep:
    """A choice made in a scenario: what was chosen, what was said to it, and where it led (empty at the end)."""

    place: int
    text: str
    feedback: str
    situation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedQuestion:
    """A question in one language, its choices in the order they are shown in. `foreign`: it is Serbian on an English page."""

    kind: QuestionKind
    text: str
    instruction: str | Promise
    without_script: str | Promise
    frame: str
    choices: tuple[PresentedChoice, ...]
    groups: tuple[PresentedGroup, ...]
    steps: tuple[ScenarioStep, ...]
    written: str
    problem: str | Promise
    foreign: bool

    @property
    def template(self) -> str:
        """The template that shows it, given nothing but this as `question`."""
        name = "pairing" if self.kind in PAIRING_KINDS else _TEMPLATES.get(self.kind, "choose_one")
        return f"public/quizzes/kinds/{name}.html"

    @property
    def positions(self) -> range:
        """What a choice to be ordered can be put at: 1 is the first."""
        return range(1, len(self.choices) + 1)

    @property
    def longest(self) -> int:
        """Characters of a written answer."""
        return LONGEST_TEXT


def present_question(
    question: Question, *, language: str, seed: str, way: Sequence[int] = (), posted: PostedAnswer = NOTHING_POSTED
) -> PresentedQuestion:
    """The question for a reader of `language`. The same `seed` gives the same order.

    `way`: the choices a scenario has been through; one that leads nowhere is forgotten. `posted`: what to fill in again, and what to say to it.
    """
    way = tuple(way) or posted.way
    here = _situation(question, way)
    if here is None:
        way, here = (), 0
    places = question.choices_at(here) if question.kind == QuestionKind.SCENARIO else presented_order(question, seed)
    return PresentedQuestion(
        kind=question.kind,
        text=question.text.read(language),
        instruction=INSTRUCTIONS[question.kind],
        without_script=WITHOUT_SCRIPT.get(question.kind, ""),
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
            for number, place in enumerate(places)
        ),
        groups=_groups(question, language, seed),
        steps=scenario_steps(question, way, language) if question.kind == QuestionKind.SCENARIO else (),
        written=posted.written,
        problem=posted.problem,
        foreign=language == ENGLISH and not question.text.en,
    )


def presented_order(question: Question, seed: str) -> list[int]:
    """The places of its choices as they are shown; none of what is written. What is to be ordered never stands in order already."""
    if question.kind in WRITTEN_KINDS:
        return []
    places = list(range(len(question.choices)))
    if question.kind == QuestionKind.ORDERING:
        return _mixed(places, f"{seed}-order", question.name)
    if question.kind in FIXED_ORDER_KINDS or not question.shuffle:
        return places
    return _shuffled(places, f"{seed}-choices", question.name)


def scenario_steps(question: Question, way: Sequence[int], language: str) -> tuple[ScenarioStep, ...]:
    """A way through a scenario in words."""
    situations = {situation.number: situation.text for situation in question.situations}
    steps = []
    for place in way:
        choice = question.choices[place]
        onward = situations.get(choice.leads_to) if choice.leads_to is not None else None
        steps.append(
            ScenarioStep(
                place=place,
                text=choice.text.read(language),
                feedback=choice.feedback.read(language),
                # A way that leads back to the beginning: the question's own text.
                situation=onward.read(language)
                if onward
                else question.text.read(language)
                if choice.leads_to == 0
                else "",
            )
        )
    return tuple(steps)


def read_posted_answer(question: Question, post: QueryDict) -> PostedAnswer:
    """What a form with this question said; whatever nobody could have chosen there counts as not chosen."""
    if question.kind in WRITTEN_KINDS:
        written = post.get(ANSWER, "")[:LONGEST_TEXT]
        return _judged(question, written, PostedAnswer(written=written))
    if question.kind == QuestionKind.SCENARIO:
        return _posted_step(question, post)
    if question.kind == QuestionKind.ORDERING or question.kind in PAIRING_KINDS:
        return _posted_places(question, post)
    chosen = _numbers(post.getlist(ANSWER), len(question.choices))
    if question.kind in SINGLE_CHOICE_KINDS:
        chosen = chosen[:1]
    return _judged(question, chosen, PostedAnswer(chosen=frozenset(chosen)))


def _posted_places(question: Question, post: QueryDict) -> PostedAnswer:
    """Of each choice where it was put: a position from 1, or the place of a group."""
    ordering = question.kind == QuestionKind.ORDERING
    first, bound = (1, len(question.choices)) if ordering else (0, len(question.groups))
    put = {
        place: number
        for place in range(len(question.choices))
        for number in _numbers([post.get(f"{PUT}{place}", "")], bound + first)
        if number >= first
    }
    given = (
        sorted(put, key=put.__getitem__) if ordering else [put.get(place, -1) for place in range(len(question.choices))]
    )
    # Two at the same position: no order.
    if ordering and len(set(put.values())) < len(question.choices):
        given = []
    return _judged(question, given, PostedAnswer(put=put))


def _posted_step(question: Question, post: QueryDict) -> PostedAnswer:
    way = tuple(_numbers(post.getlist(WAY)[:LONGEST_WAY], len(question.choices), unique=False))
    here = _situation(question, way)
    if here is None:
        return PostedAnswer(problem=MISSING_ANSWER_TEXTS[question.kind])
    chosen = [
        place for place in _numbers(post.getlist(ANSWER), len(question.choices)) if place in question.choices_at(here)
    ]
    if not chosen:
        return PostedAnswer(way=way, problem=MISSING_ANSWER_TEXTS[question.kind])
    further = (*way, chosen[0])
    answer = read_answer(question, further)
    if answer is None and len(further) > LONGEST_WAY:
        # Round and round: it begins anew.
        return PostedAnswer(problem=MISSING_ANSWER_TEXTS[question.kind])
    return PostedAnswer(answer=answer, way=further)


def _judged(question: Question, given: object, posted: PostedAnswer) -> PostedAnswer:
    answer = read_answer(question, given)
    return PostedAnswer(
        answer=answer,
        problem=MISSING_ANSWER_TEXTS[question.kind] if answer is None else "",
        chosen=posted.chosen,
        put=posted.put,
        written=posted.written,
    )


def _numbers(texts: Sequence[str], bound: int, *, unique: bool = True) -> list[int]:
    """The numbers below `bound` among `texts`, each once."""
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 4]
    fitting = [number for number in numbers if number < bound]
    return list(dict.fromkeys(fitting)) if unique else fitting


def _situation(question: Question, way: Sequence[int]) -> int | None:
    """Where a way leads; None where there is no such way, or it is over."""
    try:
        return situation_after(question, way)
    except ValueError:
        return None


def _groups(question: Question, language: str, seed: str) -> tuple[PresentedGroup, ...]:
    if question.kind not in PAIRING_KINDS:
        return ()
    groups = question.groups
    places = list(range(len(groups)))
    if question.kind == QuestionKind.MATCHING:
        places = _shuffled(places, f"{seed}-groups", question.name)
    return tuple(PresentedGroup(place=place, text=groups[place].read(language)) for place in places)


def _shuffled(places: Sequence[int], *seed: str) -> list[int]:
    mixed = list(places)
    random.Random("\0".join(seed)).shuffle(mixed)  # noqa: S311 - an order, no secret
    return mixed


def _mixed(places: Sequence[int], *seed: str) -> list[int]:
    draws = (_shuffled(places, *seed, str(draw)) for draw in range(_DRAWS))
    return next((draw for draw in draws if draw != list(places)), list(reversed(places)))
