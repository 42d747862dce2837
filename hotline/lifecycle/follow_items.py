"""Updates reports whose items are handled in another case, on separate dates (ADR 0051)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from hotline.lifecycle.transitions import advance_report
from hotline.models import ContentItem, Report
from hotline.states import FINAL, ItemState, ReportState

AT_ONCE = 200
_OPEN = [state for state in ReportState if state not in FINAL and state != ReportState.RECEIVED]


def update_other_reports(*, item: ContentItem, report: Report, now: datetime) -> None:
    """Update the state of unclaimed reports of `item`, except `report`.

    Locked rows are skipped, to avoid deadlocks, and at most `AT_ONCE` are updated. `update_waiting_reports` updates the rest.
    """
    others = item.reports.filter(state__in=_OPEN, claimed_by__isnull=True).exclude(pk=report.pk)
    for other in others.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:AT_ONCE]:
        advance_report(report=other, actor=None, now=now)


def update_report(*, report_id: int, now: datetime) -> None:
    """Update the state of one report, unless it is held or locked."""
    with transaction.atomic():
        free = Report.objects.filter(pk=report_id, state__in=_OPEN, claimed_by__isnull=True)
        for report in free.select_for_update(skip_locked=True):
            advance_report(report=report, actor=None, now=now)


def update_waiting_reports(*, now: datetime) -> int:
    """Close reports with closed items whose date is due; return their number (at most 1,000 per call)."""
    free = Report.objects.filter(claimed_by__isnull=True, queue__isnull=True, state__in=_OPEN)
    due = free.filter(earliest_end_at__lte=now).order_by("earliest_end_at")
    # Reports that were locked or beyond the limit when their last item was closed.
    missed = free.filter(state=ReportState.TRIAGED, earliest_end_at__isnull=True)
    unfinished = ContentItem.objects.filter(reports=OuterRef("pk")).exclude(state=ItemState.ENDED)
    ids = [pk for found in (due, missed) for pk in found.filter(~Exists(unfinished)).values_list("pk", flat=True)[:500]]
    for report_id in ids:
        update_report(report_id=report_id, now=now)
    return len(ids)
