"""Command that exports games as JSON."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from awareness.games.import_export.serializers import document_of
from awareness.games.models import Game


class Command(BaseCommand):
    help = "Export games as JSON (UTF-8), one <slug>.json each. `import_games` imports the result."

    def add_arguments(self, parser: Any) -> None:
        """Add the slugs and the output folder."""
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="games to export; all if omitted")
        parser.add_argument("--to", metavar="FOLDER", help="output folder; standard output if omitted")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export the games. Raises CommandError (exit code 1) for an unknown slug."""
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
