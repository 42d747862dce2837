"""Makes a backup of database and media."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from clicksafely.backup.create import make_backup
from clicksafely.backup.exceptions import BackupError
from clicksafely.backup.progress import ProgressPrinter


class Command(BaseCommand):
    help = (
        "Write database and media into one file, while the portal goes on. Secrets, key rings and the list of erasures are not in it: "
        "keep those elsewhere. Encrypt the file before it leaves the machine."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("destination", type=Path, help="a folder, or the name of a file that is not there yet")

    def handle(self, *args: Any, destination: Path, **options: Any) -> None:
        """Exit code 1 where there is no backup."""
        try:
            path = make_backup(destination=destination, now=timezone.now(), progress=ProgressPrinter(self.stderr))
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{path} is whole: {path.stat().st_size:,} bytes.")
