"""What a pupil's phone shows: the question at hand, the wait for the others, what was right, the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from awareness.quizzes.asking import EMPTY, Posted, asked
from awareness.quizzes.classroom import selectors
from awareness.quizzes.classroom.keeping import content_of
from awareness.quizzes.classroom.models import ClassPupil, ClassSession, Pace, Phase
from awareness.quizzes.questions.kinds import Kind
from awareness.quizzes.questions.shape import Question
from awareness.quizzes.telling import told


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What the pupil turned to: the number in the address (of pupils in their own time), and what a form said that was no answer."""

    number: str = ""
    posted: Posted = EMPTY


def phone(session: ClassSession, pupil: ClassPupil, turned: Turned, *, language: str) -> dict[str, Any]:
    """The context of a pupil's page in `language`. `state` in it changes when, and only when, something else is to be shown."""
    content = content_of(session)
    given = selectors.given_by(pupil, content.questions)
    total = len(content.questions)
    position = session.position if session.pace == Pace.TEACHER else _own_position(turned.number, given, total)
    here = given.get(position) if position is not None else None
    context: dict[str, Any] = {
        "session": session,
        "pupil": pupil,
        "title": content.title.read(language),
        "phase": session.phase,
        "own_time": session.pace == Pace.SELF,
        "total": total,
        "answered": len(given),
        "state": f"{session.phase}-{position}-{here is not None}",
    }
    if session.phase == Phase.FINISHED:
        result = _result(content.questions, given)
        context |= result | {"closing": content.closing_at(result["percent"]).read(language)}
    elif position is not None and session.phase == Phase.ASKING and here is None:
        context |= _heading(position)
        context["asked"] = asked(
            content.questions[position], language=language, seed=_seed(session, position), posted=turned.posted
        )
    elif position is not None and session.phase == Phase.ASKING and session.pace == Pace.TEACHER:
        context |= _heading(position) | {"waiting": True}
    elif position is not None and session.phase != Phase.LOBBY:
        answer, mark = (here.answer, here.mark) if here else (None, None)
        context |= _heading(position) | {"next_number": _next_open(given, position, total)}
        context["text"] = content.questions[position].text.read(language)
        context["told"] = told(
            content.questions[position], answer, mark, language=language, seed=_seed(session, position)
        )
    return context


def _seed(session: ClassSession, position: int) -> str:
    """The same order on every phone and on the board, so that they can talk about B."""
    return f"{session.seed}-{position}"


def _heading(position: int) -> dict[str, int]:
    return {"position": position, "number": position + 1}


def _own_position(number: str, given: dict[int, selectors.Given], total: int) -> int | None:
    """The question in the address, else the first that is open; None where all are answered."""
    if number.isascii() and number.isdigit() and len(number) < 4 and 1 <= int(number) <= total:
        return int(number) - 1
    return next((place for place in range(total) if place not in given), None)


def _next_open(given: dict[int, selectors.Given], position: int, total: int) -> int | None:
    """The number of the next open question, from here around; None where all are answered."""
    following = [*range(position + 1, total), *range(position)]
    return next((place + 1 for place in following if place not in given), None)


def _result(questions: Sequence[Question], given: dict[int, selectors.Given]) -> dict[str, Any]:
    credit = sum(each.mark.credit or 0 for each in given.values())
    scored = sum(question.kind != Kind.POLL for question in questions)
    return {
        "right": sum(each.mark.right for each in given.values()),
        "scored": scored,
        "percent": 100 * credit / max(scored, 1),
    }
