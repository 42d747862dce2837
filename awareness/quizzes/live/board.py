"""What of a class is shown: its code and way in, the question at hand, how it was answered."""

from dataclasses import dataclass

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from awareness.quizzes.enums import PAIRING_KINDS, WRITTEN_KINDS, QuestionKind
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.labels import choice_letter
from awareness.quizzes.live.models import ClassSession
from awareness.quizzes.live.selectors import Distribution
from clicksafely.common.templatetags.page_metadata import build_absolute_url


def spaced(code: str) -> str:
    """A code as it is read out: in two halves."""
    return f"{code[:4]} {code[4:]}"


def join_url(request: HttpRequest, session: ClassSession) -> str:
    """The full address under which pupils join, in the language of the page."""
    return build_absolute_url(request, reverse("class", args=[session.code]))


def qr_code(address: str) -> SafeString:
    """An address as an SVG element that needs no style: dark on its own light ground."""
    svg = segno.make_qr(address, error="m").svg_inline(
        scale=5, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(svg)  # noqa: S308 - made here of an address of ours


@dataclass(frozen=True, slots=True)
class Bar:
    """How many took one choice: `percent` of all who answered, `right` where it should have been taken (or: put right)."""

    letter: str
    text: str
    count: int
    percent: int
    right: bool


def bars(question: Question, how: Distribution, order: list[int], language: str) -> list[Bar]:
    """The bars of a question in the order in which its choices are shown; empty where too few answered, or words were written."""
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


def shows_correct_share(question: Question) -> bool:
    """Whether bars say how often each part was put right, instead of how often it was chosen."""
    return question.kind in {QuestionKind.ORDERING, *PAIRING_KINDS}


def has_written_answers(question: Question) -> bool:
    """Whether the answers are words, which the board never shows."""
    return question.kind in WRITTEN_KINDS
