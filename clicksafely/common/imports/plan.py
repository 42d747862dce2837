"""The plan of an import: what it would do with each row, and the problems of each cell."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clicksafely.common.imports.tables import TableRow

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class PlanOutdated(Exception):
    """The database has changed since the plan was built. Nothing was written."""


class Outcome(StrEnum):
    """Effect of the import on a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A problem of a cell. `line`: the first line of its row in the file, 0 for the whole file. `column`: its code, or empty.

    `place` is the cell reference (`D7`), or empty. A remark is not blocking.
    """

    line: int
    column: str
    place: str
    message: str | Promise
    blocking: bool = True


@dataclass(slots=True, kw_only=True)
class PlannedRow:
    """A row of the file. Each import adds the records that it reads from it.

    `basis`: the stored data from which the plan was built, such as a revision. It is part of the digest of the plan.
    """

    number: int
    line: int
    header: Mapping[str, int]
    outcome: Outcome = Outcome.CREATE
    basis: str = ""
    problems: list[CellProblem] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Whether a problem prevents the import of the row."""
        return any(problem.blocking for problem in self.problems)

    def add_problem(self, column: str, message: str | Promise, *, blocking: bool = True) -> None:
        """Add a problem of the cell in `column`, or of the row if the file has no such column."""
        place = cell_reference(self.number, self.header[column]) if column in self.header else str(self.number)
        self.problems.append(CellProblem(self.line, column, place, message, blocking))


@dataclass(slots=True)
class ImportPlan[R: PlannedRow]:
    """A whole file: `problems` of the file itself, then its rows."""

    problems: list[CellProblem] = field(default_factory=list)
    rows: list[R] = field(default_factory=list)

    @property
    def all_problems(self) -> list[CellProblem]:
        """All problems and remarks in the order of the file."""
        return [*self.problems, *(problem for row in self.rows for problem in row.problems)]

    @property
    def faults(self) -> list[CellProblem]:
        """The problems that prevent the import of the whole file."""
        return [problem for problem in self.all_problems if problem.blocking]

    @property
    def good_rows(self) -> list[R]:
        """The rows without faults. None if the file itself has a fault."""
        return (
            [] if any(problem.blocking for problem in self.problems) else [row for row in self.rows if not row.blocked]
        )

    def only_good(self) -> Self:
        """Return a plan of the good rows."""
        return replace(self, rows=self.good_rows)

    def outcomes(self) -> dict[str, int]:
        """Return the number of good rows by outcome."""
        found = Counter(row.outcome for row in self.good_rows)
        return {outcome.value: found[outcome] for outcome in Outcome}

    def digest(self) -> str:
        """Return a digest of what the import would do. It changes with the database if that changes the import."""
        rows = [(row.number, row.outcome, row.basis, row.blocked) for row in self.rows]
        return hashlib.sha256(json.dumps([rows, len(self.problems)]).encode()).hexdigest()


def read_header[R: PlannedRow](
    row: TableRow,
    plan: ImportPlan[R],
    *,
    column_of: Callable[[str], str | None],
    required: Mapping[str, str],
) -> dict[str, int]:
    """Return the position of each column by its code, and add the problems of the headings to `plan`.

    `column_of` returns the code for a heading. `required`: {code: heading} of the columns that a file must have.
    """
    header: dict[str, int] = {}
    for position, heading in enumerate(row.cells):
        code, place = column_of(heading), cell_reference(row.number, position)
        if code in header:
            plan.problems.append(CellProblem(row.line, code or "", place, _("This column appears twice.")))
        elif code:
            header[code] = position
        elif heading:
            text = _("“%(heading)s” is not a known column.") % {"heading": heading}
            plan.problems.append(CellProblem(row.line, "", place, text))
    for code, heading in required.items():
        if code not in header:
            text = _("The column “%(heading)s” is missing.") % {"heading": heading}
            plan.problems.append(CellProblem(row.line, code, f"A{row.number}", text))
    return header


def cell_reference(row: int, position: int) -> str:
    """Return the spreadsheet reference of a cell in a row (from 1) at a position (from 0)."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = _LETTERS[rest] + letters
    return f"{letters}{row}"
