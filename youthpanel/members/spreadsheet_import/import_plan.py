"""The plan of an import: the schools and members to create, and the problems of each cell."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Final, Protocol

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clicksafely.common.places import TOWNS, Town, find_town
from clicksafely.common.serbian.search_folding import fold
from youthpanel.members import pseudonyms
from youthpanel.members.consent_validity import required_giver
from youthpanel.members.exceptions import FieldFault
from youthpanel.members.identity import Identity, identity_digest
from youthpanel.members.selectors import known_pseudonyms, schools_by_name
from youthpanel.members.spreadsheet_import import columns
from youthpanel.members.spreadsheet_import.columns import COLUMNS_BY_CODE, MEMBER_COLUMNS, REQUIRED_COLUMNS, SCOPES
from youthpanel.members.validation import (
    ConsentData,
    MemberData,
    birth_faults,
    consent_faults,
    duplicate_member_message,
    joining_faults,
    name_faults,
)
from youthpanel.models import Cohort, Member, School

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A problem of a cell. `line` is the row in the file, `place` the cell reference (`D7`). A remark is not blocking."""

    line: int
    code: str
    place: str
    message: str | Promise
    blocking: bool = True

    def heading(self, language: str) -> str:
        """The heading of its column."""
        return COLUMNS_BY_CODE[self.code].heading(language) if self.code in COLUMNS_BY_CODE else ""


@dataclass(slots=True)
class PlannedRow:
    """A row of the file and the records to create from it."""

    line: int
    school: School | None = None
    member: MemberData | None = None
    consents: list[ConsentData] = field(default_factory=list)
    proposed: bool = False
    problems: list[CellProblem] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        """Whether a problem prevents the import of the row."""
        return any(problem.blocking for problem in self.problems)


@dataclass(slots=True)
class ImportPlan:
    """A whole file: `problems` of the file itself, then its rows."""

    cohort: Cohort
    problems: list[CellProblem] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)

    @property
    def all_problems(self) -> list[CellProblem]:
        """All problems and remarks in the order of the file."""
        return [*self.problems, *(problem for row in self.rows for problem in row.problems)]

    @property
    def faults(self) -> list[CellProblem]:
        """The problems that prevent the import."""
        return [problem for problem in self.all_problems if problem.blocking]

    @property
    def new_schools(self) -> list[School]:
        """The schools to create, without duplicates."""
        schools: dict[int, School] = {}
        for row in self.rows:
            if row.school is not None and row.school.pk is None:
                schools[id(row.school)] = row.school
        return list(schools.values())

    @property
    def members(self) -> list[tuple[MemberData, Sequence[ConsentData]]]:
        """The members to create, with their consents."""
        return [(row.member, row.consents) for row in self.rows if row.member is not None]

    @property
    def consents(self) -> int:
        """The number of consents to record."""
        return sum(len(row.consents) for row in self.rows)


