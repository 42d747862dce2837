"""Task that counts the figures once a day."""

from celery import shared_task
from django.utils import timezone

from hotline.statistics.rebuild import is_rebuild_due, rebuild_statistics


@shared_task(name="hotline.refresh_statistics", soft_time_limit=3 * 3600, time_limit=3 * 3600 + 60)
def refresh_statistics() -> None:
    """Rebuild the figures if not yet done today. Runs every quarter of an hour; idempotent."""
    now = timezone.now()
    if is_rebuild_due(now=now):
        rebuild_statistics(now=now)
