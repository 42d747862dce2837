"""The task of the ICCAM exchange. A report's row is the queue entry: the next run resumes unfinished work."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.iccam import sync


@shared_task(name="hotline.sync_iccam", soft_time_limit=240, time_limit=280)
def sync_iccam() -> None:
    """Every 15 seconds: send ICCAM the missing updates."""
    sync.sync_due_reports(now=timezone.now())
