"""Command that imports games from JSON in one transaction, or reports all errors."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from awareness.games.import_export.serializers import document_of, document_to_fields
from awareness.games.import_export.validation import DocumentProblem, document_problems, read_json
from awareness.games.models import Game
from awareness.games.services import import_games
from awareness.topics.models import Topic
from clicksafely.accounts.models import User

type Document = dict[str, Any]


class Command(BaseCommand):
    help = "Import games from JSON, in the format of `export_games`. Existing slugs are updated; new games are drafts."

    def add_arguments(self, parser: Any) -> None:
        """Add the input files and the options."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="report the changes without writing them")
        parser.add_argument("--actor", help="username recorded as the author of the changes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import the files. Raises CommandError (exit code 1) for an invalid file."""
        found: dict[str, Document] = {}
        topics, faulty = {topic.slug for topic in Topic.objects.only("slug")}, False
        for name in options["files"]:
            document, problems = self._read(name, topics)
            if document and document["slug"] in found:
                problems.append(DocumentProblem("slug", f"{document['slug']} is in another file too"))
            for problem in problems:
                self.stderr.write(f"{name}: {problem}")
            faulty |= bool(problems)
            if document and not problems:
                found[document["slug"]] = document
        if faulty:
            raise CommandError("Nothing was written.")
        changed = self._changed(list(found.values()))
        if not options["dry_run"]:
            self._write(changed, options["actor"])

    def _read(self, name: str, topics: set[str]) -> tuple[Document | None, list[DocumentProblem]]:
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            return None, [DocumentProblem("", f"cannot be read: {error.strerror}")]
        document, problems = read_json(data)
        problems = problems or document_problems(document, topics)
        return (None if problems else document), problems

    def _changed(self, documents: list[Document]) -> list[Document]:
        """Return the new and changed games, and print the counts."""
        slugs = [document["slug"] for document in documents]
        stored = {game.slug: _comparable(document_of(game)) for game in Game.objects.filter(slug__in=slugs)}
        new = [document for document in documents if document["slug"] not in stored]
        existing = [document for document in documents if document["slug"] in stored]
        changed = [document for document in existing if _comparable(document) != stored[document["slug"]]]
        self.stdout.write(f"{len(new)} new, {len(changed)} changed, {len(existing) - len(changed)} unchanged")
        return [*new, *changed]

    def _write(self, documents: list[Document], username: str | None) -> None:
        actor = User.objects.filter(username=username or "", is_active=True).first()
        if actor is None:
            raise CommandError("Nothing was written: --actor must name an active user.")
        import_games(documents=documents, actor=actor, now=timezone.now())
        self.stdout.write(f"{len(documents)} written")


def _comparable(document: Document) -> Document:
    return {"fields": document_to_fields(document), "topics": sorted(document["topics"])}
