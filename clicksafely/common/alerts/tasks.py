"""Tasks of alerts. The rows are the queue: each run resumes what an earlier one or a lost task has left."""

from celery import shared_task

from clicksafely.common.alerts import delivery, planning, services
from clicksafely.common.clock import database_now
from clicksafely.common.queue.enqueue import enqueue_task


@shared_task(name=services.PLAN_TASK, soft_time_limit=30, time_limit=40)
def plan_alerts() -> None:
    """Open alerts and take the steps that are due. Runs when an alert is raised, and every 15 seconds."""
    now = database_now()
    if planning.plan_alerts(now=now):
        enqueue_task(services.SEND_TASK)
    planning.record_planning(now=now)


@shared_task(name=services.SEND_TASK, soft_time_limit=180, time_limit=240)
def send_messages() -> None:
    """Send the due messages, in the worker for third-party servers. Runs when messages are planned, and every 15 seconds."""
    now = database_now()
    delivery.send_due_messages(now=now)
    delivery.record_sending(now=now)


@shared_task(name="alerts.delete_old_alerts", soft_time_limit=60, time_limit=90)
def delete_old_alerts() -> None:
    """Once a day: delete the alerts whose retention has ended."""
    services.delete_old_alerts(now=database_now())
