"""Periodic tasks of member records."""

from celery import shared_task
from django.utils import timezone

from youthpanel.members import retention, services


@shared_task(name="youthpanel.apply_retention", soft_time_limit=300, time_limit=330)
def apply_retention() -> None:
    """Every six hours: end memberships by age, and erase former members after the retention period."""
    now = timezone.now()
    retention.end_memberships(now=now)
    retention.erase_former_members(now=now)


@shared_task(name="youthpanel.remind_of_consents", soft_time_limit=180, time_limit=240)
def remind_of_consents() -> None:
    """Daily: remind the coordinators of consents that end soon by e-mail, in the worker for third-party servers."""
    services.remind_coordinators(now=timezone.now())
