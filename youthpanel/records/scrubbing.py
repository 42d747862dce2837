"""Taking a name out of the texts of the panel: whatever members, facilitators and minutes wrote, in either script and in any case.

A name is found where its words stand beside each other, in any order, each with the endings that Serbian declension gives it. A first
name alone is nobody's: it is not looked for. What is sealed, and what was issued under pseudonyms for good, is not looked through.
"""

import re
from itertools import permutations
from typing import Final

from django.db import connection, models

from clicksafely.common.folding import fold
from youthpanel.models import AnswerSheet, Decision, Idea, Meeting, MeetingFile, Post, Quotation

# Columns, not fields: what is written in two languages has a third column, which its fields hide.
TEXTS: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Idea: ("text", "refused_because"),
    Post: ("text", "refused_because"),
    Quotation: ("text", "text_sr", "text_en"),
    Meeting: ("title", "title_sr", "title_en", "agenda", "agenda_sr", "agenda_en", "place", "minutes"),
    Decision: ("text", "text_sr", "text_en"),
    MeetingFile: ("name", "description"),
    AnswerSheet: ("answers",),
}
_MODELS: Final = {model._meta.model_name: model for model in TEXTS}
_ENDING: Final = r"[^\W\d_]{0,3}"
_GAP: Final = r"[\W_]{1,3}"
_EMPTIED: Final = "[…]"
# Each letter of a folded word may be written so.
_LETTERS: Final = {
    **dict(zip("abvgdezijklmnoprstufh", "абвгдезијклмнопрстуфх", strict=True)),
    "c": "cčćцчћ",
    "s": "sšсш",
    "z": "zžзж",
}
_PAIRS: Final = {"dj": "(?:dj|đ|ђ|дј)", "lj": "(?:lj|љ|лј)", "nj": "(?:nj|њ|нј)", "dz": "(?:dz|dž|џ|дз|дж)"}


def scrub(name: str, *, instead: str) -> list[str]:
    """Put `instead` wherever the name stands; returns the places, `model:pk`, that were changed. A name of one word is left alone."""
    words = fold(name).split()
    if len(words) < 2:
        return []
    pattern = pattern_of(words)
    # The longest beginning that no ending changes, for the database to look for.
    sign = max((_stem(word) for word in words), key=len)
    return [
        f"{model._meta.model_name}:{pk}"
        for model in TEXTS
        for pk, said in _rows_with(model, sign)
        if _write(model, pk, said, {column: pattern.sub(instead, text) for column, text in said.items()})
    ]


def empty(places: list[str]) -> None:
    """Empty texts that are known to have held a name which nobody can read any more."""
    for place in places:
        model_name, _colon, pk = place.partition(":")
        model = _MODELS.get(model_name)
        if model is not None:
            for found, said in _rows(model, "id = %s", [pk]):
                nothing = "{}" if model is AnswerSheet else _EMPTIED
                _write(model, found, said, {column: nothing for column, text in said.items() if text})


def pattern_of(words: list[str]) -> re.Pattern[str]:
    """What finds folded words of a name, in any order, as people write and decline them."""
    written = [_letters(_stem(word)) + _ENDING for word in words]
    # Of more than three words the order is taken as it is: 24 orders and more would be looked for in vain.
    orders = permutations(written) if len(written) <= 3 else [tuple(written)]
    found = "|".join(_GAP.join(order) for order in orders)
    return re.compile(rf"(?<![^\W\d_])(?:{found})(?![^\W\d_])", re.IGNORECASE)


def _stem(word: str) -> str:
    """What of a word stays in every case."""
    return word[:-1] if len(word) > 2 and word[-1] in "aeiou" else word


def _letters(word: str) -> str:
    parts = re.findall("dj|lj|nj|dz|.", word)
    return "".join(_PAIRS.get(part) or f"[{re.escape(part)}{_LETTERS.get(part, '')}]" for part in parts)


def _rows_with(model: type[models.Model], sign: str) -> list[tuple[str, dict[str, str]]]:
    texts = ", ".join(f"{column}::text" for column in TEXTS[model])
    return _rows(model, f"strpos(clicksafely_fold(concat_ws(' ', {texts})), %s) > 0", [sign])


def _rows(model: type[models.Model], where: str, values: list[str]) -> list[tuple[str, dict[str, str]]]:
    """Primary keys and texts by column; JSON as it is written, which our replacements leave JSON."""
    columns = TEXTS[model]
    texts = ", ".join(f"coalesce({column}::text, '')" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {texts} FROM {model._meta.db_table} WHERE {where} ORDER BY id", values)  # noqa: S608 - our own names
        return [(str(pk), dict(zip(columns, said, strict=True))) for pk, *said in cursor.fetchall()]


def _write(model: type[models.Model], pk: str, before: dict[str, str], after: dict[str, str]) -> bool:
    """Write the columns that differ; whether any does."""
    changed = {column: text for column, text in after.items() if text != before[column]}
    if changed:
        cast = "::jsonb" if model is AnswerSheet else ""
        texts = ", ".join(f"{column} = %s{cast}" for column in changed)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {model._meta.db_table} SET {texts} WHERE id = %s", [*changed.values(), pk])  # noqa: S608 - our own names
    return bool(changed)
