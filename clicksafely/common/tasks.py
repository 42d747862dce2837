"""Recurring tasks of the common ground."""

from importlib import import_module

from celery import shared_task
from django.conf import settings

from clicksafely.common import chain, heartbeat


@shared_task(name="common.chain_audit", ignore_result=True, soft_time_limit=60, time_limit=90, expires=60)
def chain_audit() -> None:
    """Leave the sign of life that `/readyz` looks for, and link the events committed since the last run; every few seconds."""
    heartbeat.beat(settings.REDIS_URL)
    chain.link_events()


@shared_task(name="common.log_audit_head", ignore_result=True, soft_time_limit=600, time_limit=660)
def log_audit_head() -> None:
    """Put the head of the chain in the log; daily."""
    chain.log_head()


@shared_task(name="common.clear_sessions", ignore_result=True, soft_time_limit=60, time_limit=90)
def clear_sessions() -> None:
    """Erase sessions that have ended, with what was kept in them; hourly."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
