"""The task that counts once a day."""

from celery import shared_task
from django.utils import timezone

from awareness.impact.rebuild import is_rebuild_due, rebuild_figures


@shared_task(name="impact.count_impact", soft_time_limit=1800, time_limit=1860)
def count_impact() -> None:
    """Every quarter of an hour: count the figures anew where that has not been done today; running it again does nothing more."""
    now = timezone.now()
    if is_rebuild_due(now=now):
        rebuild_figures(now=now)
