"""What happens in the records by itself."""

from celery import shared_task
from django.utils import timezone

from youthpanel.members import retention


@shared_task(name="youthpanel.apply_retention", soft_time_limit=300, time_limit=330)
def apply_retention() -> None:
    """Every six hours: who was 18 at the end of the last year has left; who left long enough ago is forgotten."""
    now = timezone.now()
    retention.end_memberships(now=now)
    retention.erase_former_members(now=now)
