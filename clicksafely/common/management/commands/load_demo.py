"""Loads demonstration data."""

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
    help = "Load made-up data for a demonstration, part by part; a part is left out where there is something already."

    def add_arguments(self, parser: Any) -> None:
        """Which parts."""
        names = [part.name for part in demo_parts()]
        parser.add_argument("parts", nargs="*", metavar="part", help=f"all, or some of: {', '.join(names)}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Each part whole or not at all: what is made up must never mix with what is real. Run again, it goes on with the next part."""
        try:
            read_checked(demo_files())
        except ContentError as error:
            raise CommandError(f"The content files have errors, nothing is loaded:\n{error}") from error
        known = {part.name: part for part in demo_parts()}
        if unknown := sorted(set(options["parts"]) - set(known)):
            raise CommandError(f"There is no part {', '.join(unknown)}: the parts are {', '.join(known)}.")
        wanted = [part for name, part in known.items() if not options["parts"] or name in options["parts"]]
        for place, part in enumerate(wanted, 1):
            try:
                with transaction.atomic():
                    self._load(part, f"[{place}/{len(wanted)}] " if len(wanted) > 1 else "")
            except get_user_model().DoesNotExist as error:
                raise CommandError(
                    f"The part {part.name} is the work of demonstration accounts, which are missing: run `manage.py demo_accounts` first."
                ) from error

    def _load(self, part: DemoPart, place: str) -> None:
        progress = Progress(self.stdout)
        for done, of_all in part.load(timezone.now()):
            progress.show(f"{place}{part.label}", done, of_all)
        if not progress.finish():
            self.stdout.write(f"{place}{part.label}: there is something already, nothing is loaded.")
