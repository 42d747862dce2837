"""Tasks of safeguarding. The rows are the queue."""

from celery import shared_task
from django.utils import timezone

from youthpanel.safeguarding import alerts, services


@shared_task(name="youthpanel.notify_safeguarding", soft_time_limit=180, time_limit=240)
def notify_safeguarding() -> None:
    """Every minute: notify the lead and the deputy of new notes by e-mail, in the worker for third-party servers."""
    services.notify_leads(now=timezone.now())


@shared_task(name=alerts.ALERT_TASK, soft_time_limit=60, time_limit=90)
def alert_safeguarding() -> None:
    """Raise alerts of urgent notes and overdue actions. Runs when a note is written, and every 30 seconds."""
    alerts.raise_due_alerts(now=timezone.now())


@shared_task(name="youthpanel.erase_safeguarding_notes", soft_time_limit=60, time_limit=90)
def erase_safeguarding_notes() -> None:
    """Daily: erase the closed notes whose retention has ended, where notes may be deleted."""
    services.erase_closed_notes(now=timezone.now())
