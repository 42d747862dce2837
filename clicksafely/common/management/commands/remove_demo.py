"""Removes demonstration data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from clicksafely.common.demoparts import demonstration_parts
from clicksafely.common.demoremoval import RealRowsHang, look, remove_demonstration


class Command(BaseCommand):
    help = "Remove exactly what load_demo has made, files too: all of it or nothing, and nothing where something real hangs on it."

    def add_arguments(self, parser: Any) -> None:
        """Which parts, and whether to ask."""
        names = [part.name for part in demonstration_parts()]
        parser.add_argument("parts", nargs="*", metavar="part", help=f"all, or some of: {', '.join(names)}")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what goes, ask, remove."""
        known = [part.name for part in demonstration_parts()]
        parts = options["parts"] or known
        if unknown := sorted(set(parts) - set(known)):
            raise CommandError(f"There is no part {', '.join(unknown)}: the parts are {', '.join(known)}.")
        leaving = look(parts=parts)
        if not leaving.rows:
            self.stdout.write("Nothing is known to be of a demonstration; nothing is removed.")
            return
        if not leaving.reasons and not options["yes"]:
            rows = sum(len(keys) for keys in leaving.rows.values())
            self.stdout.write(
                f"{rows:,} rows in {len(leaving.rows)} tables and {len(leaving.files):,} files would be erased."
            )
            if input("Type “yes” to remove them: ").strip().lower() != "yes":
                self.stdout.write("Nothing is removed.")
                return
        try:
            removed = remove_demonstration(parts=parts, actor=None, now=timezone.now())
        except RealRowsHang as refusal:
            lines = "\n".join(f"  {reason}" for reason in refusal.reasons)
            raise CommandError(
                f"Something that no demonstration made hangs on what it made; nothing is removed:\n{lines}"
            ) from refusal
        except IntegrityError as refusal:
            raise CommandError(
                "Something came meanwhile that hangs on what would go; nothing is removed. Run it again to see what."
            ) from refusal
        self.stdout.write(f"Removed: {removed.rows:,} rows, {removed.files:,} files.")
