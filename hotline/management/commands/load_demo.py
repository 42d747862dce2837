"""Loads demonstration data."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from hotline.demonstration import ANALYSTS, CASES, load_cases
from hotline.models import Report
from hotline.statistics.building import rebuild_figures
from hotline.statistics.demonstration import load_history


class Command(BaseCommand):
    help = "Load the synthetic cases of a demonstration into a hotline that has none."

    def handle(self, *args: Any, **options: Any) -> None:
        """All of them or none, and none where there are reports: made-up cases must never mix with real ones."""
        if Report.objects.exists():
            self.stdout.write("There are reports already: no demonstration cases are loaded.")
            return
        with transaction.atomic():
            now = timezone.now()
            load_history(now=now, analysts=[User.objects.get(username=username) for username in ANALYSTS])
            for number in load_cases(now=now):
                self.stdout.write(f"\rDemonstration cases: {number} of {len(CASES)}", ending="")
                self.stdout.flush()
        self.stdout.write("")
        rebuild_figures(now=now)
