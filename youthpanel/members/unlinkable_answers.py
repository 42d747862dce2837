"""Anonymous answers, written so that nothing in the database leads from one to who gave it. See docs/adr/0034."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection

from youthpanel.models import AnswerSheet, Participation


def lock_answer_sheets() -> None:
    """Nobody else writes answer sheets until the end of the transaction at hand. To be called first in it, before a row is locked."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {AnswerSheet._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def rewrite_shuffled(
    model: type[AnswerSheet | Participation],
    *,
    consultation_id: int | None = None,
    added: Mapping[str, Any] | None = None,
    day: date | None = None,
) -> None:
    """Write all rows of a consultation (None: of all) anew, in random order, and `added` (values by column) among them.

    One statement in one transaction: places, transactions and numbers of commands are the same for all rows, or random. `day` is what all of
    them bear afterwards. Wants `lock_answer_sheets`.
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
        # gen_random_uuid() and not random(): what that gave before can be worked out from what it gives next.
        cursor.execute(
            f"WITH gone AS (DELETE FROM {table} WHERE %s::bigint IS NULL OR consultation_id = %s RETURNING *)"  # noqa: S608 - our own names
            f" INSERT INTO {table} ({listed})"
            f" SELECT {listed} FROM (SELECT {taken} FROM gone{more}) AS every_row ORDER BY gen_random_uuid()",
            params,
        )
