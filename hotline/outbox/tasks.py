"""The task of outgoing e-mail. A message's row is the queue entry: the next run resumes unfinished work."""

from celery import shared_task
from django.utils import timezone

from hotline.outbox import delivery


@shared_task(name="hotline.send_mail", soft_time_limit=180, time_limit=240)
def send_mail() -> None:
    """Every 15 seconds: send the due messages."""
    delivery.send_due_mail(now=timezone.now())
