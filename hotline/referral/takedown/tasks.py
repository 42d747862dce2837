"""The task of notices. A notice's row is the queue entry: the next run resumes unfinished work."""

from celery import shared_task
from django.utils import timezone

from hotline.referral.takedown import delivery, plan, queue


@shared_task(name="hotline.send_notices", soft_time_limit=180, time_limit=240)
def send_notices() -> None:
    """Every minute: plan notices for due referrals, close notices without content, send due messages."""
    now = timezone.now()
    plan.plan_notices(now=now)
    queue.close_notices_without_content(now=now)
    delivery.send_due_notices(now=now)
