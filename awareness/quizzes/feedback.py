"""What is said after an answer: how it was, what became of each choice, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from awareness.quizzes.enums import PAIRING_KINDS, SINGLE_CHOICE_KINDS, WRITTEN_KINDS, QuestionKind
from awareness.quizzes.kinds.answers import Answer, AnswerScore
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Choice, Question
from awareness.quizzes.labels import CORRECT_CHOICE_LABEL, OUTCOME_LABELS, VERDICTS, ChoiceOutcome, Verdict
from awareness.quizzes.presentation import ScenarioStep, presented_order, scenario_steps
from clicksafely.common.i18n.language import ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceFeedback:
    """One choice, what became of it (`part`, in words `label`), what was put where, and what is said to it."""

    text: str
    part: ChoiceOutcome
    label: str | Promise
    note: str = ""
    given: str = ""
    wanted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFeedback:
    """What is said to an answer, in one language. `steps`: the way through a scenario. `written`: what was written; `accepted`: what would have been right."""

    kind: QuestionKind
    verdict: Verdict
    heading: str | Promise
    choices: tuple[ChoiceFeedback, ...]
    steps: tuple[ScenarioStep, ...]
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


def answer_feedback(
    question: Question, answer: Answer | None, mark: AnswerScore | None, *, language: str, seed: str
) -> AnswerFeedback:
    """What is said to `answer` with its `mark`; None and None where there was none: then what would have been right. `seed` as in `asked`."""
    verdict = score_verdict(mark)
    places = answer if isinstance(answer, tuple) else ()
    return AnswerFeedback(
        kind=question.kind,
        verdict=verdict,
        heading=VERDICTS[verdict],
        choices=tuple(_choices(question, places, mark, language, seed)),
        steps=scenario_steps(question, places, language) if question.kind == QuestionKind.SCENARIO else (),
        written=answer if isinstance(answer, str) else "",
        accepted=tuple(_accepted(question, language)) if verdict != Verdict.RIGHT else (),
        note=_note(question, mark, language),
        explanation=question.explanation.read(language),
        source_title=question.source_title,
        source_url=question.source_url,
        foreign=language == ENGLISH and not question.text.en,
    )


def score_verdict(mark: AnswerScore | None) -> Verdict:
    """How an answer with this mark was."""
    if mark is None:
        return Verdict.UNANSWERED
    if mark.credit is None:
        return Verdict.OPINION
    if mark.right:
        return Verdict.RIGHT
    return Verdict.PARTLY if mark.credit > 0 else Verdict.WRONG


def _choices(
    question: Question, places: tuple[int, ...], mark: AnswerScore | None, language: str, seed: str
) -> Iterator[ChoiceFeedback]:
    if question.kind in WRITTEN_KINDS or question.kind == QuestionKind.SCENARIO:
        return
    if question.kind == QuestionKind.ORDERING:
        yield from _ordered(question, places, language)
    elif question.kind in PAIRING_KINDS:
        yield from _paired(question, places, language, presented_order(question, seed))
    else:
        for place in presented_order(question, seed):
            choice = question.choices[place]
            part = _part(question, place, mark)
            # What was not chosen, and need not have been, says nothing.
            if part != ChoiceOutcome.OPEN:
                only = question.kind in SINGLE_CHOICE_KINDS or mark is None
                yield ChoiceFeedback(
                    text=choice.text.read(language),
                    part=part,
                    label=CORRECT_CHOICE_LABEL if part == ChoiceOutcome.MISSED and only else OUTCOME_LABELS[part],
                    note=_said(choice, part, language),
                )


def _part(question: Question, place: int, mark: AnswerScore | None) -> ChoiceOutcome:
    chosen = mark is not None and mark.chosen[place]
    if question.kind == QuestionKind.POLL:
        return ChoiceOutcome.CHOSEN if chosen else ChoiceOutcome.OPEN
    weight = question.choices[place].weight
    # Of one answer only the best is what was wanted: half a right one need not be shown to who did not choose it.
    wanted = weight == FULL_CREDIT if question.kind in SINGLE_CHOICE_KINDS else weight > 0
    if chosen:
        return ChoiceOutcome.RIGHT if wanted else ChoiceOutcome.CHOSEN if weight > 0 else ChoiceOutcome.WRONG
    return ChoiceOutcome.MISSED if wanted else ChoiceOutcome.OPEN


def _said(choice: Choice, part: ChoiceOutcome, language: str) -> str:
    if part == ChoiceOutcome.MISSED:
        return (choice.missed or choice.feedback).read(language)
    return choice.feedback.read(language)


def _ordered(question: Question, places: tuple[int, ...], language: str) -> Iterator[ChoiceFeedback]:
    """In the right order, each with the number it was given."""
    given = {place: position for position, place in enumerate(places, 1)}
    for position, choice in enumerate(question.choices, 1):
        mine = given.get(position - 1)
        part = ChoiceOutcome.OPEN if mine is None else ChoiceOutcome.RIGHT if mine == position else ChoiceOutcome.WRONG
        yield ChoiceFeedback(
            text=choice.text.read(language),
            part=part,
            label=OUTCOME_LABELS[part] if mine is not None else "",
            note=(choice.feedback if part == ChoiceOutcome.RIGHT else choice.missed or choice.feedback).read(language),
            given=str(mine) if mine is not None and mine != position else "",
            wanted=str(position),
        )


def _paired(question: Question, places: tuple[int, ...], language: str, order: list[int]) -> Iterator[ChoiceFeedback]:
    groups = question.groups
    for place in order:
        choice = question.choices[place]
        mine = groups[places[place]] if places else None
        part = (
            ChoiceOutcome.OPEN if mine is None else ChoiceOutcome.RIGHT if mine == choice.match else ChoiceOutcome.WRONG
        )
        yield ChoiceFeedback(
            text=choice.text.read(language),
            part=part,
            label=OUTCOME_LABELS[part] if mine is not None else "",
            note=(choice.feedback if part == ChoiceOutcome.RIGHT else choice.missed or choice.feedback).read(language),
            given=mine.read(language) if mine is not None and part == ChoiceOutcome.WRONG else "",
            wanted=choice.match.read(language),
        )


def _accepted(question: Question, language: str) -> Iterator[str]:
    """What would have brought the whole credit, as one would write it."""
    if question.kind in WRITTEN_KINDS:
        for choice in question.choices:
            if choice.weight == FULL_CREDIT:
                text = choice.text.read(language).replace("*", "").strip()
                if question.kind == QuestionKind.NUMERIC and language != ENGLISH:
                    text = text.replace(".", ",")
                if text and choice.tolerance:
                    yield _("%(number)s (give or take %(tolerance)s)") % {
                        "number": text,
                        "tolerance": f"{choice.tolerance.normalize():f}",
                    }
                elif text:
                    yield text


def _note(question: Question, mark: AnswerScore | None, language: str) -> str:
    """What is said to who wrote this."""
    if question.kind not in WRITTEN_KINDS or mark is None or True not in mark.chosen:
        return ""
    return question.choices[mark.chosen.index(True)].feedback.read(language)
