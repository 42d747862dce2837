"""Recurring tasks of the common ground."""

from datetime import timedelta
from importlib import import_module
from typing import Final

from axes.models import AccessAttempt
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from clicksafely.common.audit import chain
from clicksafely.common.queue import heartbeat

# Longer than an account stays closed after the sixth of them.
FAILURES_KEPT: Final = timedelta(days=1)


@shared_task(name="common.link_audit_events", ignore_result=True, soft_time_limit=60, time_limit=90, expires=60)
def link_audit_events() -> None:
    """Leave the sign of life that `/readyz` looks for, and link the events committed since the last run; every few seconds."""
    heartbeat.record_heartbeat(settings.REDIS_URL)
    chain.link_events()


@shared_task(name="common.log_audit_head", ignore_result=True, soft_time_limit=600, time_limit=660)
def log_audit_head() -> None:
    """Put the head of the chain in the log; daily."""
    chain.log_head()


@shared_task(name="common.clear_sessions", ignore_result=True, soft_time_limit=60, time_limit=90)
def clear_sessions() -> None:
    """Erase sessions that have ended, with what was kept in them, and whose name was typed in vain more than a day ago; hourly."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - FAILURES_KEPT).delete()
