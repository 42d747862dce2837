"""Writes anonymous answers so that no data in the database links an answer to a member. See docs/adr/0034."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection

from youthpanel.models import AnswerSheet, Participation


def lock_answer_sheets() -> None:
    """Prevent other writes to answer sheets until the end of the transaction. Call this first, before locking any row."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {AnswerSheet._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def rewrite_shuffled(
    model: type[AnswerSheet | Participation],
    *,
    consultation_id: int | None = None,
    added: Mapping[str, Any] | None = None,
    day: date | None = None,
) -> None:
    """Rewrite all rows of a consultation (None: of all) and the new row `added` (values by column) in random order.

    One statement in one transaction: row positions, transaction ids and command ids are random or equal for all rows.
    `day` becomes the day of all rows. Needs `lock_answer_sheets`.
    """
    table = model._meta.db_table
    columns = [str(field.column) for field in model._meta.concrete_fields]
    listed = ", ".join(columns)
    taken = ", ".join("%s::date AS day" if column == "day" and day else column for column in columns)
    params: list[Any] = [consultation_id, consultation_id, *([day] if day else [])]
    more = ""
    if added is not None:
        more = f" UNION ALL SELECT {listed} FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"  # noqa: S608 - our own names
        params.append(json.dumps(dict(added), default=str, ensure_ascii=False))
    with connection.cursor() as cursor:
        # Not random(): its earlier values can be computed from later ones.
        cursor.execute(
            f"WITH gone AS (DELETE FROM {table} WHERE %s::bigint IS NULL OR consultation_id = %s RETURNING *)"  # noqa: S608 - our own names
            f" INSERT INTO {table} ({listed})"
            f" SELECT {listed} FROM (SELECT {taken} FROM gone{more}) AS every_row ORDER BY gen_random_uuid()",
            params,
        )
