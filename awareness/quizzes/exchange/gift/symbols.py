"""The signs of GIFT: which of them are escaped, how credit is written, and what Moodle knows of it."""

import re
from decimal import Decimal
from typing import Final

# Stand for escaped signs while a file is read. Unicode keeps these code points out of all texts (noncharacters).
_FIRST: Final = 0xFDD0
_SIGNS: Final = ("\\", "~", "=", "#", "{", "}", ":", "n")
_HELD: Final = {sign: chr(_FIRST + place) for place, sign in enumerate(_SIGNS)}
_MEANING: Final = str.maketrans({held: "\n" if sign == "n" else sign for sign, held in _HELD.items()})
_WRITTEN: Final = str.maketrans({sign: f"\\{sign}" for sign in _SIGNS[:-1]} | {"\n": "\\n", "\r": ""})
_ESCAPED: Final = re.compile(r"\\([\\~=#{}:n])")
FORBIDDEN: Final = re.compile("[\x00\ufdd0-\ufdef\ufffe\uffff]")

WEIGHT: Final = re.compile(r"%(-?\d{1,3}(?:\.\d{1,20})?)%")
FORMAT: Final = re.compile(r"\[(html|moodle|plain|markdown)\]")
# The parts of a whole that Moodle knows; it asks or rounds where a file has others.
MOODLE_WEIGHTS: Final = frozenset(
    Decimal(weight)
    for weight in (
        *("100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20"),
        *("16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0"),
    )
)


def hold(text: str) -> str:
    """The text with a stand-in for each escaped sign, so that the signs that are left are those of the format."""
    return _ESCAPED.sub(lambda match: _HELD[match[1]], text)


def release(text: str) -> str:
    """What a text with stand-ins says."""
    return text.translate(_MEANING)


def escape(text: str) -> str:
    """A text as it is written in a file, in one line."""
    return FORBIDDEN.sub("\ufffd", text).translate(_WRITTEN)


def percent(weight: Decimal) -> str:
    """A weight as it stands between percent signs."""
    return format(weight.normalize() + 0, "f")
