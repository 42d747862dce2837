"""What an audit found: a table by check on the terminal, everything in `audit.json`."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from tests.e2e.audit.ledger import Look

# Check: what it is about. One that has no page was not made, which is a fault too.
CHECKS = {
    "links": "every link leads somewhere, of the right kind",
    "words": "no word in another language or script",
    "markup": "Nu Html Checker",
    "feeds": "feeds, calendars, structured data",
    "looks": "axe-core, edges, targets, console, foreign requests, cookies",
    "keyboard": "Tab reaches everything, in order, visibly",
    "weight": "first visit <= 120 KB, repeat <= 20 KB, no shift, no cookie",
    "paint": "largest paint <= 1.2 s on a slow phone",
    "lighthouse": ">= 98 in all four, median of three",
}


def write_json(looks: Iterable[Look], path: Path) -> None:
    """One object a page and check."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(look) for look in looks], ensure_ascii=False, indent=1) + "\n")


def lines(looks: list[Look], checks: Iterable[str]) -> Iterator[str]:
    """The faults, the same of many pages once, and the table."""
    for check in checks:
        seen: dict[tuple[str, str], list[str]] = {}
        for look in looks:
            for rule, where in look.faults if look.check == check else ():
                seen.setdefault((rule, where), []).append(look.page)
        for (rule, where), pages in sorted(seen.items(), key=lambda found: -len(found[1])):
            yield f"{check}: {rule}: {where}"
            yield f"    on {', '.join(pages[:4])}{' ...' if len(pages) > 4 else ''} ({len(pages)})"
    yield ""
    yield f"{'check':<12}{'pages':>7}{'looks':>8}{'faulty':>8}   what"
    for check in checks:
        own = [look for look in looks if look.check == check]
        faulty = sum(1 for look in own if look.faults)
        many = sum(int(look.figures.get("looks", 1)) for look in own)
        yield f"{check:<12}{len(own):>7}{many:>8}{faulty:>8}   {CHECKS[check]}{_worst(own)}"


def _worst(looks: list[Look]) -> str:
    """The least or greatest of what was measured."""
    names = dict.fromkeys(name for look in looks for name in look.figures if name != "looks")
    values = {name: [look.figures[name] for look in looks if name in look.figures] for name in names}
    parts = [f"{name} {min(of):g}..{max(of):g}" for name, of in values.items()]
    return f" ({', '.join(parts)})" if parts else ""


def is_green(looks: list[Look], checks: Iterable[str]) -> bool:
    """Every check was made, and none found anything."""
    made = {look.check for look in looks}
    return all(check in made for check in checks) and not any(look.faults for look in looks if look.check in checks)
