"""Statistics of questions and quizzes for editors."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from awareness.quizzes.kinds.registry import QUESTION_KINDS, kind_of
from awareness.quizzes.models import ChoiceCount, PlayCount, PlayMode, QuestionCount, Quiz, QuizEntry
from awareness.quizzes.selectors import questions_of

# Fewer answers are not meaningful and could identify pupils.
MIN_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class QuestionUse:
    """Use of a question. `facility`: mean credit from 0 to 1, None below `MIN_ANSWERS`."""

    quizzes: int = 0
    facility: float | None = None


def question_uses(questions: Sequence[int]) -> dict[int, QuestionUse]:
    """Return the use of questions by id, with two queries."""
    entries = QuizEntry.objects.filter(question__in=questions).values_list("question").annotate(Count("id"))
    numbers = dict(entries.order_by())
    counted = QuestionCount.objects.filter(question__in=questions).values("question")
    sums = {
        row["question"]: row
        for row in counted.annotate(answers=Sum("answered"), reached=Sum("credit"))
        .filter(question__kind__in=[code for code, kind in QUESTION_KINDS.items() if kind.is_scored])
        .order_by()
    }
    return {
        pk: QuestionUse(
            quizzes=numbers.get(pk, 0),
            facility=sums[pk]["reached"] / sums[pk]["answers"]
            if pk in sums and sums[pk]["answers"] >= MIN_ANSWERS
            else None,
        )
        for pk in questions
    }


@dataclass(frozen=True, slots=True)
class ChoiceFigures:
    """Count of one choice (ordering and pairing: placed correctly).

    `share` of all answers from 0 to 1, None below `MIN_ANSWERS`.
    """

    text: str
    chosen: int
    share: float | None
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """Counts of one question in a quiz.

    `facility`: mean credit. `stopped`: viewed but not answered. Shares are from 0 to 1, None below `MIN_ANSWERS`.
    """

    number: int
    name: str
    text: str
    kind: str
    shown: int
    answered: int
    facility: float | None
    stopped: int
    stopped_share: float | None
    choices: tuple[ChoiceFigures, ...]

    @property
    def few(self) -> bool:
        """Whether there are too few answers to show shares."""
        return self.answered < MIN_ANSWERS


@dataclass(frozen=True, slots=True)
class ModeFigures:
    """Attempts of one play mode, alone or in class."""

    label: str
    started: int
    finished: int

    @property
    def share(self) -> float | None:
        """Share of finished attempts from 0 to 1, None below `MIN_ANSWERS`."""
        return min(self.finished / self.started, 1) if self.started >= MIN_ANSWERS else None


@dataclass(frozen=True, slots=True)
class QuizFigures:
    """All counts of a quiz."""

    modes: tuple[ModeFigures, ...]
    questions: tuple[QuestionFigures, ...]

    @property
    def few(self) -> bool:
        """Whether any question has too few answers to show shares."""
        return any(question.few for question in self.questions)


def figures_of(quiz: Quiz) -> QuizFigures:
    """Return the counts of a quiz loaded with `find_quiz`, with three queries."""
    plays = PlayCount.objects.filter(quiz=quiz).values("mode").annotate(begun=Sum("started"), ended=Sum("finished"))
    by_mode = {row["mode"]: row for row in plays.order_by()}
    counts = {count.question_id: count for count in QuestionCount.objects.filter(quiz=quiz)}
    chosen = dict(ChoiceCount.objects.filter(quiz=quiz).values_list("choice_id", "chosen"))
    return QuizFigures(
        modes=tuple(
            ModeFigures(str(mode.label), by_mode[mode]["begun"], by_mode[mode]["ended"])
            if mode in by_mode
            else ModeFigures(str(mode.label), 0, 0)
            for mode in PlayMode
        ),
        questions=tuple(
            _of_question(number, question, counts.get(question.pk), chosen)
            for number, question in enumerate(questions_of(quiz), 1)
        ),
    )


def _of_question(number: int, question, count: QuestionCount | None, chosen: dict[int, int]) -> QuestionFigures:  # type: ignore[no-untyped-def]
    shown, answered = (count.shown, count.answered) if count else (0, 0)
    enough = answered >= MIN_ANSWERS
    stopped = max(shown - answered, 0)
    kind = kind_of(question)
    return QuestionFigures(
        number=number,
        name=question.name,
        text=question.text,
        kind=question.get_kind_display(),
        shown=shown,
        answered=answered,
        facility=count.credit / answered if count and enough and kind.is_scored else None,
        stopped=stopped,
        stopped_share=stopped / shown if shown >= MIN_ANSWERS else None,
        choices=tuple(
            ChoiceFigures(
                text=f"{choice.text} → {choice.match}" if choice.match else choice.text,
                chosen=chosen.get(choice.pk, 0),
                share=min(chosen.get(choice.pk, 0) / answered, 1) if enough else None,
                is_wanted=kind.is_placed or kind.is_written or choice.weight > 0,
            )
            for choice in question.choices.all()
        ),
    )
