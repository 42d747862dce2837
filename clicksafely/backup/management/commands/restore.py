"""Brings a backup back."""

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
        "Bring database and media of a backup into this system, which is stopped. Run it where the staff door runs, with the key rings and "
        "secrets of the time of the backup in their place."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """What from, and what may be lost."""
        parser.add_argument("source", type=Path, help="a file that `manage.py backup` wrote")
        parser.add_argument(
            "--replace", action="store_true", help="erase what is in this database and its media folder"
        )
        parser.add_argument(
            "--without-keys",
            action="store_true",
            help="restore although keys are lost, and with them what is sealed to them",
        )

    def handle(self, *args: Any, source: Path, replace: bool, without_keys: bool, **options: Any) -> None:
        """Exit code 1 where nothing was restored, or where something of it must be looked at before anybody is let in."""
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
        self._tell(restored)
        # Before anybody is let in.
        if "replay_erasures" in get_commands():
            call_command("replay_erasures", stdout=self.stdout)
        if restored.broken_chain:
            raise CommandError(f"The data are back, but the audit trail is broken: {restored.broken_chain}.")
        if restored.seals.failed and not without_keys:
            raise CommandError(f"The data are back, but seals do not open: {'; '.join(restored.seals.failed[:5])}.")
        self.stdout.write("Now run `manage.py prepare`, start the portal and look at `manage.py doctor`.")

    def _tell(self, restored: RestoreResult) -> None:
        rows = sum(restored.manifest.tables.values())
        self.stdout.write(
            f"Restored what was backed up at {restored.manifest.made_at}: {rows:,} rows in {len(restored.manifest.tables)} tables, "
            f"{len(restored.manifest.files) - 1:,} files, audit trail up to {restored.manifest.audit_head}."
        )
        for said in restored.said:
            self.stdout.write(said)
        self.stdout.write(f"{restored.seals.opened} sealed values were opened for a trial.")
        if restored.seals.closed_rings:
            self.stdout.write(
                f"No private keys are here for {', '.join(restored.seals.closed_rings)}: no trial of those."
            )