def cell_reference(line: int, position: int) -> str:
    """The spreadsheet reference of a cell in a line (from 1) at a position (from 0)."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = _LETTERS[rest] + letters
    return f"{letters}{line}"


def default_joined_on(cohort: Cohort, today: date) -> date:
    """The joining date of a member without one in the file: the first day of the cohort, but not after today."""
    return min(cohort.begins_on, today)


# From this similarity of two school names on, the user is asked whether they are the same school.
_ALIKE: Final = 0.85


class _Say(Protocol):
    """Reports a problem of a cell."""

    def __call__(self, code: str, message: object, *, blocking: bool = True) -> None: ...


def build_plan(rows: Sequence[Sequence[str]], *, cohort: Cohort, today: date, seed: str) -> ImportPlan:
    """Build the plan for the rows of a file and `cohort`. The first row has headings.

    The same `seed` proposes the same pseudonyms.
    """
    plan = ImportPlan(cohort)
    first = next((number for number, row in enumerate(rows) if any(row)), None)
    if first is None:
        plan.problems.append(CellProblem(1, "", "A1", _("This file is empty.")))
        return plan
    header = _read_header(rows[first], first + 1, plan)
    if plan.faults:
        return plan
    reader = _Reader(cohort, today, header)
    for line, row in enumerate(rows[first + 1 :], first + 2):
        if any(row):
            plan.rows.append(reader.read(line, row))
    if not plan.rows:
        plan.problems.append(CellProblem(first + 2, "", f"A{first + 2}", _("There are no rows below the headings.")))
    reader.propose(plan.rows, seed)
    return plan


def _read_header(row: Sequence[str], line: int, plan: ImportPlan) -> dict[str, int]:
    """The position of each column by its code."""
    header: dict[str, int] = {}
    for position, heading in enumerate(row):
        code, place = columns.column_of(heading), cell_reference(line, position)
        if code in header:
            plan.problems.append(CellProblem(line, code or "", place, _("This column stands there twice.")))
        elif code:
            header[code] = position
        elif heading:
            text = _("“%(heading)s” is not a known column. See the template for all columns.")
            plan.problems.append(CellProblem(line, "", place, text % {"heading": heading}))
    for code in REQUIRED_COLUMNS:
        if code not in header:
            text = _("The column “%(heading)s” is missing.") % {
                "heading": COLUMNS_BY_CODE[code].heading(get_language() or "sr")
            }
            plan.problems.append(CellProblem(line, code, f"A{line}", text))
    return header


class _Reader:
    """Reads rows one by one, and remembers the schools, people and pseudonyms."""

    def __init__(self, cohort: Cohort, today: date, header: dict[str, int]) -> None:
        self.cohort, self.today, self.header = cohort, today, header
        self.schools = schools_by_name()
        known = Member.objects.exclude(identity=None).values_list("identity", "pseudonym")
        self.people = {bytes(digest or b""): pseudonym for digest, pseudonym in known}
        self.people_here: dict[bytes, int] = {}
        self.pseudonyms = known_pseudonyms()
        self.pseudonyms_here: dict[str, int] = {}

    def read(self, line: int, row: Sequence[str]) -> PlannedRow:
        cells = {code: row[position] if position < len(row) else "" for code, position in self.header.items()}
        planned = PlannedRow(line)

        def fault(code: str, message: object, *, blocking: bool = True) -> None:
            place = cell_reference(line, self.header[code]) if code in self.header else str(line)
            planned.problems.append(CellProblem(line, code, place, message, blocking))  # type: ignore[arg-type]

        surplus = [cell for position, cell in enumerate(row) if cell and position not in self.header.values()]
        if surplus:
            fault("school", _("This row has a cell without a heading above it."))
        planned.school = self._school(cells, fault)
        if any(cells.get(code) for code in MEMBER_COLUMNS):
            self._member(cells, planned, fault)
        return planned

    def _school(self, cells: dict[str, str], fault: _Say) -> School | None:
        name, town_text, kind_text = cells["school"], cells["town"], cells.get("kind", "")
        if not name:
            fault("school", _("Write the name of the school."))
        elif len(name) > 160:
            fault("school", _("This name is longer than 160 characters."))
        town = _town(town_text, fault)
        kind = columns.parse_school_kind(kind_text)
        if kind_text and kind is None:
            fault("kind", _("Write “primary” or “secondary”."))
        if not name or town is None or (kind_text and kind is None):
            return None
        key = (fold(name), town.code)
        known = self.schools.get(key)
        if known is None:
            if kind is None:
                fault("kind", _("This school is new: write whether it is primary or secondary."))
                return None
            self._ask_about_alike(name, town, fault)
            known = self.schools[key] = School(name=name, kind=kind, town=town.code)
        elif kind and known.kind != kind:
            fault("kind", _("This school is known as another kind: %(kind)s.") % {"kind": known.get_kind_display()})
        return known

    def _ask_about_alike(self, name: str, town: Town, fault: _Say) -> None:
        # Names that differ only in a number belong to different schools.
        number = re.findall(r"\d+", name)
        here = {
            folded: school
            for (folded, code), school in self.schools.items()
            if code == town.code and re.findall(r"\d+", school.name) == number
        }
        alike = get_close_matches(fold(name), here, n=1, cutoff=_ALIKE)
        if alike:
            text = _("A new school. Is it not the same as “%(name)s”?") % {"name": here[alike[0]].name}
            fault("school", text, blocking=False)

    def _member(self, cells: dict[str, str], planned: PlannedRow, fault: _Say) -> None:
        identity = Identity(*(cells.get(code, "") for code in Identity.__slots__))
        faults = list(name_faults(identity))
        joined_on = (
            self._date(cells, "joined_on", fault)
            if cells.get("joined_on")
            else default_joined_on(self.cohort, self.today)
        )
        if joined_on:
            faults += joining_faults(joined_on, cohort=self.cohort, today=self.today)
        year, month = (_number(cells, code, fault) for code in ("birth_year", "birth_month"))
        role = columns.parse_role(cells.get("role", ""))
        if role is None:
            fault("role", _("Write “member”, “peer educator” or “speaker”, or nothing."))
        if year is not None and month is not None:
            faults += birth_faults(year, month, joined_on=joined_on or self.today, today=self.today)
            faults += self._met_before(identity, year, month, planned.line)
        faults += self._pseudonym(cells.get("pseudonym", ""), identity, year, planned)
        for each in faults:
            fault(each.field, each.message)
        if planned.blocked or None in (joined_on, year, month, role, planned.school):
            # Consents are checked in any case, so that their problems appear in the same preview.
            self._consents(cells, None, planned, fault)
            return
        planned.member = MemberData(
            identity=identity,
            pseudonym=cells.get("pseudonym", ""),
            school=planned.school,  # type: ignore[arg-type]
            cohort=self.cohort,
            birth_year=year,  # type: ignore[arg-type]
            birth_month=month,  # type: ignore[arg-type]
            joined_on=joined_on,  # type: ignore[arg-type]
            role=role or "",
        )
        self._consents(cells, planned.member, planned, fault)

    def _met_before(self, identity: Identity, year: int, month: int, line: int) -> Iterable[FieldFault]:
        digest = identity_digest(identity.name, year=year, month=month)
        if digest in self.people:
            yield duplicate_member_message(self.people[digest])
        elif digest in self.people_here:
            yield FieldFault(
                "name", _("This is the same person as in row %(line)d.") % {"line": self.people_here[digest]}
            )
        else:
            self.people_here[digest] = line

    def _pseudonym(
        self, written: str, identity: Identity, year: int | None, planned: PlannedRow
    ) -> Iterable[FieldFault]:
        if not written:
            planned.proposed = True
            return
        yield from pseudonyms.pseudonym_errors(written, name=identity.name, year=year)
        if fold(written) in self.pseudonyms:
            yield FieldFault("pseudonym", _("Another member has this pseudonym. Choose another one."))
        elif fold(written) in self.pseudonyms_here:
            line = self.pseudonyms_here[fold(written)]
            yield FieldFault("pseudonym", _("Row %(line)d has the same pseudonym.") % {"line": line})
        else:
            self.pseudonyms_here[fold(written)] = planned.line

    def _consents(self, cells: dict[str, str], member: MemberData | None, planned: PlannedRow, fault: _Say) -> None:
        given = [scope for code, scope in SCOPES.items() if _answer(cells, code, fault)]
        if not given:
            return
        given_on, expires_on = (self._date(cells, code, fault) for code in ("given_on", "expires_on"))
        if not given_on or not expires_on or member is None:
            return
        giver = required_giver(given_on, year=member.birth_year, month=member.birth_month)
        drafts = [
            ConsentData(
                scope=scope, giver=giver, document=cells.get("document", ""), given_on=given_on, expires_on=expires_on
            )
            for scope in given
        ]
        for each in consent_faults(drafts[0], member=member, today=self.today):
            fault(each.field, each.message)
        planned.consents = drafts

    def _date(self, cells: dict[str, str], code: str, fault: _Say) -> date | None:
        found = columns.parse_date(cells.get(code, ""))
        if found is None:
            fault(code, _("Write a date such as 1.10.2026."))
        return found

    def propose(self, rows: list[PlannedRow], seed: str) -> None:
        """Give a pseudonym to every member without one."""
        proposals = pseudonyms.generate_pseudonyms(taken=self.pseudonyms | self.pseudonyms_here.keys(), seed=seed)
        for row in rows:
            if row.member is not None and row.proposed:
                fitting = next(
                    each for each in proposals if not pseudonyms.reveals_name(each, name=row.member.identity.name)
                )
                row.member = replace(row.member, pseudonym=fitting)


def _town(text: str, fault: _Say) -> Town | None:
    town = find_town(text) if text else None
    if not text:
        fault("town", _("Write the town."))
    elif town is None:
        near = _nearest(text)
        said = {"town": text, "near": ", ".join(near)}
        if near:
            fault("town", _("There is no town “%(town)s”. Did you mean %(near)s?") % said)
        else:
            fault("town", _("There is no town “%(town)s” in Serbia.") % said)
    return town


def _nearest(text: str) -> list[str]:
    by_name = {fold(town.name): town for town in TOWNS.values()}
    return [str(by_name[name]) for name in get_close_matches(fold(text), by_name, n=3, cutoff=0.6)]


def _number(cells: dict[str, str], code: str, fault: _Say) -> int | None:
    number = columns.parse_number(cells.get(code, ""))
    if number is None:
        fault(code, _("Write a number."))
    return number


def _answer(cells: dict[str, str], code: str, fault: _Say) -> bool:
    answer = columns.parse_yes_no(cells.get(code, ""))
    if answer is None:
        fault(code, _("Write “yes”, or nothing."))
    return bool(answer)
