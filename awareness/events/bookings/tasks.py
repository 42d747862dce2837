"""What bookings do by the clock. Each may be run twice."""

from celery import shared_task
from django.utils import timezone

from awareness.events.bookings import emails, services
from awareness.events.bookings import emails as bookings_emails

SECONDS = 45


@shared_task(name="events.send_emails", soft_time_limit=180, time_limit=240)
def send_letters() -> None:
    """Every 15 seconds: send the letters that are due."""
    bookings_emails.send_due_emails(now=timezone.now(), seconds=SECONDS)


@shared_task(name="events.read_bounces", soft_time_limit=180, time_limit=240)
def read_bounces() -> None:
    """Every minute: look for letters that came back."""
    emails.process_booking_bounces()


@shared_task(name="events.process_waiting_lists", soft_time_limit=120, time_limit=150)
def settle_waiting_lists() -> None:
    """Every minute: end offers that ran out and offer their places on; tell who waited in vain."""
    services.lapse_offers(now=timezone.now())
    services.close_waiting_lists(now=timezone.now())


@shared_task(name="events.queue_reminders", soft_time_limit=120, time_limit=150)
def queue_reminders() -> None:
    """Every ten minutes: remind who comes in a week or a day."""
    services.queue_reminders(now=timezone.now())


@shared_task(name="events.anonymise_bookings", soft_time_limit=120, time_limit=150)
def erase_bookings() -> None:
    """Hourly: erase who booked what ended 30 days ago."""
    services.anonymise_due_bookings(now=timezone.now())
