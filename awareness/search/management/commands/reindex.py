"""Rebuilds the search index."""

from typing import Any

from django.core.management.base import BaseCommand

from awareness.search.services import reindex


class Command(BaseCommand):
    help = "Rebuild the search index in batches while the site is running. Idempotent."

    def add_arguments(self, parser: Any) -> None:
        """One flag."""
        parser.add_argument("--missing", action="store_true", help="index only records that are missing or outdated")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the progress after every batch, on one line in a terminal."""

        def show(kind: str, done: int, total: int) -> None:
            self.stdout.write(f"{kind}: {done:,} of {total:,} ({100 * done // total} %)")

        reindex(missing=options["missing"], progress=show)
        self.stdout.write("The index is complete.")
