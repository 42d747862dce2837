"""Reads questions, or a quiz, from GIFT or JSON: first everything that is wrong, by line; written is all of it or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from awareness.quizzes.import_export.import_plan import FORMATS, ImportPlan, apply_plan, read_plan
from clicksafely.accounts.models import User


class Command(BaseCommand):
    help = "Add questions of a file to the bank. A quiz of a JSON file becomes a draft. Questions that are there word for word are not added again."

    def add_arguments(self, parser: Any) -> None:
        """What, and whether."""
        parser.add_argument("file")
        parser.add_argument("--format", required=True, choices=[name for name, _label in FORMATS])
        parser.add_argument("--language", default="sr", choices=["sr", "en"], help="in which a GIFT file is written")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--actor", help="the username in whose name it is written")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 where something is wrong."""
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        plan = read_plan(data, options["format"], options["language"])
        for note in plan.all_notes:
            mark = "" if note.blocking else "(note) "
            self.stderr.write(f"{options['file']}:{note.line}: {mark}{note.what}")
        if plan.faults:
            raise CommandError("Nothing was written.")
        self.stdout.write(
            f"{len(plan.new)} new, {len(plan.translated)} written in one more language, {len(plan.same)} in the bank already"
        )
        if plan.quiz is not None:
            self.stdout.write(f"a quiz as a draft: {plan.quiz.slug}")
        if not options["dry_run"]:
            self._write(plan, options["actor"])

    def _write(self, plan: ImportPlan, username: str | None) -> None:
        actor = User.objects.filter(username=username or "", is_active=True).first()
        if actor is None:
            raise CommandError("Nothing was written: --actor names nobody who works here.")
        apply_plan(plan=plan, actor=actor, now=timezone.now())
        self.stdout.write(f"{len(plan.new) + len(plan.translated)} written")
