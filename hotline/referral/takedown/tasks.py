"""The task of notices. A notice's row is the queue: what a run does not do, the next one does."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.takedown import delivery, progress
from hotline.referral.takedown import progress as takedown_progress

SECONDS = 45


@shared_task(name="hotline.send_notices", soft_time_limit=180, time_limit=240)
def send_notices() -> None:
    """Every minute: put what is due to hosts into notices, end what is about nothing any more, send what is due."""
    now = timezone.now()
    progress.plan_notices(now=now)
    takedown_progress.close_notices_without_content(now=now)
    delivery.send_due_notices(now=now, seconds=SECONDS)
