"""Links what the audit trail holds and the chain does not; the worker does the same every few seconds."""

from typing import Any

from django.core.management.base import BaseCommand

from clicksafely.common.audit.chain import current_head, link_events


class Command(BaseCommand):
    help = "Link all events of the audit trail that have no link yet, those of a restored backup included."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many, and the head."""
        self.stdout.write(f"{link_events(everything=True)} linked, head {current_head()}")
