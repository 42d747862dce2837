"""Periodic tasks of meetings."""

from celery import shared_task

from youthpanel.meetings import storage


@shared_task(name="youthpanel.delete_orphaned_files", soft_time_limit=300, time_limit=330)
def delete_orphaned_files() -> None:
    """Daily: delete files without a meeting."""
    storage.delete_orphans()
