"""The task that reads the mailbox."""

from celery import shared_task
from django.conf import settings

from hotline.intake.email import mailbox_reader


@shared_task(name="hotline.fetch_mail")
def fetch_mail() -> None:
    """Every minute, where there is a mailbox: take in what is in it. What goes wrong with it is written down and seen at the desk."""
    if settings.MAIL_IMAP_URL:
        mailbox_reader.fetch_mail()
