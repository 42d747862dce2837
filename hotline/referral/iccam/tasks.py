"""The task that exchanges with ICCAM. A report's row is the queue: what a run does not bring about, the next one does."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.iccam import sync

SECONDS = 45


@shared_task(name="hotline.sync_iccam", soft_time_limit=240, time_limit=280)
def sync_iccam() -> None:
    """Every 15 seconds: tell ICCAM what it lacks."""
    sync.sync_due_reports(now=timezone.now(), seconds=SECONDS)
