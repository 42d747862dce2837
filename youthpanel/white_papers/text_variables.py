"""Variables in texts of a White Paper, and unresolved placeholders. Pure.

`{members}` is replaced by a number. Other braces, brackets, `%(name)s`, ellipses and `TODO` count as unresolved.
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
    """`text` (plain or HTML) with known variables replaced; unknown ones stay unchanged."""
    return _FIGURE.sub(lambda found: figures.get(found[1]) or found[0], text)


def unresolved_variables(text: str) -> Iterator[str]:
    """The unresolved placeholders of `text` (plain or HTML, variables replaced), without duplicates."""
    found = (match[0] for match in _UNANSWERED.finditer(unescape(text)))
    return iter(dict.fromkeys(found))
