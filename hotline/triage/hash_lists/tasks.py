"""Tasks of the hash lists. Database rows are the queue, so the sweeps recover lost tasks."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from clicksafely.common.queue.enqueue import enqueue_task
from clicksafely.common.queue.retries import DATABASE_RETRIES
from hotline.models import ListState
from hotline.triage.hash_lists import files, list_import, matching, selectors
from hotline.triage.hash_lists.file_services import MATCH_TASK
from hotline.triage.hash_lists.list_services import ERASE_TASK, IMPORT_TASK, SWEEP_TASK

SECONDS = 10
# Ten million hashes take minutes. A redelivered task finds the list leased and ends.
IMPORT_LIMITS: dict[str, Any] = {"soft_time_limit": 2 * 3600, "time_limit": 2 * 3600 + 60}


@shared_task(name=MATCH_TASK, soft_time_limit=30, time_limit=40, **DATABASE_RETRIES)
def match_hashes(*, report_id: int) -> None:
    """Match the files of one report. Idempotent."""
    matching.match_report(report_id=report_id, now=timezone.now())


@shared_task(name=SWEEP_TASK, soft_time_limit=30, time_limit=40)
def sweep_unmatched() -> None:
    """Every 15 seconds, and after list changes: match waiting reports."""
    matching.sweep_unmatched(now=timezone.now(), seconds=SECONDS)


@shared_task(name=IMPORT_TASK, **IMPORT_LIMITS)
def import_hash_list(*, list_id: int) -> None:
    """Import one list, or resume an interrupted import. Idempotent."""
    if list_import.import_list(list_id=list_id, clock=timezone.now):
        enqueue_task(SWEEP_TASK)
        resume_lists()


@shared_task(name=ERASE_TASK, **IMPORT_LIMITS)
def erase_hash_list(*, list_id: int) -> None:
    """Delete the hashes of one list. Idempotent."""
    list_import.erase_list(list_id=list_id)


@shared_task(name="hotline.sweep_hash_lists", soft_time_limit=60, time_limit=90)
def sweep_hash_lists() -> None:
    """Every minute: resume unfinished lists, and delete unused files."""
    resume_lists()
    files.sweep_files()


def resume_lists() -> None:
    """Enqueue unfinished imports and removals."""
    for hash_list in selectors.unfinished_lists():
        enqueue_task(ERASE_TASK if hash_list.state == ListState.REMOVING else IMPORT_TASK, list_id=hash_list.pk)
