"""Periodic tasks of member records."""

from celery import shared_task
from django.utils import timezone

from youthpanel.members import retention


@shared_task(name="youthpanel.apply_retention", soft_time_limit=300, time_limit=330)
def apply_retention() -> None:
    """Every six hours: end memberships by age, and erase former members after the retention period."""
    now = timezone.now()
    retention.end_memberships(now=now)
    retention.erase_former_members(now=now)
