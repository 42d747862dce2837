"""Redaction of a name in all texts of the panel, in either script and any grammatical case."""

from functools import cache
from typing import Final

from django.apps import apps
from django.db import connection, models

from youthpanel.members import unlinkable_answers
from youthpanel.members.name_detection import name_pattern, name_words, prefilter_stems
from youthpanel.models import (
    AnswerSheet,
    Edition,
    EditionFile,
    Handover,
    IdentityOpening,
    InvitationCode,
    Member,
    MemberSession,
    Response,
    SafeguardingAction,
    SafeguardingNote,
    School,
    SlipReplacement,
)

# Sealed, codes, or immutable and already compared with all names (`name_detection`). A school may share a name with a
# member.
EXCLUDED_MODELS: Final = (
    Edition,
    EditionFile,
    Handover,
    IdentityOpening,
    InvitationCode,
    Member,
    MemberSession,
    Response,
    SafeguardingAction,
    SafeguardingNote,
    School,
    SlipReplacement,
)
# Without the number of the erased member, which would link anonymous texts to the member.
REDACTED: Final = "[…]"


def redact_name(name: str) -> int:
    """Replace the name with `REDACTED`; returns the number of changed rows. Needs `lock_answer_sheets`.

    A name of one word is not redacted.
    """
    words = name_words(name)
    if len(words) < 2:
        return 0
    pattern = name_pattern(words)
    # The stem for the database query.
    sign = max(prefilter_stems(words), key=len)
    return sum(
        _write(model, pk, texts, {column: pattern.sub(REDACTED, text) for column, text in texts.items()})
        for model in text_models()
        for pk, texts in _rows_with(model, sign)
    )


@cache
def text_models() -> dict[type[models.Model], tuple[str, ...]]:
    """Return every model of the panel with free text, with its text columns."""
    found = {model: text_columns(model) for model in apps.get_app_config("youthpanel").get_models()}
    return {model: columns for model, columns in found.items() if columns and model not in EXCLUDED_MODELS}


def text_columns(model: type[models.Model]) -> tuple[str, ...]:
    """Columns of free text. A bilingual text also has a third column, which its fields hide."""
    return tuple(
        str(field.column)
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and field.editable
        and not field.choices
        and not isinstance(field, models.SlugField)
    )


def _rows_with(model: type[models.Model], sign: str) -> list[tuple[str, dict[str, str]]]:
    """Primary keys, and texts by column, of rows that may contain the name.

    JSON is handled as text; replacements keep it valid.
    """
    columns = text_columns(model)
    whole = ", ".join(f"{column}::text" for column in columns)
    texts = ", ".join(f"coalesce({column}::text, '')" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {texts} FROM {model._meta.db_table}"  # noqa: S608 - our own names
            f" WHERE strpos(clicksafely_fold(concat_ws(' ', {whole})), %s) > 0 ORDER BY id",
            [sign],
        )
        return [(str(pk), dict(zip(columns, values, strict=True))) for pk, *values in cursor.fetchall()]


def _write(model: type[models.Model], pk: str, before: dict[str, str], after: dict[str, str]) -> bool:
    """Write the changed columns; returns whether there were any."""
    changed = {column: text for column, text in after.items() if text != before[column]}
    if changed:
        texts = ", ".join(f"{column} = %s{'::jsonb' if model is AnswerSheet else ''}" for column in changed)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {model._meta.db_table} SET {texts} WHERE id = %s", [*changed.values(), pk])  # noqa: S608 - our own names
    if changed and model is AnswerSheet:
        # Row positions and transaction ids must not link a redacted sheet to the member.
        unlinkable_answers.rewrite_shuffled(AnswerSheet)
    return bool(changed)
