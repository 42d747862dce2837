"""Periodic tasks of member authentication."""

from celery import shared_task
from django.utils import timezone

from youthpanel.member_auth import services


@shared_task(name="youthpanel.delete_expired_sessions", soft_time_limit=60, time_limit=90)
def delete_expired_sessions() -> None:
    """Every ten minutes: delete sessions that have ended, and old codes. Idempotent."""
    services.delete_expired(now=timezone.now())
