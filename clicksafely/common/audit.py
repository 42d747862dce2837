"""The one writer of the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from clicksafely.common.models import AuditEvent


class Happening(NamedTuple):
    """What `record_many` writes, one row each; `data` holds ids and codes only."""

    action: str
    subject: models.Model | None
    data: Mapping[str, Any]


def record(
    *,
    action: str,
    subject: models.Model | None,
    actor: AbstractBaseUser | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Insert one event in the transaction at hand (one INSERT, no SELECT). `actor` is None for what the system did.

    `action` is a dotted code such as `report.claimed`; `data` holds ids and codes, never personal data; `now` is UTC.
    """
    return record_many([Happening(action, subject, data or {})], actor=actor, now=now)[0]


def record_many(
    happenings: Sequence[Happening], *, actor: AbstractBaseUser | None, now: datetime
) -> list[AuditEvent]:
    """Insert one event for each happening, in their order, with a single INSERT."""
    return AuditEvent.objects.bulk_create(
        AuditEvent(
            at=now,
            action=happening.action,
            actor_id=actor.pk if actor else None,
            subject_table=happening.subject._meta.db_table if happening.subject else "",
            subject_id=happening.subject.pk if happening.subject else None,
            data=dict(happening.data),
        )
        for happening in happenings
    )
