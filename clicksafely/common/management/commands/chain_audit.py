"""Command that links audit events without a link; the worker does the same every few seconds."""

from typing import Any

from django.core.management.base import BaseCommand

from clicksafely.common.audit.chain import current_head, link_events


class Command(BaseCommand):
    help = "Link all audit events without a link, including those of a restored backup."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the number of new links and the head."""
        self.stdout.write(f"{link_events(everything=True)} linked, head {current_head()}")
