"""Proves that the audit trail is as it was written."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clicksafely.common.audit.chain import ChainHead, verify_chain

# The chainer runs every few seconds; what has been waiting longer was not put there by us, or nobody chains.
LONGEST_UNLINKED = timedelta(hours=1)


class Command(BaseCommand):
    help = "Walk the chain over the audit trail, name the first break, and say how many events have no link yet."

    def add_arguments(self, parser: CommandParser) -> None:
        """A head out of the logs."""
        parser.add_argument(
            "--head", type=ChainHead.parse, help="a head from the log (link7:mac) that must be part of the chain"
        )

    def handle(self, *args: Any, head: ChainHead | None, **options: Any) -> None:
        """Exit code 1 where the chain is broken, does not hold the given head, or events wait for longer than an hour."""
        verdict = verify_chain(head, progress=self._show)
        self.stdout.write(f"{verdict.head.seq} links hold, head {verdict.head}")
        if verdict.oldest:
            self.stdout.write(
                f"{verdict.unlinked} events have no link yet, the oldest is of {verdict.oldest.isoformat()}"
            )
        if verdict.broken:
            raise CommandError(f"The audit trail is broken: {verdict.broken}.")
        if verdict.oldest and timezone.now() - verdict.oldest > LONGEST_UNLINKED:
            raise CommandError("Events wait for their link for too long: is `common.link_audit_events` running?")

    def _show(self, seq: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{seq} links hold ...", ending="\r")
