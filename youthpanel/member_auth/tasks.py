"""What happens at the members' door by itself."""

from celery import shared_task
from django.utils import timezone

from youthpanel.member_auth import services


@shared_task(name="youthpanel.delete_expired_sessions", soft_time_limit=60, time_limit=90)
def delete_expired_sessions() -> None:
    """Every ten minutes: sessions that have ended go. Running it again does nothing more."""
    services.delete_expired(now=timezone.now())
