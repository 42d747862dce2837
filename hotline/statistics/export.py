"""Exports for partners: written as CSV or JSON, and noted in the audit trail. Exact figures: they go to whom they are for, not to the public."""

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
from clicksafely.common.documents.csv_output import render_csv
from hotline.statistics.inhope_export import ExchangeRow, exchange_rows
from hotline.statistics.selectors import counted_at

# What a notice names is of the kind that was said last; what was done about it is what became of it.
_NOTICES = """
SELECT c.name, coalesce(said.answers->>'classification', ''), CASE WHEN i.state = 'ended' THEN i.outcome ELSE 'open' END,
    count(DISTINCT n.id), count(*),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY floor(extract(epoch FROM w.gone_at - least(w.gone_at, n.sent_at)) / 3600))
        FILTER (WHERE w.gone_at IS NOT NULL AND i.state = 'ended')
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
    """What one provider was told of one kind of content, as far as it came to the same: `median_hours` from the notice until it was gone.

    `content` is the code of the leading answer, `action` an outcome or "open". A notice about several kinds counts with each.
    """

    provider: str
    content: str
    action: str
    notices: int
    items: int
    median_hours: float | None


def flagged_rows(year: str) -> list[FlaggedRow]:
    """The notices that went out in a year of Belgrade's calendar."""
    zone = ZoneInfo(settings.TIME_ZONE)
    with connection.cursor() as cursor:
        cursor.execute(_NOTICES, [datetime(int(year), 1, 1, tzinfo=zone), datetime(int(year) + 1, 1, 1, tzinfo=zone)])
        return [FlaggedRow(*row) for row in cursor.fetchall()]


class Export(models.TextChoices):
    """What can be exported."""

    INHOPE = "inhope", _("Figures for INHOPE")
    FLAGGER = "trusted-flagger", _("Yearly report of a trusted flagger")


class ExportFile(NamedTuple):
    """A file to be handed out."""

    name: str
    content_type: str
    body: str


def export_statistics(*, export: Export, period: str, as_json: bool, actor: User, now: datetime) -> ExportFile:
    """The figures of `period` (of the flagger's report: a year) as a file; that somebody took them is recorded."""
    rows: Sequence[Any] = exchange_rows(period) if export == Export.INHOPE else flagged_rows(period)
    columns = ExchangeRow._fields if export == Export.INHOPE else FlaggedRow._fields
    audit_log.record(
        action="statistics.exported", subject=None, actor=actor, now=now, data={"kind": export.value, "period": period}
    )
    name = f"{export.value}-{period}.{'json' if as_json else 'csv'}"
    if as_json:
        return ExportFile(name, "application/json", _json(export, period, rows, now))
    return ExportFile(name, "text/csv; charset=utf-8", render_csv(columns, rows))


def _json(export: Export, period: str, rows: Sequence[Any], now: datetime) -> str:
    # The figures for INHOPE are those of the last count, the notices those of this moment.
    at = counted_at() if export == Export.INHOPE else now
    document = {
        "schema": f"net-patrola-{export.value}/1",
        "period": period,
        "counted_at": at.isoformat() if at else None,
        "rows": [row._asdict() for row in rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
