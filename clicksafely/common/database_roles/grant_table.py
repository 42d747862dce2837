"""Reads `grants.txt`, the table of the privileges of each part's database role."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("grants.txt")
PARTS: Final = ("public", "staff", "worker", "sealed", "outside", "beat")
# Where one process does the work of several parts, as with `make run`: its role is a member of the roles of these.
COMBINED_PARTS: Final = {"web": ("public", "staff"), "tasks": ("worker", "sealed")}
PRIVILEGES: Final = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE", "M": "MAINTAIN", "X": "EXECUTE"}
_CELL: Final = re.compile(r"([SIUDMX])(?:\(([a-z0-9_,]+)\))?")


class InvalidGrantTable(ValueError):
    """A line of `grants.txt` cannot be read."""


@dataclass(frozen=True)
class Privilege:
    """One privilege, such as SELECT, on the whole object or on some columns (empty: the whole)."""

    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grants:
    """The privileges on one table or function, by part; `reason` is the comment of the line."""

    name: str
    privileges: dict[str, tuple[Privilege, ...]]
    reason: str

    @property
    def is_function(self) -> bool:
        """Whether this is a function, named with the types of its arguments."""
        return "(" in self.name


def role_name(part: str) -> str:
    """Return the database role of a part or combined part."""
    return f"clicksafely_{part}"


@cache
def read_grants() -> tuple[Grants, ...]:
    """Return all lines of the table. Raises InvalidGrantTable."""
    found = [_read_line(line) for line in FILE.read_text().splitlines() if line and not line.startswith("#")]
    names = [grants.name for grants in found]
    if twice := {name for name in names if names.count(name) > 1}:
        raise InvalidGrantTable(f"named twice: {', '.join(sorted(twice))}")
    return tuple(found)


def _read_line(line: str) -> Grants:
    content, _, reason = line.partition("#")
    name, *cells = content.split()
    if len(cells) != len(PARTS):
        raise InvalidGrantTable(f"{name}: {len(cells)} columns instead of {len(PARTS)}")
    return Grants(name, {part: _read_cell(cell) for part, cell in zip(PARTS, cells, strict=True)}, reason.strip())


def _read_cell(cell: str) -> tuple[Privilege, ...]:
    if cell == "-":
        return ()
    if not re.fullmatch(rf"(?:{_CELL.pattern})+", cell):
        raise InvalidGrantTable(f"{cell} is not a list of privileges")
    return tuple(
        Privilege(PRIVILEGES[letter], tuple(columns.split(",")) if columns else ())
        for letter, columns in _CELL.findall(cell)
    )
