"""Reads of classes. Whatever is asked every few seconds by everybody is one query on an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import compare_digest
from typing import Final

from awareness.quizzes.enums import WRITTEN_KINDS
from awareness.quizzes.kinds.answers import Answer, AnswerScore, read_answer, score_answer
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Phase
from awareness.quizzes.live.snapshot import digest, quiz_snapshot

# From fewer answers a class could tell who gave which.
FEWEST: Final = 5


def find_class(code: str, now: datetime) -> ClassSession | None:
    """The class with a code, without its content; None where there is none or its day is over. One query."""
    return ClassSession.objects.defer("content").filter(code=code, erase_at__gt=now).first()


def controlled_class(code: str, control_key: str, now: datetime) -> ClassSession | None:
    """The class of a teacher's address; None where code and key do not belong together."""
    session = find_class(code, now)
    if session is None or not compare_digest(bytes(session.control_digest), digest(control_key)):
        return None
    return session


def find_pupil(session: ClassSession, key: str) -> ClassPupil | None:
    """Who has that key in this class."""
    return ClassPupil.objects.filter(session=session, key=key).first() if 0 < len(key) <= 16 else None


@dataclass(frozen=True, slots=True)
class PupilAnswer:
    """A pupil's answer to one question, with its mark."""

    answer: Answer
    mark: AnswerScore


def pupil_answers(pupil: ClassPupil, questions: Sequence[Question]) -> dict[int, PupilAnswer]:
    """What a pupil answered, by position; one query."""
    found = {}
    for position, kept in pupil.answers.values_list("position", "answer"):
        answer = read_answer(questions[position], kept)
        if answer is not None:
            found[position] = PupilAnswer(answer, score_answer(questions[position], answer))
    return found


@dataclass(frozen=True, slots=True)
class ClassProgress:
    """How far a class is: pupils in it, and how many answered the question at hand (in own time: answers to all questions)."""

    joined: int
    answered: int


def class_progress(session: ClassSession) -> ClassProgress:
    """For the board and the teacher; two queries on indexes."""
    answers = ClassAnswer.objects.filter(session=session)
    if session.phase in {Phase.ASKING, Phase.SHOWN} and session.pace == "teacher":
        answers = answers.filter(position=session.position)
    return ClassProgress(ClassPupil.objects.filter(session=session).count(), answers.count())


@dataclass(frozen=True, slots=True)
class Distribution:
    """How a question was answered: `answers` in all, and of each choice how many took it (or put it right); `right` gave the whole answer.

    `shares` is None where so few answered that one could tell who.
    """

    answers: int
    right: int
    shares: tuple[int, ...] | None


def distribution(session: ClassSession, position: int) -> Distribution:
    """Of the question at a position; one query. Written answers are only right or not: nobody's words reach the board."""
    question = quiz_snapshot(session).questions[position]
    kept = ClassAnswer.objects.filter(session=session, position=position).values_list("answer", flat=True)
    answers = [answer for answer in (read_answer(question, each) for each in kept) if answer is not None]
    marks = [score_answer(question, answer) for answer in answers]
    right = sum(each.right for each in marks)
    if len(answers) < FEWEST:
        return Distribution(len(answers), right, None)
    if question.kind in WRITTEN_KINDS:
        return Distribution(len(answers), right, ())
    chosen = [each.chosen for each in marks]
    return Distribution(
        len(answers), right, tuple(sum(each[place] for each in chosen) for place in range(len(question.choices)))
    )
