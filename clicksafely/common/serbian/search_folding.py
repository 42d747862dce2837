"""Normalises spelling for search and slugs: друштвене мреже, društvene mreže and drustvene mreze fold to the same."""

import re
import unicodedata

# The SQL function `clicksafely_fold` (migration 0002) performs the same steps in the same order; a test compares the two.
_MARKS = re.compile(
    "[\u00ad\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2060\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+"
)
_SINGLE = dict(
    zip(
        "абвгдежзијклмнопрстћуфхцчшАБВГДЕЖЗИЈКЛМНОПРСТЋУФХЦЧШABCDEFGHIJKLMNOPQRSTUVWXYZØøŁłıЄІЅЩЪЫЬЭЮЯ",
        "abvgdezzijklmnoprstcufhccsabvgdezzijklmnoprstcufhccsabcdefghijklmnopqrstuvwxyzoolliєіѕщъыьэюя",
        strict=True,
    )
)
_DOUBLE = {"ђ": "dj", "đ": "dj", "љ": "lj", "њ": "nj", "џ": "dz"}
_LETTERS = str.maketrans({**_SINGLE, **_DOUBLE, **{letter.upper(): pair for letter, pair in _DOUBLE.items()}})
_NO_SLUG = re.compile("[^a-z0-9]+")
SLUG_LENGTH = 80


def fold(text: str) -> str:
    """Return `text` folded for search: ASCII lower case for both Serbian scripts, with or without diacritics.

    ђ and đ become dj, љ lj, њ nj, џ and dž dz. Compatibility forms (NFKD) are resolved, and marks removed. White space
    is collapsed and stripped. Letters of other alphabets stay. Idempotent.
    """
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    return " ".join(text.split())


def slugify(text: str, *, fallback: str = "untitled") -> str:
    """Return an ASCII slug of at most 80 characters, cut between words if possible; `fallback` if it would be empty."""
    slug = _NO_SLUG.sub("-", fold(text)).strip("-")
    if len(slug) > SLUG_LENGTH:
        whole_words = slug[: SLUG_LENGTH + 1].rpartition("-")[0]
        slug = whole_words or slug[:SLUG_LENGTH]
    return slug or fallback
