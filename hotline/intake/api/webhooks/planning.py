"""Plans the messages of webhooks about changed statuses of partners' reports."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from clicksafely.common.clock import hour_of
from hotline.intake.api.selectors import status_of
from hotline.intake.api.webhooks.selectors import sending_webhooks
from hotline.models import PartnerReport, PartnerWebhook, ReportStatus, WebhookMessage
from hotline.states import ReportState

# Of one run; the next run, a minute later, continues.
RUN_SECONDS: Final = 10.0
_BATCH: Final = 100


def plan_messages(*, now: datetime, seconds: float = RUN_SECONDS) -> int:
    """Queue a message for each report whose status has changed; return their number. Ends after about `seconds`.

    The status of an open report is compared with the one sent last. It is that of polling, so a webhook reveals nothing
    sooner. Each report is checked once an hour, so that messages do not reveal the minute of an action.
    """
    ends, planned = time.monotonic() + seconds, 0
    for webhook in sending_webhooks().order_by("pk"):
        for sent in _to_check(webhook, now):
            planned += _plan(webhook, sent.pk, now)
            if time.monotonic() > ends:
                break
        else:
            continue
        break
    waiting = WebhookMessage.objects.filter(delivered=False).values("webhook")
    sending_webhooks().filter(due_at=None, pk__in=waiting).update(due_at=hour_of(now))
    return planned


def _to_check(webhook: PartnerWebhook, now: datetime) -> Iterator[PartnerReport]:
    """Yield the partner's reports that were not checked in this hour and whose status may have changed."""
    unchecked = Q(status_checked_at=None) | Q(status_checked_at__lt=hour_of(now))
    rows = PartnerReport.objects.filter(unchecked, partner=webhook.partner_id)
    open_rows = rows.exclude(told_status=ReportStatus.CLOSED).exclude(report__state=ReportState.ANONYMISED)
    reopened = rows.filter(told_status=ReportStatus.CLOSED, report__reopened_at__isnull=False)
    for found in (open_rows, reopened):
        yield from _batches(found.order_by(F("status_checked_at").asc(nulls_first=True), "pk"))


def _batches(rows: QuerySet[PartnerReport]) -> Iterator[PartnerReport]:
    """Yield rows in batches; each checked row leaves the query."""
    while batch := list(rows[:_BATCH]):
        yield from batch


@transaction.atomic
def _plan(webhook: PartnerWebhook, pk: int, now: datetime) -> int:
    """Check a report; return 1 if a message was queued. For a report received before the webhook, only later changes are sent."""
    sent = PartnerReport.objects.select_for_update(of=("self",)).select_related("report").get(pk=pk)
    status = status_of(sent.report, now)
    is_new = sent.report.received_at >= hour_of(webhook.set_at)
    reported_status = sent.told_status or (ReportStatus.RECEIVED if is_new else status)
    if reported_status != status:
        webhook.messages.create(partner_report=sent, status=status, hour=hour_of(now))
    sent.told_status, sent.status_checked_at = status, hour_of(now)
    sent.save(update_fields=["told_status", "status_checked_at"])
    return int(reported_status != status)
