"""Writes anonymous answers and votes so that no data in the database links them to a member. See docs/adr/0030."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import connection

from youthpanel.models import AnswerSheet, Participation

_SHUFFLES: Final[dict[type[AnswerSheet | Participation], str]] = {
    AnswerSheet: "youthpanel_shuffle_answersheet",
    Participation: "youthpanel_shuffle_participation",
}


def lock_answer_sheets() -> None:
    """Prevent other writes to answer sheets until the end of the transaction. Call this first, before locking any row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT youthpanel_lock_answers()")


def rewrite_shuffled(
    model: type[AnswerSheet | Participation],
    *,
    consultation_id: int | None = None,
    added: Mapping[str, Any] | None = None,
    day: date | None = None,
) -> None:
    """Rewrite all rows of a consultation (None: of all) and the new row `added` (values by column) in random order.

    One statement in one transaction: row positions, transaction ids and command ids are random or equal for all rows.
    `day` becomes the day of all rows. Needs `lock_answer_sheets`. The database function has the rights of the owner, because the
    public site may not delete answers.
    """
    added_row = None if added is None else json.dumps(dict(added), default=str, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_SHUFFLES[model]}(%s, %s, %s)", [consultation_id, added_row, day])


def lock_votes() -> None:
    """Prevent other writes to sheets of votes until the end of the transaction. Call this first, before locking any row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT youthpanel_lock_votes()")


def store_votes(*, round_id: int, votes: Mapping[str, int], member_id: int | None) -> None:
    """Store a sheet of votes, and the fact that the member has voted (None: a sheet of paper).

    All rows of the round in both tables are rewritten in random order under new ids. Row positions, ids, transaction
    ids and command ids are then random or equal for all rows. Needs `lock_votes`. The public site may neither read nor
    write a sheet otherwise.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT youthpanel_store_votes(%s, %s, %s)", [round_id, json.dumps(dict(votes)), member_id])
