"""Command that backs up database and media."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clicksafely.backup.create import make_backup
from clicksafely.backup.exceptions import BackupError
from clicksafely.backup.progress import ProgressPrinter


class Command(BaseCommand):
    help = (
        "Write database and media to one file while the portal runs. Secrets, key rings and the list of "
        "erasures are not included: store them elsewhere. Encrypt the file before it leaves the machine."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the destination."""
        parser.add_argument("destination", type=Path, help="a folder, or the name of a new file")

    def handle(self, *args: Any, destination: Path, **options: Any) -> None:
        """Exit with 1 if no backup was made."""
        try:
            path = make_backup(destination=destination, now=timezone.now(), progress=ProgressPrinter(self.stderr))
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path} is complete: {path.stat().st_size:,} bytes.")
