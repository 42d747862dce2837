"""Results of an audit, a line of JSON for each page and check, so that an interrupted audit can continue."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class CheckResult:
    """The result of one check of one page. `faults` are [rule, place and reason]; `figures` are measured values (bytes, milliseconds,
    counts).
    """

    check: str
    page: str
    template: str = ""
    faults: list[list[str]] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)


class ResultFile:
    """The file of results in `folder`.

    Several processes may append to it; a later result replaces an earlier one of the same page and check.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "results.jsonl"
        self._clean = {(result.check, result.page) for result in self.results() if not result.faults}

    def begin(self, digest: str, *, anew: bool) -> bool:
        """Empty the file if wanted or if the code has changed since. Return whether its results are kept."""
        stamp = self.folder / "code"
        if not anew and stamp.is_file() and stamp.read_text() == digest:
            return True
        self.folder.mkdir(parents=True, exist_ok=True)
        self.path.write_text("")
        stamp.write_text(digest)
        self._clean = set()
        return False

    def is_clean(self, check: str, page: str) -> bool:
        """Whether the page was checked without a fault."""
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
        """Append a result, in one write, so that lines of two processes do not mix."""
        result = CheckResult(
            check, page, template, [list(fault) for fault in dict.fromkeys(faults)], dict(figures or {})
        )
        with self.path.open("ab", buffering=0) as file:
            file.write(json.dumps(asdict(result), ensure_ascii=False).encode() + b"\n")

    def results(self) -> list[CheckResult]:
        """Return the last result of each page and check, without incomplete lines."""
        found: dict[tuple[str, str], CheckResult] = {}
        for line in self.path.read_text().splitlines() if self.path.is_file() else ():
            try:
                values: dict[str, Any] = json.loads(line)
            except ValueError:
                continue
            result = CheckResult(**values)
            found[result.check, result.page] = result
        return list(found.values())
