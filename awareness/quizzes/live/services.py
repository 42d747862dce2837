"""Commands on classes: open, join, answer, advance, lock and erase. Erasing keeps anonymous counts."""

import json
import secrets
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from awareness.quizzes.import_export.json_format import write_quiz
from awareness.quizzes.kinds.base import Answer
from awareness.quizzes.kinds.registry import read_answer, score_answer
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.live.models import ClassAnswer, ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.live.selectors import team_result
from awareness.quizzes.live.snapshot import digest, quiz_snapshot
from awareness.quizzes.models import PlayMode, QuestionChoice, Quiz
from awareness.quizzes.selectors import questions_of, to_quiz_data
from awareness.quizzes.statistics import count_choices, count_play, count_question

CLASS_LIFETIME: Final = timedelta(hours=24)
# Several classes in a hall. Limits abuse to a single class.
MAX_PUPILS: Final = 300
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
    """A new class and the teacher's key. Only the key's digest is stored."""

    session: ClassSession
    control_key: str


class EmptyQuiz(Exception):
    """The quiz has no questions."""


class ClassClosed(Exception):
    """The class is locked, full or finished."""


class AnswerTooLate(Exception):
    """The question is closed. The answer was not stored."""


def open_class(*, quiz: Quiz, pace: Pace, now: datetime) -> OpenedClass:
    """Open a class for a quiz loaded with `find_quiz`. Raises EmptyQuiz."""
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
    raise RuntimeError("no free code found")


def join_class(*, session: ClassSession, now: datetime) -> str:
    """Add a pupil and return the key. Raises ClassClosed."""
    key = secrets.token_urlsafe(12)
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, {"session": session.pk, "key": key, "now": now, "most": MAX_PUPILS})
        if not cursor.rowcount:
            raise ClassClosed
    return key


def answer_question(
    *, session: ClassSession, pupil: ClassPupil, position: int, question: Question, answer: Answer, now: datetime
) -> None:
    """Store a pupil's answer. Only the first answer counts. Raises AnswerTooLate."""
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
    """Start the first question (own pace: all questions). Returns False if already started or changed concurrently."""
    return _step(session, phase=Phase.ASKING, position=0) if session.phase == Phase.LOBBY else False


def show_answers(*, session: ClassSession) -> bool:
    """Close the question and show the results. Returns False if none is open or after a concurrent change."""
    if session.phase != Phase.ASKING or session.pace != Pace.TEACHER:
        return False
    return _step(session, phase=Phase.SHOWN)


def next_question(*, session: ClassSession) -> bool:
    """Start the next question, or finish after the last one.

    Returns False in another phase or after a concurrent change.
    """
    if session.phase != Phase.SHOWN:
        return False
    following = session.position + 1
    if following >= len(session.questions):
        return finish_class(session=session)
    return _step(session, phase=Phase.ASKING, position=following)


def finish_class(*, session: ClassSession) -> bool:
    """Finish the class, and show its finale on the board and each pupil's own result on their page.

    Returns False if finished already or after a concurrent change.
    """
    return _step(session, phase=Phase.FINISHED, position=0) if session.phase != Phase.FINISHED else False


def turn_finale(*, session: ClassSession, by: int) -> bool:
    """Turn the finale `by` pages. Page 0 is the common result; the hardest questions follow.

    Returns False before the end of the class, beyond the pages, or after a concurrent change.
    """
    if session.phase != Phase.FINISHED:
        return False
    result, page = team_result(session), session.position + by
    if result is None or not 0 <= page <= len(result.hardest):
        return False
    return _step(session, position=page)


def lock_class(*, session: ClassSession, locked: bool) -> bool:
    """Lock or unlock joining. Returns False after a concurrent change."""
    return _step(session, locked=locked)


def erase_class(*, session_id: int, now: datetime) -> bool:
    """Add the answers to the counters and erase the class. Returns False if missing or locked elsewhere."""
    with transaction.atomic():
        session = ClassSession.objects.select_for_update(skip_locked=True).filter(pk=session_id).first()
        if session is None:
            return False
        _count(session, now)
        session.delete()
    return True


def erase_due_classes(*, now: datetime) -> int:
    """Erase all expired classes. Returns their number."""
    due = ClassSession.objects.filter(erase_at__lte=now).values_list("pk", flat=True)
    return sum(erase_class(session_id=pk, now=now) for pk in list(due))


def _draw_code() -> str:
    return f"{secrets.randbelow(10**8):08d}"


def _step(session: ClassSession, **changes: object) -> bool:
    """Update the class if its version is unchanged: a double click counts once."""
    found = ClassSession.objects.filter(pk=session.pk, version=session.version)
    return bool(found.update(version=F("version") + 1, **changes))


def _count(session: ClassSession, now: datetime) -> None:
    """Add a class to the counters. Questions changed since its opening are not counted."""
    content = quiz_snapshot(session)
    pupils = session.pupils.count()
    answers: dict[int, list[tuple[Answer, float | None]]] = {}
    for position, stored_answer, credit in session.answers.values_list("position", "answer", "credit"):
        answer = read_answer(content.questions[position], stored_answer)
        if answer is not None:
            answers.setdefault(position, []).append((answer, credit))
    started = len(set(session.answers.values_list("pupil_id", flat=True)))
    if pupils:
        finished = started if session.phase == Phase.FINISHED else 0
        count_play(
            quiz_id=session.quiz_id, mode=PlayMode.CLASS, now=session.opened_at, started=started, finished=finished
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
