"""Triage's tasks. A report's state is the queue: what a broker or a worker loses, the sweep finds again."""

from typing import Any

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from hotline.hosting.enqueue import TASK, enqueue_lookups
from hotline.triage import host_priority, services

SECONDS = 10
AGAIN: dict[str, Any] = {
    "autoretry_for": (OperationalError, InterfaceError),
    "max_retries": 4,
    "retry_backoff": 1,
    "retry_backoff_max": 8,
    "retry_jitter": True,
}


@shared_task(name="hotline.triage_report", soft_time_limit=20, time_limit=30, **AGAIN)
def triage_report(*, report_id: int) -> None:
    """Triage one report; running it again does nothing more."""
    if services.triage_report(report_id=report_id, now=timezone.now()):
        enqueue_lookups()


@shared_task(name="hotline.triage_reports", soft_time_limit=30, time_limit=40, **AGAIN)
def triage_reports(*, report_ids: list[int]) -> None:
    """Triage reports that arrived together; running it again does nothing more."""
    if services.triage_reports(report_ids=report_ids, now=timezone.now(), seconds=SECONDS):
        enqueue_lookups()


@shared_task(name="hotline.sweep_received", soft_time_limit=30, time_limit=40)
def sweep_received() -> None:
    """Every 15 seconds: triage what no task has reached."""
    if services.sweep_received(now=timezone.now(), seconds=SECONDS):
        enqueue_lookups()


@shared_task(name=TASK, soft_time_limit=30, time_limit=40)
def look_up_hosts(*, at_least: int = 0) -> None:
    """Soon after triage, and every 15 seconds: look up what is due; in the worker that waits for servers of others."""
    host_priority.look_up_hosts(now=timezone.now(), seconds=SECONDS, at_least=at_least)
