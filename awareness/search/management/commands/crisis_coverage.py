"""Reports which situations, persons and languages the crisis lexicon covers, and which written cries it recognises."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from awareness.search.crisis.lexicon import LANGUAGES, crisis_lexicon
from awareness.search.crisis.recognition import recognise_crisis


class Command(BaseCommand):
    help = "Show the number of patterns by situation, person and language. With files, the recognised cries as well."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files",
            nargs="*",
            type=Path,
            help='Lists of cries, one "situation | query" a line, such as one for a script.',
        )

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Print the tables. Serbian patterns match both scripts, because searches are folded."""
        self.table(
            ["situation", *(f"{language} {person}" for language in LANGUAGES for person in ("self", "other"))],
            [
                [
                    situation.key,
                    *(
                        str(len(patterns[language]) or "-")
                        for language in LANGUAGES
                        for patterns in (situation.self_patterns, situation.other_patterns)
                    ),
                ]
                for situation in crisis_lexicon().situations
            ],
        )
        written, recognised, missed = Counter[tuple[str, str]](), Counter[tuple[str, str]](), list[str]()
        for path in files:
            for line in path.read_text("utf-8").splitlines():
                situation, separator, query = line.partition(" | ")
                if line.startswith("#") or not separator:
                    continue
                written[situation, path.stem] += 1
                crisis = recognise_crisis(query)
                if crisis and crisis.personal:
                    recognised[situation, path.stem] += 1
                else:
                    missed.append(f"{path.stem}: {line}")
        if files:
            self.stdout.write()
            self.table(
                ["cries", *(path.stem for path in files)],
                [
                    [
                        situation,
                        *(f"{recognised[situation, path.stem]}/{written[situation, path.stem]}" for path in files),
                    ]
                    for situation in dict.fromkeys(situation for situation, _name in written)
                ],
            )
            self.stdout.write("\n".join(["", "not recognised:", *missed]))

    def table(self, heading: list[str], rows: list[list[str]]) -> None:
        """Print columns of equal width."""
        widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]
        for row in (heading, *rows):
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
