"""Task of the triage rules. Unsettled rules are the queue, so the next round recovers lost tasks."""

from datetime import UTC, datetime

from celery import shared_task
from django.utils import timezone

from hotline.triage.rules import services
from hotline.triage.rules.services import APPLY_TASK

SECONDS = 20


@shared_task(name=APPLY_TASK, soft_time_limit=60, time_limit=80)
def apply_rule_changes(*, after: int = 0, begun: float | None = None) -> None:
    """After a rule change, and every minute: apply the rules to items waiting for review, for 20 seconds per task."""
    now = timezone.now()
    start = datetime.fromtimestamp(begun, UTC) if begun else now
    last_item = services.apply_rule_changes(now=now, seconds=SECONDS, after=after, begun=start)
    if last_item is not None:
        apply_rule_changes.apply_async(kwargs={"after": last_item, "begun": start.timestamp()}, retry=False)
