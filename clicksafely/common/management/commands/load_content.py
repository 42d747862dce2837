"""Command that loads the seed content of all apps."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clicksafely.common.content.files import ContentError
from clicksafely.common.content.loader import LoadResult, all_kinds, load_content
from clicksafely.common.content.progress import Progress


class Command(BaseCommand):
    help = "Load the content of every installation; content edited or deleted by editors stays unchanged."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write new content of the files. A second run writes nothing."""
        progress, result = Progress(self.stdout), LoadResult()
        try:
            for result in load_content(all_kinds(), now=timezone.now()):
                progress.show("Content", result.done, result.total)
        except ContentError as error:
            raise CommandError(f"The content files have errors; nothing was loaded:\n{error}") from error
        progress.finish()
        for note in result.kept_rows:
            self.stdout.write(note)
        self.stdout.write(f"{result.created} created, {result.updated} updated, {len(result.kept_rows)} kept")
