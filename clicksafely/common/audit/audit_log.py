"""The one writer of the audit trail."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from clicksafely.common.models import AuditEvent

AuditValue = str | int | bool | None | Sequence[str | int]

# Codes, slugs, UUIDs, dates, hexadecimal digits: nothing that a person writes in words.
_CODE = re.compile(r"[A-Za-z0-9_.:+-]{0,64}")

_PART = """
    INSERT INTO common_auditevent (at, action, actor_id, subject_table, subject_id, data)
    SELECT %s, %s, %s::bigint, %s, id, %s::jsonb FROM {}
"""


class AuditEntry(NamedTuple):
    """What `record_many` writes, one row each; `data` holds ids and codes only."""

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
    """Insert one event in the transaction at hand (one INSERT, no SELECT). `actor` is None for what the system did.

    `action` is a dotted code such as `report.claimed`; `data` holds ids and codes, never personal data; `now` is aware.
    Raises ValueError where a value of `data` is more than a code: a text, an address, a name.
    """
    event = _event(AuditEntry(action, subject, data or {}), actor, now)
    event.save(force_insert=True)
    return event


def record_many(happenings: Sequence[AuditEntry], *, actor: AbstractBaseUser | None, now: datetime) -> list[AuditEvent]:
    """Insert one event for each happening, in their order, with a single INSERT; the rules are those of `record`."""
    return AuditEvent.objects.bulk_create([_event(happening, actor, now) for happening in happenings])


def audit_cte(
    *,
    action: str,
    subject: type[models.Model],
    rows: str,
    actor: AbstractBaseUser | None,
    now: datetime,
    data: Mapping[str, AuditValue] | None = None,
) -> tuple[str, list[Any]]:
    """One event for each row of `rows`, an earlier part of a larger statement that returns the `id` of a `subject`; by the rules of `record`.

    Returns the SQL of a part (`WITH report AS (INSERT ... RETURNING id), event AS (<this>) ...`) and its parameters.
    """
    _refuse_words(action, data or {})
    return _PART.format(rows), [
        now,
        action,
        actor.pk if actor else None,
        subject._meta.db_table,
        json.dumps(data or {}),
    ]


def _event(happening: AuditEntry, actor: AbstractBaseUser | None, now: datetime) -> AuditEvent:
    subject = happening.subject
    _refuse_words(happening.action, happening.data)
    return AuditEvent(
        at=now,
        action=happening.action,
        actor_id=actor.pk if actor else None,
        subject_table=subject._meta.db_table if subject else "",
        subject_id=subject.pk if subject else None,
        data=dict(happening.data),
    )


def _refuse_words(action: str, data: Mapping[str, AuditValue]) -> None:
    for name, value in data.items():
        if not is_code(value):
            raise ValueError(f"{action}: {name} is not an id or a code")


def is_code(value: object) -> bool:
    """Whether `value` is an id or a code, or a list of them: nothing that a person writes in words."""
    if isinstance(value, list | tuple):
        return all(isinstance(part, str | int) and is_code(part) for part in value)
    if isinstance(value, str):
        return _CODE.fullmatch(value) is not None
    return value is None or isinstance(value, int)
