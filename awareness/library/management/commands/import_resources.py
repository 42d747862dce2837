"""Command that imports resources from CSV in one transaction, or reports all errors."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from awareness.library.csv_import_export import ResourcePlan, apply_plan, read_plan
from clicksafely.accounts.models import User

BAR = 40
MAX_FAULTS = 100


class Command(BaseCommand):
    help = "Import resources from CSV, in the format of `export_resources`. Existing slugs are updated."

    def add_arguments(self, parser: Any) -> None:
        """Add the input path and the options."""
        parser.add_argument("file")
        parser.add_argument("--dry-run", action="store_true", help="report the changes without writing them")
        parser.add_argument("--actor", help="username recorded as the author of the changes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file. Raises CommandError (exit code 1) for an invalid file."""
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        plan = read_plan(data)
        if plan.faults:
            for fault in plan.faults[:MAX_FAULTS]:
                column = f"{fault.column}: " if fault.column else ""
                self.stderr.write(f"{options['file']}:{fault.line}: {column}{fault.message}")
            raise CommandError("Nothing was written.")
        found = plan.outcomes()
        self.stdout.write(f"{found['create']} new, {found['update']} changed, {found['unchanged']} unchanged")
        if not options["dry_run"]:
            self._write(plan, options["actor"])

    def _write(self, plan: ResourcePlan, username: str | None) -> None:
        actor = User.objects.filter(username=username or "", is_active=True).first()
        if actor is None:
            raise CommandError("Nothing was written: --actor must name an active user.")
        found = plan.outcomes()
        most = found["create"] + found["update"]
        apply_plan(
            plan=plan, actor=actor, now=timezone.now(), report_progress=lambda done: self._show_progress(done, most)
        )
        self.stdout.write(f"{most} written")

    def _show_progress(self, done: int, most: int) -> None:
        if self.stderr.isatty() and (done == most or not done % 50):
            full = BAR * done // most
            self.stderr.write(
                f"\r[{'#' * full}{'.' * (BAR - full)}] {done}/{most}", ending="\n" if done == most else ""
            )
