"""Command that verifies the audit trail."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clicksafely.common.audit.chain import ChainHead, verify_chain
from clicksafely.common.models import MAX_UNLINKED_AGE


class Command(BaseCommand):
    help = "Verify the chain of the audit trail, print the first error and the number of events without a link."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the expected head."""
        parser.add_argument(
            "--head", type=ChainHead.parse, help="a head from the log (link7:mac) that must be part of the chain"
        )

    def handle(self, *args: Any, head: ChainHead | None, **options: Any) -> None:
        """Verify the chain. Exit with 1 if it is broken, lacks `head`, or an event was not linked in time."""
        verdict = verify_chain(head, progress=self._show)
        self.stdout.write(f"{verdict.head.seq} links are valid, head {verdict.head}")
        if verdict.oldest:
            self.stdout.write(
                f"{verdict.unlinked} events have no link yet, the oldest is of {verdict.oldest.isoformat()}"
            )
        if verdict.broken:
            raise CommandError(f"The audit trail is broken: {verdict.broken}.")
        # It was inserted by another program, or linking has stopped.
        if verdict.oldest and timezone.now() - verdict.oldest > MAX_UNLINKED_AGE:
            raise CommandError("Events have had no link for too long: is `common.link_audit_events` running?")

    def _show(self, seq: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{seq} links are valid ...", ending="\r")
