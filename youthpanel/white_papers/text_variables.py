"""Figures that a text of a White Paper takes from the records, and what was left to be written. Pure.

`{members}` stands for a figure. Other braces, brackets, `%(name)s`, dots in place of words and `TODO` were left unanswered.
"""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final

VARIABLES: Final = ("members", "meetings", "consultations", "towns", "schools", "attendance")
_FIGURE = re.compile(rf"\{{\s*({'|'.join(VARIABLES)})\s*\}}")
# A number in brackets is a reference to a source.
_UNANSWERED = re.compile(r"\{[^{}]*\}|%\(\w*\)[sd]?|\[(?!\s*\d+\s*\])[^\[\]]*\]|…|\.{3,}|\b(?:TODO|FIXME|ТОДО)\b")


def replace_variables(text: str, figures: Mapping[str, str]) -> str:
    """`text` (plain or HTML) with the figures that are known; what is not known stays as it is written."""
    return _FIGURE.sub(lambda found: figures.get(found[1]) or found[0], text)


def unresolved_variables(text: str) -> Iterator[str]:
    """What in `text` (plain or HTML, filled in) still waits for an answer, as it is written, each once."""
    found = (match[0] for match in _UNANSWERED.finditer(unescape(text)))
    return iter(dict.fromkeys(found))
