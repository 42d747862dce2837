"""Periodic tasks of meetings."""

from celery import shared_task
from django.utils import timezone

from youthpanel.meetings import services, storage, subscriptions


@shared_task(name="youthpanel.delete_orphaned_files", soft_time_limit=300, time_limit=330)
def delete_orphaned_files() -> None:
    """Daily: delete files without a meeting."""
    storage.delete_orphans()


@shared_task(name="youthpanel.remind_of_meetings", soft_time_limit=180, time_limit=240)
def remind_of_meetings() -> None:
    """Hourly: remind the coordinators of meetings in two days by e-mail, in the worker for third-party servers."""
    services.remind_coordinators(now=timezone.now())


@shared_task(name="youthpanel.remove_subscriptions", soft_time_limit=60, time_limit=90)
def remove_subscriptions() -> None:
    """Every ten minutes: make calendar URLs of accounts void that no longer see meetings."""
    subscriptions.remove_without_permission()
