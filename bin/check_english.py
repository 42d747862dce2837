#!/usr/bin/env python
"""Count lines of code and documents with words of an informal register: check_english.py [DIRECTORY].

The words are listed in WORDS. Each folder of the repository may have so many lines with one as LIMITS says, for sentences to children
where the word is natural. Above that, the exit status is 1, and the matching lines of the folder are printed. Catalogues, this check
and the crisis lexicon are not read.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

# Folders that are not named have none.
LIMITS: Final = {
    "awareness": 2,
    "clicksafely": 2,
    "docs": 1,
    "hotline": 1,
    "templates": 5,
    "tests": 31,
    "youthpanel": 4,
}
WORDS: Final = re.compile(r"\b(somebody|nobody|whoever|whom)\b", re.IGNORECASE)
SUFFIXES: Final = {".py", ".html", ".txt", ".md", ".yaml", ".yml", ".js", ".css", ".toml", ".sh", ".sql"}
# The last two quote what people in distress search for.
EXCLUDED: Final = (
    "bin/check_english.py",
    "awareness/search/crisis/",
    "tests/awareness/search/crisis/",
)


class Match(NamedTuple):
    """A line that contains one of the words; `number` counts from 1."""

    file: str
    number: int
    line: str


def files(directory: Path) -> Iterator[str]:
    """Yield the paths to read, relative to `directory`, of the files known to git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607  git of the PATH
        cwd=directory,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in sorted(filter(None, listed.stdout.split("\0"))):
        path = Path(name)
        included = path.suffix in SUFFIXES or path.name == "Makefile"
        if included and "locale" not in path.parts and not name.startswith(EXCLUDED) and (directory / path).is_file():
            yield name


def matches(directory: Path) -> Iterator[Match]:
    """Yield every matching line of the files in `directory`, in the order of files and lines."""
    for name in files(directory):
        text = (directory / name).read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            if WORDS.search(line):
                yield Match(name, number, line.strip())


def main(directory: Path) -> int:
    """Print the matching lines of folders that have too many. Return the exit status."""
    folders: dict[str, list[Match]] = {}
    for match in matches(directory):
        folders.setdefault(match.file.partition("/")[0], []).append(match)
    exceeded = {name: found for name, found in folders.items() if len(found) > LIMITS.get(name, 0)}
    for name, found in exceeded.items():
        for match in found:
            print(f"{match.file}:{match.number}: {match.line[:120]}", file=sys.stderr)
        print(f"{name}: {len(found)} lines match {WORDS.pattern}; at most {LIMITS.get(name, 0)} may.", file=sys.stderr)
    return 1 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent))
