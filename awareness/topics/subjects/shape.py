"""A text in both languages, and lists of them as rich text."""

from typing import NamedTuple

from django.utils.html import escape


class Both(NamedTuple):
    """One text in Serbian (Cyrillic) and English."""

    sr: str
    en: str


def as_list(steps: tuple[Both, ...], language: str) -> str:
    """The steps in one language ("sr", "en") as rich text."""
    return f"<ul>{''.join(f'<li><p>{escape(getattr(step, language))}</p></li>' for step in steps)}</ul>"
