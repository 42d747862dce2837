"""Exports for partners: written as CSV or JSON, and noted in the audit trail. Exact figures: they go to whom they are for, not to the public."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _

from clicksafely.common import audit
from clicksafely.common.figures.spreadsheets import as_csv
from hotline.statistics.exchange import ExchangeRow, exchange_rows
from hotline.statistics.flagging import FlaggedRow, flagged_rows
from hotline.statistics.selectors import counted_at


class Export(models.TextChoices):
    """What can be exported."""

    INHOPE = "inhope", _("Figures for INHOPE")
    FLAGGER = "trusted-flagger", _("Yearly report of a trusted flagger")


class File(NamedTuple):
    """A file to be handed out."""

    name: str
    content_type: str
    body: str


def export_figures(*, export: Export, period: str, as_json: bool, actor: User, now: datetime) -> File:
    """The figures of `period` (of the flagger's report: a year) as a file; that somebody took them is recorded."""
    rows: Sequence[Any] = exchange_rows(period) if export == Export.INHOPE else flagged_rows(period)
    columns = ExchangeRow._fields if export == Export.INHOPE else FlaggedRow._fields
    audit.record(
        action="figures.exported", subject=None, actor=actor, now=now, data={"kind": export.value, "period": period}
    )
    name = f"{export.value}-{period}.{'json' if as_json else 'csv'}"
    if as_json:
        return File(name, "application/json", _json(export, period, rows, now))
    return File(name, "text/csv; charset=utf-8", as_csv(columns, rows))


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
