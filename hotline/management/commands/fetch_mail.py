"""Reads the mailbox now; the worker does the same every minute."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from hotline.intake.email import mailbox_lease, mailbox_reader


class Command(BaseCommand):
    help = "Take in every message of the mailbox that MAIL_IMAP_URL names. Exit status 1 where it cannot be read to its end."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run after run, until nothing new comes."""
        if not settings.MAIL_IMAP_URL:
            mailbox_lease.clear_mailbox_state()
            raise CommandError("No mailbox is configured: set MAIL_IMAP_URL.")
        while True:
            outcome = mailbox_reader.fetch_mail()
            if outcome.busy:
                self.stdout.write("The mailbox is being read already.")
                return
            self.stdout.write(f"{outcome.new} taken in, {outcome.known} known before, {outcome.left} left.")
            if outcome.error:
                with translation.override("en"):
                    raise CommandError(f"The mailbox could not be read to its end: {outcome.error.label}.")
            if not outcome.left or not outcome.new:
                return
