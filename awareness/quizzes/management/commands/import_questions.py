"""Imports a quiz from JSON, all or nothing, or the good questions of a GIFT file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from awareness.quizzes.import_export.import_plan import IMPORT_FORMATS, ImportPlan, apply_plan, read_plan
from clicksafely.accounts.models import User


class Command(BaseCommand):
    help = (
        "Adds the questions of a file to the bank. A quiz in a JSON file becomes a draft. "
        "Questions with identical text are not added again."
    )

    def add_arguments(self, parser: Any) -> None:
        """Add the arguments."""
        parser.add_argument("file")
        parser.add_argument("--format", required=True, choices=[name for name, _label in IMPORT_FORMATS])
        parser.add_argument("--language", default="sr", choices=["sr", "en"], help="language of a GIFT file")
        parser.add_argument("--dry-run", action="store_true", help="show the result without importing")
        parser.add_argument("--actor", help="username recorded as the author (required to import)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the file. Problems are listed with their lines; one that prevents the import gives exit code 1."""
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        plan = read_plan(data, options["format"], options["language"])
        for note in plan.all_notes:
            mark = "" if note.blocking else "(note) "
            self.stderr.write(f"{options['file']}:{note.line}: {mark}{note.what}")
        if plan.faults:
            raise CommandError("Nothing was imported.")
        counts = f"{len(plan.new)} new, {len(plan.translated)} translated, {len(plan.same)} unchanged"
        self.stdout.write(f"{counts}, {len(plan.left_out)} left out" if plan.left_out else counts)
        if plan.quiz is not None:
            self.stdout.write(f"draft quiz: {plan.quiz.slug}")
        if not options["dry_run"]:
            self._write(plan, options["actor"])

    def _write(self, plan: ImportPlan, username: str | None) -> None:
        actor = User.objects.filter(username=username or "", is_active=True).first()
        if actor is None:
            raise CommandError("Nothing was imported: --actor must be the username of an active account.")
        apply_plan(plan=plan, actor=actor, now=timezone.now())
        self.stdout.write(f"{len(plan.new) + len(plan.translated)} imported")
