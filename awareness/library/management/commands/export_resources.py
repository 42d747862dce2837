"""Command that exports all resources as CSV."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from awareness.library.csv_import_export import all_resources, export_rows


class Command(BaseCommand):
    help = "Export all resources as CSV (UTF-8), without their files. `import_resources` imports the result."

    def add_arguments(self, parser: Any) -> None:
        """Add the output path."""
        parser.add_argument("file", nargs="?", help="output path; standard output if omitted")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write bytes, because a text stream would change the line endings of RFC 4180."""
        data = "".join(export_rows(all_resources())).encode()
        if options["file"]:
            Path(options["file"]).write_bytes(data)
        else:
            sys.stdout.buffer.write(data)
