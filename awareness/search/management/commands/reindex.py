"""Makes the index of the search anew."""

from typing import Any

from django.core.management.base import BaseCommand

from awareness.search.services import reindex


class Command(BaseCommand):
    help = "Index everything that the search finds, in batches, while the site goes on; run again, it changes nothing more."

    def add_arguments(self, parser: Any) -> None:
        """One flag."""
        parser.add_argument("--missing", action="store_true", help="only what the index lacks or has an older state of")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell how far it has come after every batch, on one line where that is a terminal."""

        def show(kind: str, done: int, total: int) -> None:
            self.stdout.write(f"{kind}: {done:,} of {total:,} ({100 * done // total} %)")

        reindex(missing=options["missing"], progress=show)
        self.stdout.write("The index is complete.")
