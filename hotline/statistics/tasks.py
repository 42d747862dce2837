"""The task that counts once a day."""

from celery import shared_task
from django.utils import timezone

from hotline.statistics.rebuild import is_rebuild_due, rebuild_statistics


@shared_task(name="hotline.refresh_statistics", soft_time_limit=3 * 3600, time_limit=3 * 3600 + 60)
def refresh_statistics() -> None:
    """Every quarter of an hour: count the figures anew where that has not been done today; running it again does nothing more."""
    now = timezone.now()
    if is_rebuild_due(now=now):
        rebuild_statistics(now=now)
