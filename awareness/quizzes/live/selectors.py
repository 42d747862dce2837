"""Queries for classes. Polled ones are a single query on an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import compare_digest
from typing import Final

from django.db.models import Count, Q

from awareness.quizzes.kinds.base import Answer, AnswerScore
from awareness.quizzes.kinds.registry import kind_of, read_answer, score_answer
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Phase
from awareness.quizzes.live.snapshot import digest, quiz_snapshot

# Fewer answers could identify pupils.
MIN_PLAYERS: Final = 5
# Questions discussed at the end of a class.
HARDEST: Final = 3
# Share of right answers that a class tries to reach together.
GOAL_PERCENT: Final = 70


def find_class(code: str, now: datetime) -> ClassSession | None:
    """Return the class with a code, without its content. None if missing or expired. One query."""
    return ClassSession.objects.defer("content").filter(code=code, erase_at__gt=now).first()


def controlled_class(code: str, control_key: str, now: datetime) -> ClassSession | None:
    """Return the class for a code and the teacher's key, None if they do not match."""
    session = find_class(code, now)
    if session is None or not compare_digest(bytes(session.control_digest), digest(control_key)):
        return None
    return session


def find_pupil(session: ClassSession, key: str) -> ClassPupil | None:
    """Return the pupil with this key, None if unknown."""
    return ClassPupil.objects.filter(session=session, key=key).first() if 0 < len(key) <= 16 else None


@dataclass(frozen=True, slots=True)
class PupilAnswer:
    """A pupil's answer to one question, with its score."""

    answer: Answer
    mark: AnswerScore


def pupil_answers(pupil: ClassPupil, questions: Sequence[Question]) -> dict[int, PupilAnswer]:
    """Return a pupil's answers by position, with one query."""
    found = {}
    for position, stored_answer in pupil.answers.values_list("position", "answer"):
        answer = read_answer(questions[position], stored_answer)
        if answer is not None:
            found[position] = PupilAnswer(answer, score_answer(questions[position], answer))
    return found


@dataclass(frozen=True, slots=True)
class ClassProgress:
    """Progress of a class: number of pupils, and of answers to the current question (own pace: to all questions)."""

    joined: int
    answered: int


def class_progress(session: ClassSession) -> ClassProgress:
    """Return the progress, with two queries on indexes."""
    answers = ClassAnswer.objects.filter(session=session)
    if session.phase in {Phase.ASKING, Phase.SHOWN} and session.pace == "teacher":
        answers = answers.filter(position=session.position)
    return ClassProgress(ClassPupil.objects.filter(session=session).count(), answers.count())


@dataclass(frozen=True, slots=True)
class Distribution:
    """Answers to a question: total, fully right ones, and the count of each choice (ordering and pairing: placed
    correctly).

    `shares` is None below `MIN_PLAYERS` answers, empty for written answers.
    """

    answers: int
    right: int
    shares: tuple[int, ...] | None


def distribution(session: ClassSession, position: int) -> Distribution:
    """Return the answers to a question, with one query. Texts of written answers are not included."""
    question = quiz_snapshot(session).questions[position]
    stored_answers = ClassAnswer.objects.filter(session=session, position=position).values_list("answer", flat=True)
    answers = [answer for answer in (read_answer(question, each) for each in stored_answers) if answer is not None]
    marks = [score_answer(question, answer) for answer in answers]
    right = sum(each.right for each in marks)
    if len(answers) < MIN_PLAYERS:
        return Distribution(len(answers), right, None)
    if kind_of(question).is_written:
        return Distribution(len(answers), right, ())
    chosen = [each.chosen for each in marks]
    return Distribution(
        len(answers), right, tuple(sum(each[place] for each in chosen) for place in range(len(question.choices)))
    )


@dataclass(frozen=True, slots=True)
class TeamResult:
    """Result of a class together: its scored answers, and the right ones.

    `hardest`: positions of the questions with the lowest shares of right answers, at most `HARDEST`.
    """

    answers: int
    right: int
    hardest: tuple[int, ...]

    @property
    def goal(self) -> int:
        """Number of right answers that the class tried to reach."""
        return -(-self.answers * GOAL_PERCENT // 100)

    @property
    def is_reached(self) -> bool:
        """Whether the class reached the goal."""
        return self.right >= self.goal

    @property
    def missing(self) -> int:
        """Number of right answers missing from the goal."""
        return max(self.goal - self.right, 0)


def team_result(session: ClassSession) -> TeamResult | None:
    """Return the result of a class, None if fewer than `MIN_PLAYERS` pupils answered. Two queries.

    Polls are not counted. Questions with fewer than `MIN_PLAYERS` answers are never among the hardest.
    """
    scored = ClassAnswer.objects.filter(session=session, credit__isnull=False)
    if scored.aggregate(pupils=Count("pupil", distinct=True))["pupils"] < MIN_PLAYERS:
        return None
    counts = sorted(
        scored.order_by("position")
        .values_list("position")
        .annotate(answers=Count("id"), right=Count("id", filter=Q(credit=1)))
    )
    ranked = sorted((right / answers, position) for position, answers, right in counts if answers >= MIN_PLAYERS)
    return TeamResult(
        answers=sum(answers for _position, answers, _right in counts),
        right=sum(right for _position, _answers, right in counts),
        hardest=tuple(position for _share, position in ranked[:HARDEST]),
    )
