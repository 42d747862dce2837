"""What is said after an answer: how it was, what became of each choice, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from awareness.quizzes.enums import CHOOSE_ONE, PAIR_UP, WRITE, Kind
from awareness.quizzes.kinds.answers import Answer, Mark
from awareness.quizzes.kinds.schemas import WHOLE, Choice, Question
from awareness.quizzes.labels import PARTS, THE_RIGHT_ONE, VERDICTS, Part, Verdict
from awareness.quizzes.presentation import Step, shown_order, steps_of
from clicksafely.common.i18n.language import ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldChoice:
    """One choice, what became of it (`part`, in words `label`), what was put where, and what is said to it."""

    text: str
    part: Part
    label: str | Promise
    note: str = ""
    given: str = ""
    wanted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said to an answer, in one language. `steps`: the way through a scenario. `written`: what was written; `accepted`: what would have been right."""

    kind: Kind
    verdict: Verdict
    heading: str | Promise
    choices: tuple[ToldChoice, ...]
    steps: tuple[Step, ...]
    written: str
    accepted: tuple[str, ...]
    note: str
    explanation: str
    source_title: str
    source_url: str
    foreign: bool

    @property
    def figure(self) -> str:
        """The static file of the Klik that goes with it."""
        poses = {Verdict.RIGHT: "celebrates", Verdict.WRONG: "oops", Verdict.OPINION: "hello"}
        return f"img/klik-{poses.get(self.verdict, 'asks')}.svg"


def told(question: Question, answer: Answer | None, mark: Mark | None, *, language: str, seed: str) -> Told:
    """What is said to `answer` with its `mark`; None and None where there was none: then what would have been right. `seed` as in `asked`."""
    verdict = verdict_of(mark)
    places = answer if isinstance(answer, tuple) else ()
    return Told(
        kind=question.kind,
        verdict=verdict,
        heading=VERDICTS[verdict],
        choices=tuple(_choices(question, places, mark, language, seed)),
        steps=steps_of(question, places, language) if question.kind == Kind.SCENARIO else (),
        written=answer if isinstance(answer, str) else "",
        accepted=tuple(_accepted(question, language)) if verdict != Verdict.RIGHT else (),
        note=_note(question, mark, language),
        explanation=question.explanation.read(language),
        source_title=question.source_title,
        source_url=question.source_url,
        foreign=language == ENGLISH and not question.text.en,
    )


def verdict_of(mark: Mark | None) -> Verdict:
    """How an answer with this mark was."""
    if mark is None:
        return Verdict.UNANSWERED
    if mark.credit is None:
        return Verdict.OPINION
    if mark.right:
        return Verdict.RIGHT
    return Verdict.PARTLY if mark.credit > 0 else Verdict.WRONG


def _choices(
    question: Question, places: tuple[int, ...], mark: Mark | None, language: str, seed: str
) -> Iterator[ToldChoice]:
    if question.kind in WRITE or question.kind == Kind.SCENARIO:
        return
    if question.kind == Kind.ORDERING:
        yield from _ordered(question, places, language)
    elif question.kind in PAIR_UP:
        yield from _paired(question, places, language, shown_order(question, seed))
    else:
        for place in shown_order(question, seed):
            choice = question.choices[place]
            part = _part(question, place, mark)
            # What was not chosen, and need not have been, says nothing.
            if part != Part.OPEN:
                only = question.kind in CHOOSE_ONE or mark is None
                yield ToldChoice(
                    text=choice.text.read(language),
                    part=part,
                    label=THE_RIGHT_ONE if part == Part.MISSED and only else PARTS[part],
                    note=_said(choice, part, language),
                )


def _part(question: Question, place: int, mark: Mark | None) -> Part:
    chosen = mark is not None and mark.chosen[place]
    if question.kind == Kind.POLL:
        return Part.CHOSEN if chosen else Part.OPEN
    weight = question.choices[place].weight
    # Of one answer only the best is what was wanted: half a right one need not be shown to who did not choose it.
    wanted = weight == WHOLE if question.kind in CHOOSE_ONE else weight > 0
    if chosen:
        return Part.RIGHT if wanted else Part.CHOSEN if weight > 0 else Part.WRONG
    return Part.MISSED if wanted else Part.OPEN


def _said(choice: Choice, part: Part, language: str) -> str:
    if part == Part.MISSED:
        return (choice.missed or choice.feedback).read(language)
    return choice.feedback.read(language)


def _ordered(question: Question, places: tuple[int, ...], language: str) -> Iterator[ToldChoice]:
    """In the right order, each with the number it was given."""
    given = {place: position for position, place in enumerate(places, 1)}
    for position, choice in enumerate(question.choices, 1):
        mine = given.get(position - 1)
        part = Part.OPEN if mine is None else Part.RIGHT if mine == position else Part.WRONG
        yield ToldChoice(
            text=choice.text.read(language),
            part=part,
            label=PARTS[part] if mine is not None else "",
            note=(choice.feedback if part == Part.RIGHT else choice.missed or choice.feedback).read(language),
            given=str(mine) if mine is not None and mine != position else "",
            wanted=str(position),
        )


def _paired(question: Question, places: tuple[int, ...], language: str, order: list[int]) -> Iterator[ToldChoice]:
    groups = question.groups
    for place in order:
        choice = question.choices[place]
        mine = groups[places[place]] if places else None
        part = Part.OPEN if mine is None else Part.RIGHT if mine == choice.match else Part.WRONG
        yield ToldChoice(
            text=choice.text.read(language),
            part=part,
            label=PARTS[part] if mine is not None else "",
            note=(choice.feedback if part == Part.RIGHT else choice.missed or choice.feedback).read(language),
            given=mine.read(language) if mine is not None and part == Part.WRONG else "",
            wanted=choice.match.read(language),
        )


def _accepted(question: Question, language: str) -> Iterator[str]:
    """What would have brought the whole credit, as one would write it."""
    if question.kind in WRITE:
        for choice in question.choices:
            if choice.weight == WHOLE:
                text = choice.text.read(language).replace("*", "").strip()
                if question.kind == Kind.NUMERIC and language != ENGLISH:
                    text = text.replace(".", ",")
                if text and choice.tolerance:
                    yield _("%(number)s (give or take %(tolerance)s)") % {
                        "number": text,
                        "tolerance": f"{choice.tolerance.normalize():f}",
                    }
                elif text:
                    yield text


def _note(question: Question, mark: Mark | None, language: str) -> str:
    """What is said to who wrote this."""
    if question.kind not in WRITE or mark is None or True not in mark.chosen:
        return ""
    return question.choices[mark.chosen.index(True)].feedback.read(language)
