"""`manage.py impact [--rebuild]`: shows when the figures were last counted, or recounts them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from awareness.impact.rebuild import rebuild_figures
from awareness.impact.selectors import counted_at


class Command(BaseCommand):
    help = "Shows when the figures of events, downloads and quizzes were last counted. With --rebuild, recounts them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="recount all figures")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["rebuild"]:
            last = counted_at()
            self.stdout.write(f"Last counted {last:%Y-%m-%d %H:%M} UTC." if last else "Never counted: use --rebuild.")
            return
        self.stdout.write(f"{rebuild_figures(now=timezone.now()):,} figures counted.")
