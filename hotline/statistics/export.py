"""Exports for partners as CSV or JSON, recorded in the audit trail. They contain exact figures and are not public."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.documents.csv_output import BYTE_ORDER_MARK, render_csv
from hotline.statistics.inhope_export import ExchangeRow, exchange_rows
from hotline.statistics.selectors import counted_at

# The type of content is the last assessment, the action is the outcome of the item.
_NOTICES = """
SELECT c.name, coalesce(said.answers->>'classification', ''), CASE WHEN i.state = 'ended' THEN i.outcome ELSE 'open' END,
    count(DISTINCT n.id), count(*),
    percentile_cont(0.5) WITHIN GROUP (
        ORDER BY floor(extract(epoch FROM w.unavailable_since - least(w.unavailable_since, n.sent_at)) / 3600)
    )
        FILTER (WHERE w.unavailable_since IS NOT NULL AND i.state = 'ended')
FROM hotline_notice n JOIN hotline_noticeitem e ON e.notice_id = n.id
JOIN hotline_abusecontact c ON c.id = n.contact_id JOIN hotline_contentitem i ON i.id = e.item_id
LEFT JOIN LATERAL (
    SELECT a.answers FROM hotline_assessment a WHERE a.item_id = i.id ORDER BY a.id DESC LIMIT 1
) said ON TRUE
LEFT JOIN hotline_availabilitycheck w ON w.item_id = i.id
WHERE n.sent_at >= %s AND n.sent_at < %s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


class FlaggedRow(NamedTuple):
    """Notices to one provider about one type of content with one action; `median_hours` from the notice to the removal.

    `content` is the code of the leading answer, `action` an outcome or "open". A notice about several kinds counts with each.
    """

    provider: str
    content: str
    action: str
    notices: int
    items: int
    median_hours: float | None


def flagged_rows(year: str) -> list[FlaggedRow]:
    """Return the notices sent in a year (Belgrade time)."""
    zone = ZoneInfo(settings.TIME_ZONE)
    with connection.cursor() as cursor:
        cursor.execute(_NOTICES, [datetime(int(year), 1, 1, tzinfo=zone), datetime(int(year) + 1, 1, 1, tzinfo=zone)])
        return [FlaggedRow(*row) for row in cursor.fetchall()]


class Export(models.TextChoices):
    """Available exports."""

    INHOPE = "inhope", _("Figures for INHOPE")
    FLAGGER = "trusted-flagger", _("Yearly report of a trusted flagger")


class ExportFile(NamedTuple):
    """A file for download."""

    name: str
    content_type: str
    body: str


def export_statistics(*, export: Export, period: str, as_json: bool, actor: User, now: datetime) -> ExportFile:
    """Return the figures of `period` (a year for the flagger's report) as a file and record the export."""
    rows: Sequence[Any] = exchange_rows(period) if export == Export.INHOPE else flagged_rows(period)
    columns = ExchangeRow._fields if export == Export.INHOPE else FlaggedRow._fields
    audit_log.record(
        action="statistics.exported", subject=None, actor=actor, now=now, data={"kind": export.value, "period": period}
    )
    name = f"{export.value}-{period}.{'json' if as_json else 'csv'}"
    if as_json:
        return ExportFile(name, "application/json", _json(export, period, rows, now))
    return ExportFile(name, "text/csv; charset=utf-8", BYTE_ORDER_MARK + render_csv(columns, rows))


def _json(export: Export, period: str, rows: Sequence[Any], now: datetime) -> str:
    # INHOPE figures come from the last count, notices are counted now.
    at = counted_at() if export == Export.INHOPE else now
    document = {
        "schema": f"net-patrola-{export.value}/1",
        "period": period,
        "counted_at": at.isoformat() if at else None,
        "rows": [row._asdict() for row in rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
