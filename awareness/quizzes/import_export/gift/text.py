"""GIFT text: escapes, weights, text formats and markup."""

import re
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Final

import nh3
from django.utils.translation import gettext as _

from awareness.quizzes.import_export.parse_result import ParseNote
from awareness.quizzes.kinds.schemas import FULL_CREDIT, BilingualText

# Stand-ins for escaped signs while a file is parsed. These code points are noncharacters, never used in text.
_FIRST: Final = 0xFDD0
_SIGNS: Final = ("\\", "~", "=", "#", "{", "}", ":", "n")
_HELD: Final = {sign: chr(_FIRST + place) for place, sign in enumerate(_SIGNS)}
_MEANING: Final = str.maketrans({held: "\n" if sign == "n" else sign for sign, held in _HELD.items()})
_WRITTEN: Final = str.maketrans({sign: f"\\{sign}" for sign in _SIGNS[:-1]} | {"\n": "\\n", "\r": ""})
_ESCAPED: Final = re.compile(r"\\([\\~=#{}:n])")
FORBIDDEN: Final = re.compile("[\x00\ufdd0-\ufdef\ufffe\uffff]")

WEIGHT: Final = re.compile(r"%(-?\d{1,3}(?:\.\d{1,20})?)%")
FORMAT: Final = re.compile(r"\[(html|moodle|plain|markdown)\]")
# Fractions supported by Moodle. It rejects or rounds others.
MOODLE_WEIGHTS: Final = frozenset(
    Decimal(weight)
    for weight in (
        *("100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20"),
        *("16.66667", "14.28571", "12.5", "11.11111", "10", "5", "0"),
    )
)


def hold(text: str) -> str:
    """Replace escaped signs by stand-ins. The remaining signs are syntax."""
    return _ESCAPED.sub(lambda match: _HELD[match[1]], text)


def release(text: str) -> str:
    """Replace stand-ins by the signs they stand for."""
    return text.translate(_MEANING)


def escape(text: str) -> str:
    """Escape a text for one line of a file."""
    return FORBIDDEN.sub("\ufffd", text).translate(_WRITTEN)


def percent(weight: Decimal) -> str:
    """Format a weight for use between percent signs."""
    return format(weight.normalize() + 0, "f")


_TAGS: Final = (
    "p|br|div|span|b|i|u|s|em|strong|small|big|sub|sup|ul|ol|li|a|img|h[1-6]|code|pre|table|thead|tbody|tr|td|th|font|"
    "blockquote|hr|script|style|iframe|video|audio|source|object|embed"
)
_MARKUP: Final = re.compile(rf"</?(?:{_TAGS})(?=[\s/>])[^<>]*>", re.IGNORECASE)
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE)
_ENDS_LINE: Final = re.compile(
    r"<(?:br|hr)(?=[\s/>])[^<>]*>|</(?:p|div|li|h[1-6]|tr|blockquote|pre)\s*>", re.IGNORECASE
)
_MARKDOWN: Final = (
    (re.compile(r"!?\[([^\[\]\n]{1,300})\]\([^()\n]{0,500}\)"), r"\1"),
    (re.compile(r"(\*\*|__|``)(?=\S)([^*_`\n]{1,500})(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)([*_`])(?=\S)([^*_`\n]{1,500})(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"^#{1,6} +", re.MULTILINE), ""),
)


def strip_markup(text: str, form: str) -> tuple[str, bool]:
    """Remove the markup of a format (html, moodle, plain, markdown). Return the text and whether it had markup."""
    if form == "plain":
        return text.strip(), False
    found = " ".join(text.split("\n")) if form == "html" else text
    before = found
    if form == "markdown":
        for pattern, instead in _MARKDOWN:
            found = pattern.sub(instead, found)
    if _MARKUP.search(found):
        stripped = nh3.clean(_ENDS_LINE.sub("\n", found), tags=set(), clean_content_tags={"script", "style"})
        found = unescape(stripped)
    else:
        found = _ENTITY.sub(lambda match: unescape(match[0]), found)
    marked = found != before
    found = "\n".join(" ".join(line.split()) for line in found.split("\n")).strip()
    return re.sub(r"\n{3,}", "\n\n", found), marked


_FIVE_PLACES: Final = Decimal("0.00001")


class TextReader:
    """Reads the texts of one question. `line_of` maps an offset to a file line; `lines` are those of the answers."""

    def __init__(self, language: str, line_of: Callable[[int], int]) -> None:
        self.language = language
        self.line_of = line_of
        self.format = "moodle"
        self.notes: list[ParseNote] = []
        self.lines: list[int] = []

    def note(self, place: int, what: str, *, blocking: bool = True) -> None:
        """Add a note on the text at offset `place`."""
        self.notes.append(ParseNote(self.line_of(place), what, blocking))

    def words(self, text: str) -> BilingualText:
        """Return a text in the file's language."""
        return BilingualText(en=text) if self.language == "en" else BilingualText(sr=text)

    def text(self, held: str, place: int, *, sets_format: bool = False) -> str:
        """Return a text without escapes and markup.

        With `sets_format`, its format becomes the default of the following texts.
        """
        place += len(held) - len(held.lstrip())
        held = held.strip()
        form = self.format
        if match := FORMAT.match(held):
            form, held = match[1], held[match.end() :]
        if sets_format:
            self.format = form
        plain_text, marked = strip_markup(release(held), form)
        if marked:
            what = (
                _("A picture and the markup were left out. Only plain text is supported.")
                if "<img" in held.lower()
                else _("The markup was left out. Only plain text is supported.")
            )
            self.note(place, what, blocking=False)
        return plain_text

    def weight(self, held: str, place: int, usual: Decimal) -> tuple[Decimal, str]:
        """Return the weight in percent before an answer (default `usual`), and the rest of the answer."""
        held = held.lstrip()
        match = WEIGHT.match(held)
        if match is None:
            return usual, held
        weight = Decimal(match[1])
        if abs(weight) > FULL_CREDIT:
            self.note(place, _("The weight must be between -100 and 100 percent."))
            weight = usual
        return weight.quantize(_FIVE_PLACES) + 0, held[match.end() :]
