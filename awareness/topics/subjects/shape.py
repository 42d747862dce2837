"""How a founding topic is written down: both languages side by side, steps as short sentences."""

from typing import NamedTuple

from django.utils.html import escape


class Both(NamedTuple):
    """One text in Serbian (Cyrillic) and English."""

    sr: str
    en: str


class FoundingAnswer(NamedTuple):
    """What one audience (a value of `Audience`) is told."""

    audience: str
    title: Both
    lead: Both
    steps: tuple[Both, ...]


class FoundingTopic(NamedTuple):
    """One topic; `report_category` is empty or a category of the report form."""

    slug: str
    title: Both
    summary: Both
    do_now: tuple[Both, ...]
    answers: tuple[FoundingAnswer, ...]
    report_category: str = ""


def as_list(steps: tuple[Both, ...], language: str) -> str:
    """The steps in one language ("sr", "en") as rich text."""
    return f"<ul>{''.join(f'<li><p>{escape(getattr(step, language))}</p></li>' for step in steps)}</ul>"
