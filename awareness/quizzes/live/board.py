"""Display data of the board: code, QR code, questions and answer bars."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.labels import choice_letter
from awareness.quizzes.live.models import ClassSession
from awareness.quizzes.live.selectors import MIN_PLAYERS, Distribution, distribution
from awareness.quizzes.live.snapshot import quiz_snapshot
from awareness.quizzes.presentation import present_question
from clicksafely.common.page_metadata import build_absolute_url


def spaced(code: str) -> str:
    """Format a code in two groups of digits."""
    return f"{code[:4]} {code[4:]}"


def join_url(request: HttpRequest, session: ClassSession) -> str:
    """Return the absolute URL for pupils, in the page's language."""
    return build_absolute_url(request, reverse("class", args=[session.code]))


def qr_code(address: str) -> SafeString:
    """Return a URL as an inline SVG QR code, dark on a light background."""
    svg = segno.make_qr(address, error="m").svg_inline(
        scale=5, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(svg)  # noqa: S308 - made here of an address of ours


@dataclass(frozen=True, slots=True)
class Bar:
    """Count of one choice.

    `percent` of all answers; `right`: whether it is a right choice. Ordering and pairing count correct placements.
    """

    letter: str
    text: str
    count: int
    percent: int
    right: bool


def bars(question: Question, how: Distribution, order: list[int], language: str) -> list[Bar]:
    """Return the bars in display order. Empty below the minimum number of answers and for written answers."""
    if not how.shares:
        return []
    return [
        Bar(
            letter=choice_letter(shown, language),
            text=question.choices[place].text.read(language),
            count=how.shares[place],
            percent=round(100 * how.shares[place] / how.answers),
            right=place in question.right,
        )
        for shown, place in enumerate(order)
    ]


# Lengths in characters from which the board shows smaller letters.
DENSITIES: Final = (300, 500, 700, 950, 1250)
# A choice takes this many characters besides its text, and its bar as many more.
CHOICE_LENGTH: Final = 30
BAR_LENGTH: Final = 95


def density(context: Mapping[str, Any]) -> int:
    """Return the amount of text on a page of the board, from 0 (least) to 5. Its styles fit the text to the screen."""
    presented_question = context.get("presented_question")
    if presented_question is None:
        return 0
    length = len(presented_question.text) + sum(
        len(choice.text) + CHOICE_LENGTH for choice in presented_question.choices
    )
    if context.get("how"):
        length += BAR_LENGTH * len(context["bars"]) + len(context["discussion"] or context["explanation"])
    return sum(length > bound for bound in DENSITIES)


def question_frame(session: ClassSession, position: int, *, language: str) -> dict[str, Any]:
    """Return the context of a question, with choices in the order of all devices of the class."""
    question = quiz_snapshot(session).questions[position]
    return {
        "number": position + 1,
        "presented_question": present_question(question, language=language, seed=f"{session.seed}-{position}"),
    }


def question_results(session: ClassSession, position: int, *, language: str) -> dict[str, Any]:
    """Return the context of a question with the answers of the class and the explanation. One query."""
    question, frame = quiz_snapshot(session).questions[position], question_frame(session, position, language=language)
    how = distribution(session, position)
    return frame | {
        "how": how,
        "bars": bars(question, how, [choice.place for choice in frame["presented_question"].choices], language),
        "parts": kind_of(question).is_placed,
        "written": kind_of(question).is_written,
        "fewest": MIN_PLAYERS,
        "explanation": question.explanation.read(language),
        "discussion": question.discussion.read(language),
        "source": question.source_title,
    }
