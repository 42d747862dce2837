"""What changes a class: opened, joined, answered, led from question to question, erased with only counters left."""

import json
import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from awareness.quizzes.import_export.json_format import write_quiz
from awareness.quizzes.kinds.answers import Answer, read_answer, score_answer
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.live.snapshot import digest, quiz_snapshot
from awareness.quizzes.models import PlayMode, QuestionChoice, Quiz
from awareness.quizzes.selectors import questions_of, to_quiz_data
from awareness.quizzes.statistics import count_choices, count_play, count_question

CLASS_LIFETIME: Final = timedelta(hours=24)
# A year's pupils in a hall, and no more: whoever floods a class fills only that class.
MOST_PUPILS: Final = 300
_DRAWS: Final = 20
_ANSWER: Final = f"""
INSERT INTO {ClassAnswer._meta.db_table} (pupil_id, session_id, position, answer, credit)
SELECT %(pupil)s, id, %(position)s, %(answer)s::jsonb, %(credit)s FROM {ClassSession._meta.db_table}
WHERE id = %(session)s AND phase = 'asking' AND erase_at > %(now)s AND (pace = 'self' OR position = %(position)s)
ON CONFLICT (pupil_id, position) DO NOTHING
"""  # noqa: S608 - names of our own tables
_JOIN: Final = f"""
INSERT INTO {ClassPupil._meta.db_table} (session_id, key)
SELECT id, %(key)s FROM {ClassSession._meta.db_table}
WHERE id = %(session)s AND NOT locked AND phase <> 'finished' AND erase_at > %(now)s
  AND (SELECT count(*) FROM {ClassPupil._meta.db_table} WHERE session_id = %(session)s) < %(most)s
"""  # noqa: S608 - names of our own tables


class OpenedClass(NamedTuple):
    """A class that was opened, and the key of the teacher's address, which is kept nowhere else."""

    session: ClassSession
    control_key: str


class EmptyQuiz(Exception):
    """The quiz has no questions."""


class ClassClosed(Exception):
    """Nobody can join: the door is locked, the class is full or over."""


class AnswerTooLate(Exception):
    """The question is not asked (any more), so that the answer was not taken."""


def open_class(*, quiz: Quiz, pace: Pace, now: datetime) -> OpenedClass:
    """Open a class with a quiz that `find_quiz` read. Raises Empty."""
    questions = questions_of(quiz)
    if not questions:
        raise EmptyQuiz
    control_key = secrets.token_urlsafe(16)
    facts = {
        "control_digest": digest(control_key),
        "quiz": quiz,
        "content": write_quiz(to_quiz_data(quiz)),
        "questions": [question.pk for question in questions],
        "revisions": [question.revision for question in questions],
        "pace": pace,
        "seed": secrets.randbelow(2**31),
        "opened_at": now,
        "erase_at": now + CLASS_LIFETIME,
    }
    for _draw in range(_DRAWS):
        try:
            with transaction.atomic():
                return OpenedClass(ClassSession.objects.create(code=_draw_code(), **facts), control_key)
        except IntegrityError:
            continue
    raise RuntimeError("no code is free")


def join_class(*, session: ClassSession, now: datetime) -> str:
    """A new pupil's key. Raises Closed."""
    key = secrets.token_urlsafe(12)
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, {"session": session.pk, "key": key, "now": now, "most": MOST_PUPILS})
        if not cursor.rowcount:
            raise ClassClosed
    return key


def answer_question(
    *, session: ClassSession, pupil: ClassPupil, position: int, question: Question, answer: Answer, now: datetime
) -> None:
    """Keep the first answer of a pupil to a question; a second one changes nothing. Raises TooLate."""
    facts: dict[str, int | str | float | datetime | None] = {
        "pupil": pupil.pk,
        "session": session.pk,
        "position": position,
        "answer": json.dumps(answer),
        "credit": score_answer(question, answer).credit,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANSWER, facts)
        taken = bool(cursor.rowcount)
    if not taken and not ClassAnswer.objects.filter(pupil=pupil, position=position).exists():
        raise AnswerTooLate


