"""Reads of the editors' desk: how questions are used."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from awareness.quizzes.enums import PAIRING_KINDS, WRITTEN_KINDS, QuestionKind
from awareness.quizzes.models import ChoiceCount, PlayCount, PlayMode, QuestionCount, Quiz, QuizEntry
from awareness.quizzes.selectors import questions_of

# Fewer answers say nothing about a question, and something about who answered.
FEWEST_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class QuestionUse:
    """In how many quizzes a question stands, and what part of the credit was reached on average (0 to 1; None with few answers)."""

    quizzes: int = 0
    facility: float | None = None


def question_uses(questions: Sequence[int]) -> dict[int, QuestionUse]:
    """How each of these questions (ids) is used; two queries."""
    entries = QuizEntry.objects.filter(question__in=questions).values_list("question").annotate(Count("id"))
    numbers = dict(entries.order_by())
    counted = QuestionCount.objects.filter(question__in=questions).values("question")
    sums = {
        row["question"]: row
        for row in counted.annotate(answers=Sum("answered"), reached=Sum("credit"))
        .exclude(question__kind="poll")
        .order_by()
    }
    return {
        pk: QuestionUse(
            quizzes=numbers.get(pk, 0),
            facility=sums[pk]["reached"] / sums[pk]["answers"]
            if pk in sums and sums[pk]["answers"] >= FEWEST_ANSWERS
            else None,
        )
        for pk in questions
    }


@dataclass(frozen=True, slots=True)
class ChoiceFigures:
    """How often a choice was taken (of an order or pairs: put right), and by what part of who answered; None with few answers."""

    text: str
    chosen: int
    share: float | None
    is_wanted: bool


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """A question of the quiz. `facility`: what part of the credit was reached; `stopped`: who saw it and did not answer, as a part of who saw it.

    Parts are from 0 to 1, and None with few answers.
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
        """Whether there are too few answers to speak of parts."""
        return self.answered < FEWEST_ANSWERS


@dataclass(frozen=True, slots=True)
class WayFigures:
    """How often it was begun and finished in one way; the part is None with few plays."""

    label: str
    started: int
    finished: int

    @property
    def share(self) -> float | None:
        """What part of the plays was finished."""
        return min(self.finished / self.started, 1) if self.started >= FEWEST_ANSWERS else None


@dataclass(frozen=True, slots=True)
class QuizFigures:
    """Everything that is counted of a quiz."""

    ways: tuple[WayFigures, ...]
    questions: tuple[QuestionFigures, ...]

    @property
    def few(self) -> bool:
        """Whether there are questions with too few answers to speak of parts."""
        return any(question.few for question in self.questions)


def figures_of(quiz: Quiz) -> QuizFigures:
    """The figures of a quiz read by `find_quiz`; three queries, however many questions it has."""
    plays = PlayCount.objects.filter(quiz=quiz).values("way").annotate(begun=Sum("started"), ended=Sum("finished"))
    by_way = {row["way"]: row for row in plays.order_by()}
    counts = {count.question_id: count for count in QuestionCount.objects.filter(quiz=quiz)}
    chosen = dict(ChoiceCount.objects.filter(quiz=quiz).values_list("choice_id", "chosen"))
    return QuizFigures(
        ways=tuple(
            WayFigures(str(way.label), by_way[way]["begun"], by_way[way]["ended"])
            if way in by_way
            else WayFigures(str(way.label), 0, 0)
            for way in PlayMode
        ),
        questions=tuple(
            _of_question(number, question, counts.get(question.pk), chosen)
            for number, question in enumerate(questions_of(quiz), 1)
        ),
    )


def _of_question(number: int, question, count: QuestionCount | None, chosen: dict[int, int]) -> QuestionFigures:  # type: ignore[no-untyped-def]
    shown, answered = (count.shown, count.answered) if count else (0, 0)
    enough = answered >= FEWEST_ANSWERS
    stopped = max(shown - answered, 0)
    put_right = question.kind == QuestionKind.ORDERING or question.kind in PAIRING_KINDS
    return QuestionFigures(
        number=number,
        name=question.name,
        text=question.text,
        kind=question.get_kind_display(),
        shown=shown,
        answered=answered,
        facility=count.credit / answered if count and enough and question.kind != QuestionKind.POLL else None,
        stopped=stopped,
        stopped_share=stopped / shown if shown >= FEWEST_ANSWERS else None,
        choices=tuple(
            ChoiceFigures(
                text=f"{choice.text} → {choice.match}" if choice.match else choice.text,
                chosen=chosen.get(choice.pk, 0),
                share=min(chosen.get(choice.pk, 0) / answered, 1) if enough else None,
                is_wanted=put_right or question.kind in WRITTEN_KINDS or choice.weight > 0,
            )
            for choice in question.choices.all()
        ),
    )
