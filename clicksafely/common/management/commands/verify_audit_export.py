"""Command that verifies an export of the audit trail."""

import zipfile
import zlib
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clicksafely.common.audit.export import verify_export


class Command(BaseCommand):
    help = "Verify an export of the audit trail: its signature, its digests, and each event against the database and the chain."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the file."""
        parser.add_argument("file", help="the ZIP file of the export")

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        """Exit with 1 if the export is not valid."""
        try:
            events, faults = verify_export(file)
        except (OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
            raise CommandError(f"{file} cannot be read: {error}") from error
        if faults:
            raise CommandError("\n".join(fault.text for fault in faults))
        self.stdout.write(f"{events} events are signed, unchanged and part of the chain.")
