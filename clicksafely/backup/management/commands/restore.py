"""Command that restores a backup."""

from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clicksafely.backup.exceptions import BackupError
from clicksafely.backup.progress import ProgressPrinter
from clicksafely.backup.restore import RestoreResult, restore_backup


class Command(BaseCommand):
    help = (
        "Restore database and media of a backup into this system, which must be stopped. Run it in the "
        "environment of the staff process, with the key rings and secrets of the time of the backup."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the source and the options that permit data loss."""
        parser.add_argument("source", type=Path, help="a file written by `manage.py backup`")
        parser.add_argument("--replace", action="store_true", help="erase the present database and media folder")
        parser.add_argument(
            "--without-keys",
            action="store_true",
            help="restore although keys or secrets are lost, together with what depends on them",
        )

    def handle(self, *args: Any, source: Path, replace: bool, without_keys: bool, **options: Any) -> None:
        """Exit with 1 if nothing was restored, or if the restored data needs a check before the portal is started."""
        try:
            restored = restore_backup(
                source=source,
                replace=replace,
                without_keys=without_keys,
                now=timezone.now(),
                progress=ProgressPrinter(self.stderr),
            )
        except BackupError as error:
            raise CommandError(str(error)) from error
        self._print(restored)
        # Before users have access.
        if "replay_erasures" in get_commands():
            call_command("replay_erasures", stdout=self.stdout)
        if restored.broken_chain:
            raise CommandError(f"The data is restored, but the audit trail is broken: {restored.broken_chain}.")
        if restored.seals.failed and not without_keys:
            raise CommandError(
                f"The data is restored, but sealed values cannot be opened: {'; '.join(restored.seals.failed[:5])}."
            )
        self.stdout.write("Next, run `manage.py prepare`, start the portal and run `manage.py doctor`.")

    def _print(self, restored: RestoreResult) -> None:
        rows = sum(restored.manifest.tables.values())
        self.stdout.write(
            f"Restored the backup of {restored.manifest.created_at}: {rows:,} rows in {len(restored.manifest.tables)} tables, "
            f"{len(restored.manifest.files) - 1:,} files, audit trail up to {restored.manifest.audit_head}."
        )
        for message in restored.hook_messages:
            self.stdout.write(message)
        self.stdout.write(f"{restored.seals.opened_count} sealed values were opened as a test.")
        if restored.seals.closed_rings:
            self.stdout.write(
                f"Not tested: values of {', '.join(restored.seals.closed_rings)}, whose private keys are not available here."
            )
