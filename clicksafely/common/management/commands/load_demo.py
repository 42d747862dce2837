"""Loads demonstration data."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from clicksafely.common.demoparts import DemonstrationPart, demonstration_parts


class Command(BaseCommand):
    help = "Load made-up data for a demonstration, part by part; a part is left out where there is something already."

    def add_arguments(self, parser: Any) -> None:
        """Which parts."""
        names = [part.name for part in demonstration_parts()]
        parser.add_argument("parts", nargs="*", metavar="part", help=f"all, or some of: {', '.join(names)}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each part whole or not at all: what is made up must never mix with what is real."""
        wanted = options["parts"]
        for part in demonstration_parts():
            if not wanted or part.name in wanted:
                with transaction.atomic():
                    self._load(part)

    def _load(self, part: DemonstrationPart) -> None:
        loaded = False
        for done, of_all in part.load(timezone.now()):
            loaded = True
            self.stdout.write(f"\r{part.label}: {done} of {of_all}", ending="")
            self.stdout.flush()
        self.stdout.write("" if loaded else f"{part.label}: there is something already, nothing is loaded.")
