"""Tasks of triage. The state of a report is the queue, so the sweep recovers lost tasks."""

from celery import shared_task
from django.utils import timezone

from clicksafely.common.queue.retries import DATABASE_RETRIES
from hotline.hosting.enqueue import TASK, enqueue_lookups
from hotline.triage import host_priority, services

SECONDS = 10


@shared_task(name="hotline.triage_report", soft_time_limit=20, time_limit=30, **DATABASE_RETRIES)
def triage_report(*, report_id: int) -> None:
    """Triage one report. Idempotent."""
    if services.triage_report(report_id=report_id, now=timezone.now()):
        enqueue_lookups()


@shared_task(name="hotline.triage_reports", soft_time_limit=30, time_limit=40, **DATABASE_RETRIES)
def triage_reports(*, report_ids: list[int]) -> None:
    """Triage reports that arrived together. Idempotent."""
    if services.triage_reports(report_ids=report_ids, now=timezone.now(), seconds=SECONDS):
        enqueue_lookups()


@shared_task(name="hotline.sweep_received", soft_time_limit=30, time_limit=40)
def sweep_received() -> None:
    """Every 15 seconds: triage received reports without a task."""
    if services.sweep_received(now=timezone.now(), seconds=SECONDS):
        enqueue_lookups()


@shared_task(name=TASK, soft_time_limit=30, time_limit=40)
def look_up_hosts(*, at_least: int = 0) -> None:
    """After triage, and every 15 seconds: look up due hosts, in the worker for third-party servers."""
    host_priority.look_up_hosts(now=timezone.now(), seconds=SECONDS, at_least=at_least)
