"""Periodic tasks of bookings; all are idempotent."""

from celery import shared_task
from django.utils import timezone

from awareness.events.bookings import emails, services


@shared_task(name="events.send_emails", soft_time_limit=180, time_limit=240)
def send_emails() -> None:
    """Send due e-mails; every 15 seconds."""
    emails.send_due_emails(now=timezone.now())


@shared_task(name="events.read_bounces", soft_time_limit=180, time_limit=240)
def read_bounces() -> None:
    """Process bounces; every minute."""
    emails.process_booking_bounces()


@shared_task(name="events.process_waiting_lists", soft_time_limit=120, time_limit=150)
def process_waiting_lists() -> None:
    """End expired offers, offer their places and close waiting lists; every minute."""
    services.expire_offers(now=timezone.now())
    services.close_waiting_lists(now=timezone.now())


@shared_task(name="events.queue_reminders", soft_time_limit=120, time_limit=150)
def queue_reminders() -> None:
    """Queue reminders a week and a day before a date; every ten minutes."""
    services.queue_reminders(now=timezone.now())


@shared_task(name="events.anonymise_bookings", soft_time_limit=120, time_limit=150)
def anonymise_bookings() -> None:
    """Anonymise bookings 30 days after the date; hourly."""
    services.anonymise_due_bookings(now=timezone.now())
