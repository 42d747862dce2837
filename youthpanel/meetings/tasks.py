"""Periodic tasks of meetings."""

from celery import shared_task
from django.utils import timezone

from youthpanel.meetings import notifications, storage


@shared_task(name="youthpanel.notify_incidents", soft_time_limit=180, time_limit=240)
def notify_incidents() -> None:
    """Every minute: notify the safeguarding lead of new incident notes."""
    notifications.notify_safeguarding_lead(now=timezone.now())


@shared_task(name="youthpanel.delete_orphaned_files", soft_time_limit=300, time_limit=330)
def delete_orphaned_files() -> None:
    """Daily: delete files without a meeting."""
    storage.delete_orphans()
