"""Periodic task that reads the mailbox."""

from celery import shared_task
from django.conf import settings

from hotline.intake.email import mailbox_reader


@shared_task(name="hotline.fetch_mail")
def fetch_mail() -> None:
    """Every minute, if a mailbox is configured: ingest its messages. Errors are recorded and shown on "My work"."""
    if settings.MAIL_IMAP_URL:
        mailbox_reader.fetch_mail()
