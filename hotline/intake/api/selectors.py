"""Queries of the partner API."""

from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from hotline.intake.api import keys
from hotline.intake.selectors import reporter_events
from hotline.intake.status_messages import WAITING
from hotline.models import Partner, PartnerKey, PartnerReport

STATES = ("received", "in_progress", "closed")


def find_key(text: str) -> PartnerKey | None:
    """Return the valid key `text`, with its partner.

    Unknown, wrong and revoked keys take the same time: one query and one comparison.
    """
    row = PartnerKey.objects.select_related("partner").filter(prefix=keys.prefix_of(text)).first()
    same = keys.is_same(text, bytes(row.digest) if row else None)
    return row if row and same and row.revoked_at is None and row.partner.active else None


def keys_of(partner: Partner) -> QuerySet[PartnerKey]:
    """Return all keys of the partner, revoked ones included, the newest first."""
    return partner.keys.select_related("made_by").order_by("-id")


def limit_of(partner: Partner) -> int:
    """Return how many reports the partner may send per hour."""
    return partner.reports_per_hour or int(settings.PARTNER_REPORTS_PER_HOUR)


def find_report(*, partner: Partner, uuid: UUID) -> PartnerReport | None:
    """Return the partner's own report with this id."""
    return PartnerReport.objects.select_related("report").filter(partner=partner, uuid=uuid).first()


def report_status(sent: PartnerReport, now: datetime) -> dict[str, object]:
    """Return the status of a report at `now`: one of `STATES`, and the messages that every reporter sees."""
    events = reporter_events(sent.report, now)
    latest = events[0]
    return {
        "id": str(sent.uuid),
        "reference": sent.reference,
        "state": "closed" if latest.is_end else "received" if latest.phrase == WAITING else "in_progress",
        "told": [
            {
                # To the hour, because minutes would distinguish human actions from automatic ones.
                "at": f"{event.at.astimezone(UTC):%Y-%m-%dT%H}:00:00Z",
                "title": str(event.phrase.title),
                "text": str(event.phrase.text),
            }
            for event in events
        ],
    }
