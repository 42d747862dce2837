"""`manage.py figures [--rebuild]`: prints the time of the last count, or rebuilds the figures with progress."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hotline.statistics.rebuild import rebuild_statistics
from hotline.statistics.selectors import counted_at


class Command(BaseCommand):
    help = "Print the time of the last count. With --rebuild, count all figures again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="count all figures since the first report")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["rebuild"]:
            last = counted_at()
            self.stdout.write(f"Last counted {last:%Y-%m-%d %H:%M} UTC." if last else "Never counted: use --rebuild.")
            return
        number = rebuild_statistics(now=timezone.now(), progress=self._show)
        if sys.stderr.isatty():
            self.stderr.write("\r", ending="")
        self.stdout.write(f"{number:,} figures counted.")

    def _show(self, done: int, total: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done} of {total} months", ending="")
