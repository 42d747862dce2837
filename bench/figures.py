"""Results of the benchmarks, as a table and as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One result. `ratio` is value over floor, if any; `bar` is the target of the ratio, or of the value."""

    id: str
    what: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    bar: str
    ok: bool


def at_least(id: str, what: str, value: float, floor: float, ratio: float, bar: float, unit: str = "/s") -> Figure:
    """A rate of at least `bar` times its floor."""
    return Figure(id, what, round(value, 1), unit, round(floor, 1), round(ratio, 3), f">= {bar} x floor", ratio >= bar)


def at_most(id: str, what: str, value: float, bar: float, unit: str) -> Figure:
    """A time of at most `bar`."""
    return Figure(id, what, round(value, 2), unit, None, None, f"<= {bar:g} {unit}", value <= bar)


def write(figures: Sequence[Figure], path: Path) -> None:
    """Write the results as a JSON list."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(figure) for figure in figures], indent=1, ensure_ascii=False) + "\n")


def table(figures: Sequence[Figure]) -> str:
    """The results as a table for a terminal."""
    rows = [("", "what", "value", "floor", "ratio", "bar", "")]
    for each in figures:
        floor = "" if each.floor is None else f"{each.floor:,.{0 if each.unit == '/s' else 2}f}{each.unit}"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        places = {"/s": 0, "exponent": 3}.get(each.unit, 1)
        value = f"{each.value:,.{places}f}{'' if each.unit == '/s' else ' '}{each.unit}"
        rows.append((each.id, each.what, value, floor, ratio, each.bar, "ok" if each.ok else "MISSED"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])
