"""The post's task. A message's row is the queue: what a run does not send, the next one does."""

from celery import shared_task
from django.utils import timezone

from hotline.outbox import delivery

SECONDS = 45


@shared_task(name="hotline.send_mail", soft_time_limit=180, time_limit=240)
def send_mail() -> None:
    """Every 15 seconds: send what is due."""
    delivery.send_due_mail(now=timezone.now(), seconds=SECONDS)
