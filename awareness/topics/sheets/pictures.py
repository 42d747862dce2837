"""Drawings of the static files for documents, with their alternative texts."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from django.contrib.staticfiles import finders

from clicksafely.common.content.schema import read_data
from clicksafely.common.i18n.language import ENGLISH
from clicksafely.common.serbian.scripts import to_script

ALTERNATIVES: Final = Path(__file__).parent / "pictures.yaml"


def picture_alt(name: str, language: str) -> str:
    """The alternative text of a drawing in `language` (a code of LANGUAGES). Raises KeyError."""
    texts = _alternatives()[name]
    return to_script(texts["en" if language == ENGLISH else "sr"], language)


def topic_alt(slug: str, language: str) -> str:
    """The alternative text of the drawing of a topic; empty for a topic without a drawing of its own."""
    name = f"img/topics/{slug}.svg"
    return picture_alt(name, language) if name in _alternatives() else ""


def has_picture(name: str) -> bool:
    """Whether the drawing and its alternative text exist."""
    return name in _alternatives() and finders.find(name) is not None


@cache
def _alternatives() -> dict[str, dict[str, str]]:
    found: dict[str, Any] = read_data(ALTERNATIVES)
    return found
