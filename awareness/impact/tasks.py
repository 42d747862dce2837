"""Periodic task that recounts the figures."""

from celery import shared_task
from django.utils import timezone

from awareness.impact.rebuild import is_rebuild_due, rebuild_figures


@shared_task(name="impact.count_impact", soft_time_limit=1800, time_limit=1860)
def count_impact() -> None:
    """Every 15 minutes: recount the figures unless counted today. Idempotent."""
    now = timezone.now()
    if is_rebuild_due(now=now):
        rebuild_figures(now=now)
