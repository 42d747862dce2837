"""Writes questions of the bank, or a quiz, as GIFT or JSON, to a file or to the terminal."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from awareness.publishing.audiences import Level
from awareness.quizzes.import_export.export import export_questions, export_quiz
from awareness.quizzes.import_export.import_plan import FORMATS
from awareness.quizzes.models import Question
from awareness.quizzes.selectors import find_quiz


class Command(BaseCommand):
    help = "Write questions, all of the bank or chosen ones. `import_questions` reads them back; only JSON holds both languages and every kind."

    def add_arguments(self, parser: Any) -> None:
        """Which, how and where to."""
        parser.add_argument("file", nargs="?", help="the terminal where it is missing")
        parser.add_argument("--format", required=True, choices=[name for name, _label in FORMATS])
        parser.add_argument("--quiz", metavar="SLUG", help="the questions of a quiz; in JSON the quiz itself")
        parser.add_argument("--topic", metavar="SLUG")
        parser.add_argument("--level", choices=Level.values)
        parser.add_argument("--language", default="sr", choices=["sr", "en"], help="of a GIFT file")

    def handle(self, *args: Any, **options: Any) -> None:
        """What the format has no place for goes to the error output. Exit code 1 where there is nothing to write."""
        form, language = options["format"], options["language"]
        if options["quiz"]:
            quiz = find_quiz(options["quiz"])
            if quiz is None:
                raise CommandError(f"There is no quiz {options['quiz']}.")
            exported = export_quiz(quiz, form, language)
        else:
            wanted = {"topic__slug": options["topic"], "level": options["level"]}
            questions = Question.objects.filter(**{name: value for name, value in wanted.items() if value})
            if not questions.exists():
                raise CommandError("There are no such questions.")
            exported = export_questions(questions, form, language)
        for lost in exported.lost:
            self.stderr.write(str(lost))
        data = exported.text.encode()
        if options["file"]:
            Path(options["file"]).write_bytes(data)
        else:
            sys.stdout.buffer.write(data)
