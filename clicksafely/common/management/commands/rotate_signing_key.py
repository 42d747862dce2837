"""Command that replaces the key with which the staff site signs orders."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import keyring, signing


class Command(BaseCommand):
    help = (
        "Sign later orders with a new key. Signatures of the former keys stay valid until --drop-old removes them: copy the "
        "new public file to every process that has its own copy first, and restart it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Add `--drop-old`."""
        parser.add_argument(
            "--drop-old",
            action="store_true",
            help="add no key; remove the older public keys: what they signed must be confirmed again",
        )

    def handle(self, *args: Any, drop_old: bool, **options: Any) -> None:
        """Exit with 1 if this process cannot write the key files."""
        private, public = settings.SIGNING_PRIVATE_KEY, settings.SIGNING_PUBLIC_KEYS
        try:
            with keyring.lock_key_rings(private):
                if drop_old:
                    removed = signing.remove_old_keys(public_path=public)
                    action, outcome = "signing_keys.removed", f"Removed {removed} old public keys."
                else:
                    signing.add_key(private_path=private, public_path=public)
                    action, outcome = "signing_keys.added", "Later orders are signed with a new key."
        except (OSError, ValueError) as error:
            raise CommandError(
                f"Run it in the environment of the staff process, with writable key files. ({error})"
            ) from error
        audit_log.record(action=action, subject=None, actor=None, data={}, now=timezone.now())
        self.stdout.write(outcome)
