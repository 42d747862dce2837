"""What a spreadsheet would do: the schools and members it makes, and everything that keeps it from it, cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.utils.functional import Promise

from youthpanel.models import Cohort, School
from youthpanel.records.drafts import ConsentDraft, MemberDraft
from youthpanel.records.importing.columns import BY_CODE

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a cell: `line` is the row in the file, `place` what a spreadsheet calls the cell (`D7`); a remark blocks nothing."""

    line: int
    code: str
    place: str
    message: str | Promise
    blocking: bool = True

    def heading(self, language: str) -> str:
        """The heading of its column."""
        return BY_CODE[self.code].heading(language) if self.code in BY_CODE else ""


@dataclass(slots=True)
class PlannedRow:
    """One row of the file and what becomes of it."""

    line: int
    school: School | None = None
    member: MemberDraft | None = None
    consents: list[ConsentDraft] = field(default_factory=list)
    proposed: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Whether something is wrong with it."""
        return any(problem.blocking for problem in self.problems)


@dataclass(slots=True)
class Plan:
    """A file as a whole: `problems` of the file itself, then its rows."""

    cohort: Cohort
    problems: list[Problem] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)

    @property
    def all_problems(self) -> list[Problem]:
        """Every problem and remark in the order of the file."""
        return [*self.problems, *(problem for row in self.rows for problem in row.problems)]

    @property
    def faults(self) -> list[Problem]:
        """What has to be mended before anything is written."""
        return [problem for problem in self.all_problems if problem.blocking]

    @property
    def new_schools(self) -> list[School]:
        """Schools that would be made, each once."""
        schools: dict[int, School] = {}
        for row in self.rows:
            if row.school is not None and row.school.pk is None:
                schools[id(row.school)] = row.school
        return list(schools.values())

    @property
    def members(self) -> list[tuple[MemberDraft, Sequence[ConsentDraft]]]:
        """Members that would be made, with their consents."""
        return [(row.member, row.consents) for row in self.rows if row.member is not None]

    @property
    def consents(self) -> int:
        """How many consents would be recorded."""
        return sum(len(row.consents) for row in self.rows)


def place_of(line: int, position: int) -> str:
    """What a spreadsheet calls the cell in a line (from 1) at a position (from 0)."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = _LETTERS[rest] + letters
    return f"{letters}{line}"


def default_joining(cohort: Cohort, today: date) -> date:
    """When somebody joined of whom the file does not say it: on the first day of the cohort, or today where it has not come."""
    return min(cohort.begins_on, today)
