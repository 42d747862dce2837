"""Writes every resource as CSV, to a file or to the terminal."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from awareness.library.csv_import_export import all_resources, export_rows


class Command(BaseCommand):
    help = "Write every resource as CSV (UTF-8). `import_resources` reads it back; files are not part of it."

    def add_arguments(self, parser: Any) -> None:
        """Where to."""
        parser.add_argument("file", nargs="?", help="the terminal where it is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lines end as RFC 4180 has it, so nothing may translate them."""
        data = "".join(export_rows(all_resources())).encode()
        if options["file"]:
            Path(options["file"]).write_bytes(data)
        else:
            sys.stdout.buffer.write(data)
