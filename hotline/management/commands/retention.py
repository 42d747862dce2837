"""`manage.py retention`: erases expired data, or prints the plan; the worker does so every night."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation

from hotline.categories import CATEGORIES
from hotline.models import RetentionPart
from hotline.retention import purge, selectors
from hotline.retention.policy import load_policy
from hotline.retention.selectors import PlanRow
from hotline.states import ReportState


class Command(BaseCommand):
    help = "Erase expired data. Can be interrupted and run again."

    def add_arguments(self, parser: Any) -> None:
        """Add --dry-run and --limit."""
        parser.add_argument("--dry-run", action="store_true", help="print the plan without erasing")
        parser.add_argument("--limit", type=int, help="maximum number of reports to erase from")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the plan, then erase with progress."""
        now, terms = timezone.now(), load_policy()
        rows = selectors.purge_plan(now=now, terms=terms)
        with translation.override("en"):
            self._show(rows)
            for words, count in selectors.count_retained(now=now, terms=terms):
                self.stdout.write(f"Kept: {count} ({words})")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was erased.")
            return
        total = sum(row.reports for row in rows)
        erased = purge.erase_due(now=now, limit=options["limit"], progress=lambda done: self._progress(done, total))
        if sys.stdout.isatty() and erased.reports:
            self.stdout.write("")
        parts = ", ".join(f"{part} {count}" for part, count in erased.parts.items())
        self.stdout.write(f"Erased: {parts}, outside reports {erased.loose}. Left: {erased.skipped}.")
        if erased.more:
            self.stdout.write("More data is due: run the command again.")

    def _show(self, rows: list[PlanRow]) -> None:
        if not rows:
            self.stdout.write("Nothing is due.")
            return
        self.stdout.write(f"{'what':<32} {'category':<24} {'ended as':<18} {'police':<6} {'days':>5} {'reports':>8}")
        for row in rows:
            category = CATEGORIES[row.rule.category].label if row.rule.category else "any"
            state = ReportState(row.rule.state).label if row.rule.state else "any"
            police = "only" if row.rule.police else "any"
            self.stdout.write(
                f"{RetentionPart(row.part).label!s:<32} {category!s:<24} {state!s:<18} {police:<6} {row.days:>5} {row.reports:>8}"
            )

    def _progress(self, done: int, total: int) -> None:
        if sys.stdout.isatty():
            self.stdout.write(f"\rErased: {done} of {total}", ending="")
            self.stdout.flush()
