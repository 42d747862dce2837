"""The task of notices. A notice's row is the queue: what a run does not do, the next one does."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.notices import planning, sending, stepping

SECONDS = 45


@shared_task(name="hotline.send_notices", soft_time_limit=180, time_limit=240)
def send_notices() -> None:
    """Every minute: put what is due to hosts into notices, end what is about nothing any more, send what is due."""
    now = timezone.now()
    planning.plan_notices(now=now)
    stepping.end_what_is_gone(now=now)
    sending.send_due(now=now, seconds=SECONDS)
