"""Periodic tasks of `common`."""

from datetime import timedelta
from importlib import import_module
from typing import Final

from axes.models import AccessAttempt
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from clicksafely.common.audit import chain, verification
from clicksafely.common.queue import heartbeat
from clicksafely.common.staff.autosave_services import erase_old_unsaved

# Longer than an account stays locked after the sixth failure.
FAILURES_KEPT: Final = timedelta(days=1)


@shared_task(name="common.link_audit_events", ignore_result=True, soft_time_limit=60, time_limit=90, expires=60)
def link_audit_events() -> None:
    """Record the heartbeat that `/readyz` reads, and link the events committed since the last run; every few seconds.

    After an upgrade from 1.0.0 each run also erases transaction numbers of older events.
    """
    heartbeat.record_heartbeat(settings.REDIS_URL)
    chain.link_events()
    chain.erase_old_numbers()


@shared_task(name="common.log_audit_head", ignore_result=True, soft_time_limit=600, time_limit=660)
def log_audit_head() -> None:
    """Log the head of the chain; daily."""
    chain.log_head()


@shared_task(name="common.clear_sessions", ignore_result=True, soft_time_limit=60, time_limit=90)
def clear_sessions() -> None:
    """Delete expired sessions, and failed sign-ins older than a day; hourly."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - FAILURES_KEPT).delete()


@shared_task(name="common.verify_audit_chain", ignore_result=True, soft_time_limit=90, time_limit=120)
def verify_audit_chain() -> None:
    """Continue the unfinished verification of the audit chain for up to half a minute.

    Runs every 15 seconds, and when a verification is requested.
    """
    verification.continue_verification(seconds=30)


@shared_task(name="common.erase_unsaved_forms", ignore_result=True, soft_time_limit=60, time_limit=90)
def erase_unsaved_forms() -> None:
    """Delete unsaved forms older than their retention; daily."""
    erase_old_unsaved(now=timezone.now())
