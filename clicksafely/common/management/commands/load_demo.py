"""Command that loads demonstration data."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from clicksafely.common.content.files import ContentError
from clicksafely.common.content.progress import Progress
from clicksafely.common.content.schema import demo_files, read_checked
from clicksafely.common.demo.registry import DemoPart, demo_parts


class Command(BaseCommand):
    help = "Load invented data for a demonstration, part by part; a part is skipped if its tables are not empty."

    def add_arguments(self, parser: Any) -> None:
        """Add the names of the parts."""
        names = [part.name for part in demo_parts()]
        parser.add_argument("parts", nargs="*", metavar="part", help=f"all, or some of: {', '.join(names)}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load each part completely or not at all: invented data must never mix with real data.

        A repeated run continues with the next part.
        """
        try:
            read_checked(demo_files())
        except ContentError as error:
            raise CommandError(f"The content files have errors; nothing was loaded:\n{error}") from error
        parts_by_name = {part.name: part for part in demo_parts()}
        if unknown := sorted(set(options["parts"]) - set(parts_by_name)):
            raise CommandError(f"Unknown part {', '.join(unknown)}: the parts are {', '.join(parts_by_name)}.")
        chosen_parts = [
            part for name, part in parts_by_name.items() if not options["parts"] or name in options["parts"]
        ]
        for place, part in enumerate(chosen_parts, 1):
            try:
                with transaction.atomic():
                    self._load(part, f"[{place}/{len(chosen_parts)}] " if len(chosen_parts) > 1 else "")
            except get_user_model().DoesNotExist as error:
                raise CommandError(
                    f"The part {part.name} requires the demonstration accounts, which are missing: run `manage.py demo_accounts` first."
                ) from error

    def _load(self, part: DemoPart, place: str) -> None:
        progress = Progress(self.stdout)
        for done, of_all in part.load(timezone.now()):
            progress.show(f"{place}{part.label}", done, of_all)
        if not progress.finish():
            self.stdout.write(f"{place}{part.label}: data exists already, nothing was loaded.")
