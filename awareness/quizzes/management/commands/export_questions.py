"""Exports questions of the bank or a quiz as GIFT or JSON."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from awareness.publishing.audiences import QuizLevel
from awareness.quizzes.import_export.export import export_questions, export_quiz
from awareness.quizzes.import_export.import_plan import EXPORT_FORMATS
from awareness.quizzes.models import Question
from awareness.quizzes.selectors import find_quiz


class Command(BaseCommand):
    help = (
        "Exports all questions of the bank, or a selection. `import_questions` imports the file. "
        "Only JSON holds both languages and all kinds."
    )

    def add_arguments(self, parser: Any) -> None:
        """Add the arguments."""
        parser.add_argument("file", nargs="?", help="path of the file (default: standard output)")
        parser.add_argument("--format", required=True, choices=[name for name, _label in EXPORT_FORMATS])
        parser.add_argument("--quiz", metavar="SLUG", help="questions of this quiz; as JSON the whole quiz")
        parser.add_argument("--topic", metavar="SLUG")
        parser.add_argument("--level", choices=QuizLevel.values)
        parser.add_argument("--language", default="sr", choices=["sr", "en"], help="language of a GIFT file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export to a file or standard output. Content that GIFT cannot hold is listed on standard error."""
        form, language = options["format"], options["language"]
        if options["quiz"]:
            quiz = find_quiz(options["quiz"])
            if quiz is None:
                raise CommandError(f"There is no quiz {options['quiz']}.")
            exported = export_quiz(quiz, form, language)
        else:
            filters = {"topic__slug": options["topic"], "level": options["level"]}
            questions = Question.objects.filter(**{name: value for name, value in filters.items() if value})
            if not questions.exists():
                raise CommandError("No questions match.")
            exported = export_questions(questions, form, language)
        for lost in exported.lost:
            self.stderr.write(str(lost))
        data = exported.text.encode()
        if options["file"]:
            Path(options["file"]).write_bytes(data)
        else:
            sys.stdout.buffer.write(data)
