"""A question out of a form, whether or not it is whole: for the preview while it is being written, and for checking it before it is saved."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.forms import BaseForm

from awareness.quizzes.models import Question
from awareness.quizzes.questions.checking import LONGEST_CHOICE, MOST_CHOICES
from awareness.quizzes.questions.kinds import Frame, Kind, Role
from awareness.quizzes.questions.shape import NOTHING, Choice, Situation, Words
from awareness.quizzes.questions.shape import Question as Plain
from awareness.quizzes.selectors import words_of

_LONGEST = 2000


def cleaned_question(row: Question, choices: Iterable[BaseForm], situations: Iterable[BaseForm]) -> Plain:
    """The question of a form that makes sense field by field; choices in their order."""
    return Plain(
        kind=Kind(row.kind),
        name=row.name,
        text=words_of(row, "text"),
        frame=row.frame,
        explanation=words_of(row, "explanation"),
        level=row.level,
        difficulty=row.difficulty,
        shuffle=row.shuffle,
        choices=tuple(_choice(form.cleaned_data) for form in choices),
        situations=tuple(
            Situation(number=form.cleaned_data["number"], text=_cleaned(form.cleaned_data, "text"))
            for form in situations
        ),
    )


def drafted_question(post: Mapping[str, str]) -> Plain:
    """The question of a form as it is being written; what makes no sense yet is left out."""
    choices = [
        (_number(post, f"choices-{place}-order", 32_000), place, f"choices-{place}-")
        for place in range(_count(post, "choices"))
        if not post.get(f"choices-{place}-DELETE") and _words(post, f"choices-{place}-text")
    ]
    situations = [
        f"situations-{place}-"
        for place in range(_count(post, "situations"))
        if not post.get(f"situations-{place}-DELETE") and _words(post, f"situations-{place}-text")
    ]
    kind, frame = post.get("kind", ""), post.get("frame", "")
    return Plain(
        kind=Kind(kind) if kind in Kind.values else Kind.SINGLE,
        name=post.get("name", "")[:_LONGEST],
        text=_words(post, "text"),
        frame=frame if frame in Frame.values else Frame.MESSAGE,
        explanation=_words(post, "explanation"),
        source_title=post.get("source_title", "")[:_LONGEST],
        shuffle=bool(post.get("shuffle")),
        choices=tuple(_drafted(post, prefix) for _order, _place, prefix in sorted(choices)),
        situations=tuple(
            Situation(number=_number(post, f"{prefix}number", 0), text=_words(post, f"{prefix}text"))
            for prefix in situations
        ),
    )


def _choice(data: Mapping[str, Any]) -> Choice:
    return Choice(
        text=_cleaned(data, "text"),
        match=_cleaned(data, "match"),
        weight=data.get("weight") or Decimal(0),
        feedback=_cleaned(data, "feedback"),
        missed=_cleaned(data, "missed"),
        role=data.get("role") or "",
        at=data.get("at") or 0,
        leads_to=data.get("leads_to"),
        tolerance=data.get("tolerance"),
    )


def _cleaned(data: Mapping[str, Any], name: str) -> Words:
    return Words(data.get(f"{name}_sr") or "", data.get(f"{name}_en") or "")


def _drafted(post: Mapping[str, str], prefix: str) -> Choice:
    role, onward = post.get(f"{prefix}role", ""), post.get(f"{prefix}leads_to", "")
    return Choice(
        text=_words(post, f"{prefix}text"),
        match=_words(post, f"{prefix}match") or NOTHING,
        weight=_decimal(post.get(f"{prefix}weight", "")),
        feedback=_words(post, f"{prefix}feedback"),
        missed=_words(post, f"{prefix}missed"),
        role=role if role in Role.values else Role.TEXT,
        at=_number(post, f"{prefix}at", 0),
        leads_to=_number(post, f"{prefix}leads_to", 0) if onward.strip() else None,
    )


def _words(post: Mapping[str, str], name: str) -> Words:
    return Words(post.get(f"{name}_sr", "").strip()[:_LONGEST], post.get(f"{name}_en", "").strip()[:_LONGEST])


def _count(post: Mapping[str, str], name: str) -> int:
    return min(_number(post, f"{name}-TOTAL_FORMS", 0), MOST_CHOICES * 2)


def _number(post: Mapping[str, str], name: str, default: int) -> int:
    text = post.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else default


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text.strip().replace(",", ".")[:LONGEST_CHOICE])
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() and abs(number) <= 100 else Decimal(0)
