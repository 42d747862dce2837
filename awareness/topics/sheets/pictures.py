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
    """Return the alternative text of a drawing in `language` (a code of LANGUAGES). Raises KeyError."""
    texts = _alternatives()[name]
    return to_script(texts["en" if language == ENGLISH else "sr"], language)


def illustration_alt(folder: str, name: str, language: str) -> str:
    """Return the alternative text of `img/<folder>/<name>.svg`; empty if there is none, for example for a topic without a drawing."""
    name = f"img/{folder}/{name}.svg"
    return picture_alt(name, language) if name in _alternatives() else ""


def has_picture(name: str) -> bool:
    """Return whether the drawing and its alternative text exist."""
    return name in _alternatives() and finders.find(name) is not None


@cache
def _alternatives() -> dict[str, dict[str, str]]:
    found: dict[str, Any] = read_data(ALTERNATIVES)
    return found
