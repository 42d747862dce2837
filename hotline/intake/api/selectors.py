"""Queries of the partner API."""

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

from hotline.intake.api import keys
from hotline.intake.selectors import ReporterEvent, reporter_events
from hotline.intake.status_messages import WAITING
from hotline.models import Partner, PartnerKey, PartnerReport, Report, ReportStatus
from hotline.models.report import REPORTER_COLUMNS

# Reports per hour of a partner without its own limit.
REPORTS_PER_HOUR = 1000


def find_key(text: str) -> PartnerKey | None:
    """Return the valid key `text`, with its partner.

    Unknown, wrong and revoked keys take the same time: one query and one comparison.
    """
    # The columns that the public site may read.
    read = PartnerKey.objects.select_related("partner").only(
        "digest", "last_used_at", "revoked_at", "partner__uuid", "partner__active", "partner__reports_per_hour"
    )
    row = read.filter(prefix=keys.prefix_of(text)).first()
    same = keys.is_same(text, bytes(row.digest) if row else None)
    return row if row and same and row.revoked_at is None and row.partner.active else None


def keys_of(partner: Partner) -> QuerySet[PartnerKey]:
    """Return all keys of the partner, revoked ones included, the newest first."""
    return partner.keys.select_related("created_by").order_by("-id")


def limit_of(partner: Partner) -> int:
    """Return how many reports the partner may send per hour."""
    return partner.reports_per_hour or REPORTS_PER_HOUR


def find_report(*, partner: Partner, uuid: UUID) -> PartnerReport | None:
    """Return the partner's own report with this id."""
    read = ["uuid", "reference", *(f"report__{column}" for column in REPORTER_COLUMNS)]
    return PartnerReport.objects.select_related("report").only(*read).filter(partner=partner, uuid=uuid).first()


def report_status(sent: PartnerReport, now: datetime) -> dict[str, object]:
    """Return the status of a report at `now`: a ReportStatus, and the messages that every reporter sees."""
    events = reporter_events(sent.report, now)
    numbers = _numbers() if sent.report.needs_help_lines or events[0].phrase.needs_help_lines else ""
    return {
        "id": str(sent.uuid),
        "reference": sent.reference,
        "state": _status(events[0]).value,
        "told": [
            {
                # To the hour, because minutes would distinguish human actions from automatic ones.
                "at": f"{event.at.astimezone(UTC):%Y-%m-%dT%H}:00:00Z",
                "title": str(event.phrase.title),
                "text": " ".join(filter(None, [str(event.phrase.text), numbers if event == events[0] else ""])),
            }
            for event in events
        ],
    }


def _numbers() -> str:
    """Return a sentence with the help lines."""
    # The help lines are in every page's context, and so available here.
    return render_to_string("public/hotline/report/help_lines.txt", request=HttpRequest()).strip()


def status_of(report: Report, now: datetime) -> ReportStatus:
    """Return the status of a report as its partner may know it at `now`."""
    return _status(reporter_events(report, now)[0])


def _status(latest: ReporterEvent) -> ReportStatus:
    if latest.is_end:
        return ReportStatus.CLOSED
    return ReportStatus.RECEIVED if latest.phrase == WAITING else ReportStatus.IN_PROGRESS
