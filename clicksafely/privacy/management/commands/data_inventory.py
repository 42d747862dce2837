"""Command that prints the data inventory as Markdown."""

from typing import Any

from django.core.management.base import BaseCommand

from clicksafely.privacy.inventory import as_markdown


class Command(BaseCommand):
    help = "Print the data inventory in Markdown: every field with its storage, legal basis and retention."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the Markdown to standard output."""
        self.stdout.write(as_markdown(), ending="")
