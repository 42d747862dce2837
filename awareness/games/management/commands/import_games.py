"""Reads games from JSON: first everything that is wrong, by file and place; written is all of it or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from awareness.games.import_export.serializers import GameRows, document_of, document_to_rows
from awareness.games.import_export.validation import DocumentProblem, document_problems, read_json
from awareness.games.models import Game
from awareness.games.services import import_games
from awareness.topics.models import Topic
from clicksafely.accounts.models import User


class Command(BaseCommand):
    help = "Read games from JSON files as `export_games` writes them. A slug that is there already is changed; what is new is a draft."

    def add_arguments(self, parser: Any) -> None:
        """What, and whether."""
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--actor", help="the username in whose name it is written")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 where something is wrong."""
        found: dict[str, GameRows] = {}
        topics, faulty = {topic.slug for topic in Topic.objects.only("slug")}, False
        for name in options["files"]:
            rows, problems = self._read(name, topics)
            if rows and rows.fields["slug"] in found:
                problems.append(DocumentProblem("slug", f"{rows.fields['slug']} is in another file too"))
            for problem in problems:
                self.stderr.write(f"{name}: {problem}")
            faulty |= bool(problems)
            if rows and not problems:
                found[rows.fields["slug"]] = rows
        if faulty:
            raise CommandError("Nothing was written.")
        changed = self._changed(list(found.values()))
        if not options["dry_run"]:
            self._write(changed, options["actor"])

    def _read(self, name: str, topics: set[str]) -> tuple[GameRows | None, list[DocumentProblem]]:
        try:
            data = Path(name).read_bytes()
        except OSError as error:
            return None, [DocumentProblem("", f"cannot be read: {error.strerror}")]
        document, problems = read_json(data)
        problems = problems or document_problems(document, topics)
        return (None if problems else document_to_rows(document)), problems

    def _changed(self, games: list[GameRows]) -> list[GameRows]:
        """Those that are not there as they are; says how many of each there are."""
        stored = {game.slug: document_to_rows(document_of(game)) for game in _stored(games)}
        new = [rows for rows in games if rows.fields["slug"] not in stored]
        changed = [rows for rows in games if rows not in new and not _same(rows, stored[rows.fields["slug"]])]
        self.stdout.write(f"{len(new)} new, {len(changed)} changed, {len(games) - len(new) - len(changed)} as they are")
        return [*new, *changed]

    def _write(self, games: list[GameRows], username: str | None) -> None:
        actor = User.objects.filter(username=username or "", is_active=True).first()
        if actor is None:
            raise CommandError("Nothing was written: --actor names nobody who works here.")
        import_games(games=games, actor=actor, now=timezone.now())
        self.stdout.write(f"{len(games)} written")


def _stored(games: list[GameRows]) -> list[Game]:
    return list(Game.objects.filter(slug__in=[rows.fields["slug"] for rows in games]))


def _same(rows: GameRows, stored: GameRows) -> bool:
    return rows.fields == stored.fields and sorted(rows.topics) == sorted(stored.topics) and rows.parts == stored.parts
