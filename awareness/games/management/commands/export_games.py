"""Writes games as JSON, a file each, or one to the terminal."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from awareness.games.import_export.serializers import document_of
from awareness.games.models import Game


class Command(BaseCommand):
    help = "Write games as JSON (UTF-8), <slug>.json each; `import_games` reads them back."

    def add_arguments(self, parser: Any) -> None:
        """Which, and where to."""
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="all of them where none is named")
        parser.add_argument("--to", metavar="FOLDER", help="the terminal where it is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 1 where a slug names no game."""
        games = Game.objects.order_by("slug")
        if options["slugs"]:
            games = games.filter(slug__in=options["slugs"])
        missing = set(options["slugs"]) - set(games.values_list("slug", flat=True))
        if missing:
            raise CommandError(f"There is no game {', '.join(sorted(missing))}.")
        for game in games:
            text = json.dumps(document_of(game), ensure_ascii=False, indent=2) + "\n"
            if options["to"]:
                folder = Path(options["to"])
                folder.mkdir(parents=True, exist_ok=True)
                (folder / f"{game.slug}.json").write_text(text, encoding="utf-8")
            else:
                self.stdout.write(text, ending="")
