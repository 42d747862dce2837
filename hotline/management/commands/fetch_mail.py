"""`manage.py fetch_mail`: reads the mailbox now; the worker does so every minute."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from hotline.intake.email import mailbox_lease, mailbox_reader


class Command(BaseCommand):
    help = "Import all messages of the mailbox in MAIL_IMAP_URL. Exit status 1 if reading fails."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read in batches until no new messages are left."""
        if not settings.MAIL_IMAP_URL:
            mailbox_lease.clear_mailbox_state()
            raise CommandError("No mailbox is configured: set MAIL_IMAP_URL.")
        while True:
            outcome = mailbox_reader.fetch_mail()
            if outcome.busy:
                self.stdout.write("Another process is reading the mailbox.")
                return
            self.stdout.write(
                f"{outcome.new} taken in, {outcome.already_stored} known before, {outcome.remaining} left."
            )
            if outcome.error:
                with translation.override("en"):
                    raise CommandError(f"Reading the mailbox failed: {outcome.error.label}.")
            if not outcome.remaining or not outcome.new:
                return
