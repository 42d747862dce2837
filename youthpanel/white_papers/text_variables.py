"""Variables in texts of a White Paper, and unresolved placeholders. Pure."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Final

from django.utils.translation import npgettext

VARIABLES: Final = ("members", "meetings", "consultations", "towns", "schools", "attendance")
# Not in escapes of addresses such as "1%20".
_PER_CENT: Final = re.compile(r"(?<=\d)[ \u00a0]?%(?![0-9A-Fa-f]{2})")
_FIGURE = re.compile(rf"\{{\s*({'|'.join(VARIABLES)})\s*\}}")
# A number in brackets is a reference to a source.
_UNANSWERED = re.compile(r"\{[^{}]*\}|%\(\w*\)[sd]?|\[(?!\s*\d+\s*\])[^\[\]]*\]|…|\.{3,}|\b(?:TODO|FIXME|ТОДО)\b")


def replace_variables(text: str, figures: Mapping[str, str]) -> str:
    """Return `text` (plain or HTML) with known variables such as `{members}` replaced by numbers; others stay."""
    return _FIGURE.sub(lambda found: figures.get(found[1]) or found[0], text)


def per_cent(number: int) -> str:
    """Return the number with its sign, which never start different lines."""
    return f"{number}\u00a0%"


def space_per_cent(text: str) -> str:
    """`text` (plain or HTML) with a non-breaking space between numbers and the sign for per cent."""
    return _PER_CENT.sub("\u00a0%", text)


def counted_nouns(n: int) -> dict[str, str]:
    """Return the nouns of the counted variables as they follow the number `n`, in the active language."""
    texts = (
        npgettext("counted", "%(n)s member", "%(n)s members", n),
        npgettext("counted", "%(n)s meeting", "%(n)s meetings", n),
        npgettext("counted", "%(n)s consultation", "%(n)s consultations", n),
        npgettext("counted", "%(n)s town", "%(n)s towns", n),
        npgettext("counted", "%(n)s school", "%(n)s schools", n),
    )
    return {name: text.partition(" ")[2] for name, text in zip(VARIABLES[:-1], texts, strict=True)}


def unresolved_variables(text: str) -> Iterator[str]:
    """Return the unresolved placeholders of `text` (plain or HTML, variables replaced), without duplicates.

    Placeholders are other braces, brackets, `%(name)s`, ellipses and `TODO`.
    """
    found = (match[0] for match in _UNANSWERED.finditer(unescape(text)))
    return iter(dict.fromkeys(found))