def start_class(*, session: ClassSession) -> bool:
    """From the lobby to the first question (or, in own time, to all). False where somebody was faster."""
    return _step(session, phase=Phase.ASKING, position=0) if session.phase == Phase.LOBBY else False


def show_answers(*, session: ClassSession) -> bool:
    """Close the question; the class sees how it was answered. False where there is nothing to close, or somebody was faster."""
    if session.phase != Phase.ASKING or session.pace != Pace.TEACHER:
        return False
    return _step(session, phase=Phase.SHOWN)


def next_question(*, session: ClassSession) -> bool:
    """On to the next question, after the last one to the end. False where there is no next, or somebody was faster."""
    if session.phase != Phase.SHOWN:
        return False
    following = session.position + 1
    if following >= len(session.questions):
        return _step(session, phase=Phase.FINISHED)
    return _step(session, phase=Phase.ASKING, position=following)


def finish_class(*, session: ClassSession) -> bool:
    """No more answers; everybody sees what they did. False where it was over, or somebody was faster."""
    return _step(session, phase=Phase.FINISHED) if session.phase != Phase.FINISHED else False


def lock_class(*, session: ClassSession, locked: bool) -> bool:
    """Let nobody else in, or open the door again."""
    return _step(session, locked=locked)


def erase_class(*, session_id: int, now: datetime) -> bool:
    """Add what was answered to the counters and erase the class; False where it is gone or somebody else is at it."""
    with transaction.atomic():
        session = ClassSession.objects.select_for_update(skip_locked=True).filter(pk=session_id).first()
        if session is None:
            return False
        _count(session, now)
        session.delete()
    return True


def erase_due_classes(*, now: datetime) -> int:
    """Erase every class whose day is over; returns how many."""
    due = ClassSession.objects.filter(erase_at__lte=now).values_list("pk", flat=True)
    return sum(erase_class(session_id=pk, now=now) for pk in list(due))


def _draw_code() -> str:
    return f"{secrets.randbelow(10**8):08d}"


def _step(session: ClassSession, **changes: object) -> bool:
    """Take a step from the version that was looked at; two presses of a button are one."""
    found = ClassSession.objects.filter(pk=session.pk, version=session.version)
    return bool(found.update(version=F("version") + 1, **changes))


def _count(session: ClassSession, now: datetime) -> None:
    """Only numbers stay: of a question that was changed meanwhile how often it was answered, and not what."""
    content = quiz_snapshot(session)
    pupils = session.pupils.count()
    answers: dict[int, list[tuple[Answer, float | None]]] = {}
    for position, given, credit in session.answers.values_list("position", "answer", "credit"):
        answer = read_answer(content.questions[position], given)
        if answer is not None:
            answers.setdefault(position, []).append((answer, credit))
    started = len(set(session.answers.values_list("pupil_id", flat=True)))
    if pupils:
        finished = started if session.phase == Phase.FINISHED else 0
        count_play(
            quiz_id=session.quiz_id, way=PlayMode.CLASS, now=session.opened_at, started=started, finished=finished
        )
    for position, given_answers in sorted(answers.items()):
        _count_question(session, position, content.questions[position], given_answers)


def _count_question(
    session: ClassSession, position: int, question: Question, answers: list[tuple[Answer, float | None]]
) -> None:
    row = session.questions[position]
    choices = list(
        QuestionChoice.objects.filter(question_id=row, question__revision=session.revisions[position])
        .order_by("order", "id")
        .values_list("pk", flat=True)
    )
    if not choices:
        return
    count_question(
        quiz_id=session.quiz_id,
        question_id=row,
        shown=len(answers),
        answered=len(answers),
        credit=sum(credit or 0 for _answer, credit in answers),
    )
    chosen = [0] * len(choices)
    for answer, _credit in answers:
        for place, taken in enumerate(score_answer(question, answer).chosen):
            chosen[place] += taken
    count_choices(quiz_id=session.quiz_id, chosen=[pair for pair in zip(choices, chosen, strict=True) if pair[1]])
