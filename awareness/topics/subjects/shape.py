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
    """One topic; `report_category` is empty or a category of the report form. `removal_services`: whether those are shown with it."""

    slug: str
    title: Both
    summary: Both
    do_now: tuple[Both, ...]
    answers: tuple[FoundingAnswer, ...]
    report_category: str = ""
    removal_services: bool = False


def as_list(steps: tuple[Both, ...], language: str) -> str:
    """The steps in one language ("sr", "en") as rich text."""
    return f"<ul>{''.join(f'<li><p>{escape(getattr(step, language))}</p></li>' for step in steps)}</ul>"


class Fuller(NamedTuple):
    """More about a founding topic: how each audience notices it, and the sources by name and year."""

    slug: str
    children: tuple[Both, ...]
    parents: tuple[Both, ...]
    educators: tuple[Both, ...]
    sources: tuple[Both, ...]


_NOTICE = {"children": Both("Како да приметиш", "How to notice"), "": Both("Како да приметите", "How to notice")}
_DO = {"children": Both("Шта да урадиш", "What to do"), "": Both("Шта да урадите", "What to do")}


def as_answer(signs: tuple[Both, ...], steps: tuple[Both, ...], audience: str, language: str) -> str:
    """How this audience notices it and what it does then, in one language, as rich text."""
    notice, do = (getattr(texts.get(audience, texts[""]), language) for texts in (_NOTICE, _DO))
    return f"<h3>{notice}</h3>{as_list(signs, language)}<h3>{do}</h3>{as_list(steps, language)}"
