"""The report of an audit: a table for the terminal, all results in `audit.json`."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from tests.e2e.audit.result_file import CheckResult

# {check: what it covers}. A check without a page did not run, which is a fault.
CHECKS = {
    "links": "links to existing pages of the right content type",
    "words": "words in another language or script",
    "markup": "Nu Html Checker",
    "feeds": "feeds, calendars, structured data",
    "display": "axe-core, overflow, target sizes, console, third-party requests, cookies",
    "keyboard": "tab order, visible focus",
    "weight": "first visit <= 120 KB, repeat <= 20 KB, no shift, no cookie",
    "paint": "largest paint <= 1.2 s on a slow phone",
    "lighthouse": ">= 98 in all four, median of three",
}


def write_json(results: Iterable[CheckResult], path: Path) -> None:
    """Write an object for each page and check."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(result) for result in results], ensure_ascii=False, indent=1) + "\n")


def lines(results: list[CheckResult], checks: Iterable[str]) -> Iterator[str]:
    """Yield the faults, each once with its pages, and the table."""
    for check in checks:
        pages_by_fault: dict[tuple[str, str], list[str]] = {}
        for result in results:
            for rule, where in result.faults if result.check == check else ():
                pages_by_fault.setdefault((rule, where), []).append(result.page)
        for (rule, where), pages in sorted(pages_by_fault.items(), key=lambda found: -len(found[1])):
            yield f"{check}: {rule}: {where}"
            yield f"    on {', '.join(pages[:4])}{' ...' if len(pages) > 4 else ''} ({len(pages)})"
    yield ""
    yield f"{'check':<12}{'pages':>7}{'displays':>9}{'faulty':>8}   scope"
    for check in checks:
        own = [result for result in results if result.check == check]
        faulty = sum(1 for result in own if result.faults)
        many = sum(int(result.figures.get("display", 1)) for result in own)
        yield f"{check:<12}{len(own):>7}{many:>9}{faulty:>8}   {CHECKS[check]}{_worst(own)}"


def _worst(results: list[CheckResult]) -> str:
    """Return the range of each measured value."""
    names = dict.fromkeys(name for result in results for name in result.figures if name != "display")
    values = {name: [result.figures[name] for result in results if name in result.figures] for name in names}
    parts = [f"{name} {min(of):g}..{max(of):g}" for name, of in values.items()]
    return f" ({', '.join(parts)})" if parts else ""


def is_green(results: list[CheckResult], checks: Iterable[str]) -> bool:
    """Whether every check ran and found no fault."""
    done_checks = {result.check for result in results}
    return all(check in done_checks for check in checks) and not any(
        result.faults for result in results if result.check in checks
    )
