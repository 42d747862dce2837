"""`manage.py impact [--rebuild]`: when the figures of the Centre were counted, and counting them anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from awareness.impact.rebuild import rebuild_figures
from awareness.impact.selectors import counted_at


class Command(BaseCommand):
    help = "Says when the figures of events, downloads and quizzes were last counted; counts them anew with --rebuild."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="count everything anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["rebuild"]:
            last = counted_at()
            self.stdout.write(f"Last counted {last:%Y-%m-%d %H:%M} UTC." if last else "Never counted: use --rebuild.")
            return
        self.stdout.write(f"{rebuild_figures(now=timezone.now()):,} figures counted.")
