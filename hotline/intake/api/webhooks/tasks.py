"""Tasks of partners' webhooks. The rows are the queue: the next run resumes unfinished work."""

from celery import shared_task
from django.utils import timezone

from hotline.intake.api.webhooks import delivery, planning


@shared_task(name="hotline.plan_partner_webhooks", soft_time_limit=60, time_limit=90)
def plan_partner_webhooks() -> None:
    """Every minute: queue messages for reports whose status has changed."""
    planning.plan_messages(now=timezone.now())


@shared_task(name="hotline.send_partner_webhooks", soft_time_limit=120, time_limit=180)
def send_partner_webhooks() -> None:
    """Every 15 seconds: send the due messages."""
    delivery.send_due_messages(now=timezone.now())
