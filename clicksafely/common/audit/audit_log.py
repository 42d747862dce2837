"""Writes audit events; no other module does."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from clicksafely.common.models import AuditEvent

AuditValue = str | int | bool | None | Sequence[str | int]

# Codes, slugs, UUIDs, dates, hexadecimal digits: no free text.
_CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")

_PART = """
    INSERT INTO common_auditevent (at, action, actor_id, subject_table, subject_id, data)
    SELECT %s, %s, %s::bigint, %s, id, %s::jsonb FROM {}
"""


class AuditEntry(NamedTuple):
    """One row for `record_many`; `data` holds only IDs and codes."""

    action: str
    subject: models.Model | None
    data: Mapping[str, AuditValue] = {}


def record(
    *,
    action: str,
    subject: models.Model | None,
    actor: AbstractBaseUser | None,
    now: datetime,
    data: Mapping[str, AuditValue] | None = None,
) -> AuditEvent:
    """Insert one event in the current transaction (one INSERT, no SELECT). `actor` is None for actions of the system.

    `action` is a dotted code such as `report.claimed`; `data` holds IDs and codes, never personal data; `now` is aware. Raises ValueError
    if `data` contains free text, such as an address or a name.
    """
    event = _event(AuditEntry(action, subject, data or {}), actor, now)
    event.save(force_insert=True)
    return event


def record_many(entries: Sequence[AuditEntry], *, actor: AbstractBaseUser | None, now: datetime) -> list[AuditEvent]:
    """Insert one event for each entry, in order, with a single INSERT; the rules of `record` apply."""
    return AuditEvent.objects.bulk_create([_event(entry, actor, now) for entry in entries])


def audit_cte(
    *,
    action: str,
    subject: type[models.Model],
    rows: str,
    actor: AbstractBaseUser | None,
    now: datetime,
    data: Mapping[str, AuditValue] | None = None,
) -> tuple[str, list[Any]]:
    """Return SQL that inserts one event for each row of `rows`, and its parameters.

    The SQL is that of a CTE (`WITH report AS (INSERT ... RETURNING id), event AS (<this>) ...`). `rows` is the name of
    an earlier CTE that returns the `id` of a `subject`. The rules of `record` apply.
    """
    _refuse_words(action, data or {})
    return _PART.format(rows), [
        now,
        action,
        actor.pk if actor else None,
        subject._meta.db_table,
        json.dumps(data or {}),
    ]


def _event(entry: AuditEntry, actor: AbstractBaseUser | None, now: datetime) -> AuditEvent:
    subject = entry.subject
    _refuse_words(entry.action, entry.data)
    return AuditEvent(
        at=now,
        action=entry.action,
        actor_id=actor.pk if actor else None,
        subject_table=subject._meta.db_table if subject else "",
        subject_id=subject.pk if subject else None,
        data=dict(entry.data),
    )


def _refuse_words(action: str, data: Mapping[str, AuditValue]) -> None:
    for name, value in data.items():
        if not is_code(value):
            raise ValueError(f"{action}: {name} is not an ID or a code")


def is_code(value: object) -> bool:
    """Return whether `value` is an ID, a code or a list of them, not free text."""
    if isinstance(value, list | tuple):
        return all(isinstance(part, str | int) and is_code(part) for part in value)
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None
    return value is None or isinstance(value, int)
