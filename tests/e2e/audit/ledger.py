"""What was looked at, one line of JSON a page and check, so that an interrupted audit goes on where it was."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parents[3]
# What a page can change by.
CODE = (
    "awareness",
    "clicksafely",
    "hotline",
    "youthpanel",
    "templates",
    "static",
    "locale",
    "tests",
    "requirements.txt",
)


@dataclass(frozen=True)
class Look:
    """One check of one page. `faults` are [rule, where and why]; `figures` what was measured (bytes, milliseconds, counts)."""

    check: str
    page: str
    template: str = ""
    faults: list[list[str]] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)


def code_digest(*more: str) -> str:
    """Changes whenever a file changes that git knows or would take, of those that make pages and of the folders `more`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *CODE, *more],
        cwd=BASE_DIR,
        check=True,
        capture_output=True,
    ).stdout
    digest = hashlib.sha256()
    for name in sorted(listed.decode().split("\0")):
        path = BASE_DIR / name
        if name and path.is_file():
            digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class Ledger:
    """The file in `folder`; several processes may write to it at once. A look that is written again takes the place of the earlier one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "ledger.jsonl"
        self._clean = {(look.check, look.page) for look in self.looks() if not look.faults}

    def begin(self, digest: str, *, anew: bool) -> bool:
        """Start anew if asked to, or unless the code is the one that the file is about. True if it goes on."""
        stamp = self.folder / "code"
        if not anew and stamp.is_file() and stamp.read_text() == digest:
            return True
        self.folder.mkdir(parents=True, exist_ok=True)
        self.path.write_text("")
        stamp.write_text(digest)
        self._clean = set()
        return False

    def is_clean(self, check: str, page: str) -> bool:
        """Whether it was looked at and nothing was wrong."""
        return (check, page) in self._clean

    def write(
        self,
        check: str,
        page: str,
        faults: list[tuple[str, str]],
        *,
        template: str = "",
        figures: Mapping[str, float] | None = None,
    ) -> None:
        """Add a look. One line is written at once, so that lines of two processes do not mix."""
        look = Look(check, page, template, [list(fault) for fault in dict.fromkeys(faults)], dict(figures or {}))
        with self.path.open("ab", buffering=0) as file:
            file.write(json.dumps(asdict(look), ensure_ascii=False).encode() + b"\n")

    def looks(self) -> list[Look]:
        """The last look of each page and check; a line that was cut off is left out."""
        found: dict[tuple[str, str], Look] = {}
        for line in self.path.read_text().splitlines() if self.path.is_file() else ():
            try:
                values: dict[str, Any] = json.loads(line)
            except ValueError:
                continue
            look = Look(**values)
            found[look.check, look.page] = look
        return list(found.values())
