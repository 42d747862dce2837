"""Prints what the portal keeps, field by field."""

from typing import Any

from django.core.management.base import BaseCommand

from clicksafely.privacy.inventory import as_markdown


class Command(BaseCommand):
    help = "Print docs/data-inventory.md: every field, how it is kept, on which grounds and until when."

    def handle(self, *args: Any, **options: Any) -> None:
        """Markdown on the output."""
        self.stdout.write(as_markdown(), ending="")
