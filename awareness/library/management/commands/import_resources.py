"""Reads resources from CSV: first everything that is wrong with it, by line and column; written is all of it or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from awareness.library.csv_import_export import ImportPlan, apply_plan, read_plan
from clicksafely.accounts.models import User

BAR = 40


class Command(BaseCommand):
    help = "Read resources from a CSV as `export_resources` writes it. An address that is there already is changed."

    def add_arguments(self, parser: Any) -> None:
        """What, and whether."""
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--actor", help="the username in whose name it is written")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 where something is wrong."""
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        plan = read_plan(data)
        if plan.faults:
            for fault in plan.faults:
                self.stderr.write(
                    f"{options['file']}:{fault.line}: {f'{fault.column}: ' if fault.column else ''}{fault.what}"
                )
            raise CommandError("Nothing was written.")
        self.stdout.write(f"{plan.new} new, {plan.changed} changed, {plan.same} as they are")
        if not options["dry_run"]:
            self._write(plan, options["actor"])

    def _write(self, plan: ImportPlan, username: str | None) -> None:
        actor = User.objects.filter(username=username or "", is_active=True).first()
        if actor is None:
            raise CommandError("Nothing was written: --actor names nobody who works here.")
        most = plan.new + plan.changed
        apply_plan(plan=plan, actor=actor, now=timezone.now(), told=lambda done: self._tell(done, most))
        self.stdout.write(f"{most} written")

    def _tell(self, done: int, most: int) -> None:
        if self.stderr.isatty() and (done == most or not done % 50):
            full = BAR * done // most
            self.stderr.write(
                f"\r[{'#' * full}{'.' * (BAR - full)}] {done}/{most}", ending="\n" if done == most else ""
            )
