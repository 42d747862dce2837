"""Loads demonstration data."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from hotline.demonstration import CASES, load_cases
from hotline.models import Report


class Command(BaseCommand):
    help = "Load the synthetic cases of a demonstration into a hotline that has none."

    def handle(self, *args: Any, **options: Any) -> None:
        """All of them or none, and none where there are reports: made-up cases must never mix with real ones."""
        if Report.objects.exists():
            self.stdout.write("There are reports already: no demonstration cases are loaded.")
            return
        with transaction.atomic():
            for number in load_cases(now=timezone.now()):
                self.stdout.write(f"\rDemonstration cases: {number} of {len(CASES)}", ending="")
                self.stdout.flush()
        self.stdout.write("")
