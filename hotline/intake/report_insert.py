"""Inserts a report, its encrypted texts and its audit event in one SQL statement."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.models import Report, SealedText

# Three ORM statements in a transaction take longer than the encryption. Of two concurrent inserts, the second may
# conflict on the receipt before the state digest, hence DO NOTHING on any conflict.
_KEEP = """
    WITH report AS (
        INSERT INTO hotline_report ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING RETURNING id
    ), text AS (
        INSERT INTO hotline_sealedtext (report_id, field, uuid, sealed)
        SELECT report.id, text.* FROM report, unnest(%s::text[], %s::uuid[], %s::bytea[]) AS text
    ), event AS (
        {event}
    )
    SELECT id FROM report
"""


def insert_report(
    *, report: Report, texts: Sequence[SealedText], actor: User | None, data: Mapping[str, audit_log.AuditValue]
) -> bool:
    """Insert a report with its texts, unsaved and without a report, and the audit event `report.received`, and set its id.

    Returns False and writes nothing if a report with the same `state_digest` exists or is committed concurrently.
    Raises IntegrityError if the receipt or UUID is taken.
    """
    event, event_values = audit_log.audit_cte(
        action="report.received", subject=Report, rows="report", actor=actor, now=report.received_at, data=data
    )
    # Resolved once, not for every field.
    database = connections[DEFAULT_DB_ALIAS]
    columns: list[Any] = [
        field.get_db_prep_save(getattr(report, field.attname), database)
        for field in Report._meta.concrete_fields
        if not field.primary_key
    ]
    of_texts: list[Any] = [
        [str(text.field) for text in texts],
        [text.uuid for text in texts],
        [text.sealed for text in texts],
    ]
    with database.cursor() as cursor:
        cursor.execute(_statement(event), [*columns, *of_texts, *event_values])
        row = cursor.fetchone()
    if row:
        report.pk, report._state.adding = row[0], False
    elif not Report.objects.filter(state_digest=report.state_digest).exists():
        raise IntegrityError("another report has this receipt or id")
    return row is not None


def _statement(event: str) -> str:
    columns = [str(field.column) for field in Report._meta.concrete_fields if not field.primary_key]
    places = ", ".join(["%s"] * len(columns))
    return _KEEP.format(columns=", ".join(columns), places=places, event=event)
