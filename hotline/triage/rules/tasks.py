"""The task of the rules. Unsettled rules are the queue: what a broker or a worker loses, the next round finds again."""

from datetime import UTC, datetime

from celery import shared_task
from django.utils import timezone

from hotline.triage.rules import services
from hotline.triage.rules.enqueue import SETTLE

SECONDS = 20


@shared_task(name=SETTLE, soft_time_limit=60, time_limit=80)
def apply_rule_changes(*, after: int = 0, begun: float | None = None) -> None:
    """When a rule has changed, and every minute: hold what waits for review against the rules, in parts of 20 seconds."""
    now = timezone.now()
    start = datetime.fromtimestamp(begun, UTC) if begun else now
    left = services.apply_rule_changes(now=now, seconds=SECONDS, after=after, begun=start)
    if left is not None:
        apply_rule_changes.apply_async(kwargs={"after": left, "begun": start.timestamp()}, retry=False)
