"""Periodic task of requests for a visit; idempotent."""

from celery import shared_task
from django.utils import timezone

from awareness.events.visits.services import erase_due_visit_requests


@shared_task(name="events.erase_visit_requests", soft_time_limit=120, time_limit=150)
def erase_visit_requests() -> None:
    """Erase the contact persons of old requests for a visit; hourly."""
    erase_due_visit_requests(now=timezone.now())
