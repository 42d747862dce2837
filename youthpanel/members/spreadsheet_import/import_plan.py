"""The plan of an import: the schools and members to create. It is applied in one transaction."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import FieldFault
from clicksafely.common.imports.plan import CellProblem, ImportPlan, PlannedRow, PlanOutdated, read_header
from clicksafely.common.imports.tables import TableRow
from clicksafely.common.places import TOWNS, Town, find_town
from clicksafely.common.serbian.search_folding import fold
from youthpanel.members import pseudonyms
from youthpanel.members.consent_validity import required_giver
from youthpanel.members.identity import Identity, identity_digest
from youthpanel.members.selectors import known_pseudonyms, schools_by_name
from youthpanel.members.services import add_members
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
from youthpanel.models import Cohort, ConsentGiver, ConsentScope, Member, School


@dataclass(slots=True, kw_only=True)
class MemberRow(PlannedRow):
    """A row of the file and the records to create from it. `proposed`: the pseudonym is generated."""

    school: School | None = None
    member: MemberData | None = None
    consents: list[ConsentData] = field(default_factory=list)
    proposed: bool = False
    # A guardian gives the consents, and the file does not name one.
    lacks_guardian: bool = False

    @property
    def givers(self) -> list[tuple[str, str]]:
        """The labels of each consent and of the giver that would be recorded."""
        return [(str(ConsentScope(each.scope).label), str(ConsentGiver(each.giver).label)) for each in self.consents]


@dataclass(slots=True, kw_only=True)
class MemberPlan(ImportPlan[MemberRow]):
    """The schools, members and consents that a file would add to `cohort`."""

    cohort: Cohort

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

    @property
    def lacking_guardians(self) -> int:
        """The number of rows whose guardian is not named."""
        return sum(row.lacks_guardian for row in self.rows)

    @property
    def guardians_consents(self) -> int:
        """The number of consents given by a guardian."""
        return sum(each.giver == ConsentGiver.GUARDIAN for row in self.rows for each in row.consents)


def default_joined_on(cohort: Cohort, today: date) -> date:
    """Return the joining date for members without one in the file.

    It is the first day of the cohort, but not after today.
    """
    return min(cohort.begins_on, today)


# From this similarity of two school names on, the user is asked whether they are the same school.
_ALIKE: Final = 0.85


def build_plan(rows: Sequence[TableRow], *, cohort: Cohort, today: date, seed: str) -> MemberPlan:
    """Build the plan for the rows of a file and `cohort`. The first row has headings.

    The same `seed` proposes the same pseudonyms.
    """
    plan = MemberPlan(cohort=cohort)
    if not rows:
        plan.problems.append(CellProblem(1, "", "A1", _("This file is empty.")))
        return plan
    language = get_language() or "sr"
    required = {code: COLUMNS_BY_CODE[code].heading(language) for code in REQUIRED_COLUMNS}
    header = read_header(rows[0], plan, column_of=columns.column_of, required=required)
    if plan.faults:
        return plan
    reader = _Reader(cohort, today, header)
    plan.rows = [reader.read(row) for row in rows[1:]]
    if not plan.rows:
        below = rows[0].number + 1
        plan.problems.append(CellProblem(below, "", f"A{below}", _("There are no rows below the headings.")))
    reader.propose(plan.rows, seed)
    for row in plan.rows:
        pseudonym = row.member.pseudonym if row.member else ""
        row.basis = f"{row.school.pk if row.school else ''} {pseudonym} {len(row.consents)}"
    return plan


def apply_plan(*, plan: MemberPlan, actor: AbstractBaseUser, now: datetime) -> list[Member]:
    """Create the schools, members and consents of a plan without faults, in one transaction. Raises PlanOutdated."""
    if plan.faults:
        raise ValueError("a plan with faults")
    try:
        with transaction.atomic():
            # Imports into the same cohort run one after the other.
            Cohort.objects.select_for_update().get(pk=plan.cohort.pk)
            schools = plan.new_schools
            for school in schools:
                school.save(force_insert=True)
            audit_log.record_many(
                [
                    audit_log.AuditEntry("school.added", school, {"fields": ["name", "kind", "town"]})
                    for school in schools
                ],
                actor=actor,
                now=now,
            )
            members = add_members(drafts=plan.members, actor=actor, now=now)
            data: dict[str, audit_log.AuditValue] = {
                "members": len(members),
                "schools": len(schools),
                "consents": plan.consents,
            }
            audit_log.record(action="members.imported", subject=plan.cohort, actor=actor, now=now, data=data)
            return members
    except IntegrityError as error:
        # Rolled-back rows keep their ids in memory; the next plan builds new ones.
        for school in plan.new_schools:
            school.pk = None
        raise PlanOutdated from error


class _Reader:
    """Reads rows one by one, and remembers the schools, people and pseudonyms."""

    def __init__(self, cohort: Cohort, today: date, header: dict[str, int]) -> None:
        self.cohort, self.today, self.header = cohort, today, header
        self.schools = schools_by_name()
        members = Member.objects.exclude(identity=None).values_list("identity", "pseudonym")
        self.people = {bytes(digest or b""): pseudonym for digest, pseudonym in members}
        self.people_here: dict[bytes, int] = {}
        self.pseudonyms = known_pseudonyms()
        self.pseudonyms_here: dict[str, int] = {}

    def read(self, source: TableRow) -> MemberRow:
        texts = source.cells
        cells = {code: texts[at] if at < len(texts) else "" for code, at in self.header.items()}
        row = MemberRow(number=source.number, line=source.line, header=self.header)
        if any(text for at, text in enumerate(texts) if at not in self.header.values()):
            row.add_problem("school", _("This row has a cell without a heading above it."))
        row.school = self._school(cells, row)
        if any(cells.get(code) for code in MEMBER_COLUMNS):
            self._member(cells, row)
        return row

    def _school(self, cells: dict[str, str], row: MemberRow) -> School | None:
        name, town_text, kind_text = cells["school"], cells["town"], cells.get("kind", "")
        if not name:
            row.add_problem("school", _("Write the name of the school."))
        elif len(name) > 160:
            row.add_problem("school", _("This name has more than 160 characters."))
        town = _town(town_text, row)
        kind = columns.parse_school_kind(kind_text)
        if kind_text and kind is None:
            row.add_problem("kind", _("Write “primary” or “secondary”."))
        if not name or town is None or (kind_text and kind is None):
            return None
        key = (fold(name), town.code)
        school = self.schools.get(key)
        if school is None:
            if kind is None:
                row.add_problem("kind", _("This school is new: write whether it is primary or secondary."))
                return None
            self._ask_about_alike(name, town, row)
            school = self.schools[key] = School(name=name, kind=kind, town=town.code)
        elif kind and school.kind != kind:
            row.add_problem(
                "kind", _("This school is recorded as another kind: %(kind)s.") % {"kind": school.get_kind_display()}
            )
        return school

    def _ask_about_alike(self, name: str, town: Town, row: MemberRow) -> None:
        # Names that differ only in a number belong to different schools.
        number = re.findall(r"\d+", name)
        here = {
            folded: school
            for (folded, code), school in self.schools.items()
            if code == town.code and re.findall(r"\d+", school.name) == number
        }
        alike = get_close_matches(fold(name), here, n=1, cutoff=_ALIKE)
        if alike:
            text = _("A new school. Check that it is not the same as “%(name)s”.") % {"name": here[alike[0]].name}
            row.add_problem("school", text, blocking=False)

    def _member(self, cells: dict[str, str], row: MemberRow) -> None:
        identity = Identity(*(cells.get(code, "") for code in Identity.__slots__))
        faults = list(name_faults(identity))
        joined_on = (
            self._date(cells, "joined_on", row)
            if cells.get("joined_on")
            else default_joined_on(self.cohort, self.today)
        )
        if joined_on:
            faults += joining_faults(joined_on, cohort=self.cohort, today=self.today)
        year, month = (_number(cells, code, row) for code in ("birth_year", "birth_month"))
        role = columns.parse_role(cells.get("role", ""))
        if role is None:
            row.add_problem("role", _("Write “member”, “peer educator” or “speaker”, or leave it empty."))
        if year is not None and month is not None:
            faults += birth_faults(year, month, joined_on=joined_on or self.today, today=self.today)
            faults += self._met_before(identity, year, month, row.number)
        faults += self._pseudonym(cells.get("pseudonym", ""), identity, year, row)
        for each in faults:
            row.add_problem(each.field, each.message)
        if row.blocked or None in (joined_on, year, month, role, row.school):
            # Consents are checked in any case, so that their problems appear in the same preview.
            self._consents(cells, None, row)
            return
        row.member = MemberData(
            identity=identity,
            pseudonym=cells.get("pseudonym", ""),
            school=row.school,  # type: ignore[arg-type]
            cohort=self.cohort,
            birth_year=year,  # type: ignore[arg-type]
            birth_month=month,  # type: ignore[arg-type]
            joined_on=joined_on,  # type: ignore[arg-type]
            role=role or "",
        )
        self._consents(cells, row.member, row)

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

    def _pseudonym(self, written: str, identity: Identity, year: int | None, row: MemberRow) -> Iterable[FieldFault]:
        if not written:
            row.proposed = True
            return
        yield from pseudonyms.pseudonym_errors(written, name=identity.name, year=year)
        if fold(written) in self.pseudonyms:
            yield FieldFault("pseudonym", _("Another member has this pseudonym. Choose a different one."))
        elif fold(written) in self.pseudonyms_here:
            line = self.pseudonyms_here[fold(written)]
            yield FieldFault("pseudonym", _("Row %(line)d has the same pseudonym.") % {"line": line})
        else:
            self.pseudonyms_here[fold(written)] = row.number

    def _consents(self, cells: dict[str, str], member: MemberData | None, row: MemberRow) -> None:
        scopes = [scope for code, scope in SCOPES.items() if _answer(cells, code, row)]
        if not scopes:
            return
        given_on, expires_on = (self._date(cells, code, row) for code in ("given_on", "expires_on"))
        if not given_on or not expires_on or member is None:
            return
        giver = required_giver(given_on, year=member.birth_year, month=member.birth_month)
        drafts = [
            ConsentData(
                scope=scope, giver=giver, document=cells.get("document", ""), given_on=given_on, expires_on=expires_on
            )
            for scope in scopes
        ]
        row.lacks_guardian = giver == ConsentGiver.GUARDIAN and not member.identity.guardian
        for each in consent_faults(drafts[0], member=member, today=self.today):
            row.add_problem(each.field, each.message)
        row.consents = drafts

    def _date(self, cells: dict[str, str], code: str, row: MemberRow) -> date | None:
        found = columns.parse_date(cells.get(code, ""))
        if found is None:
            row.add_problem(code, _("Write a date such as 1.10.2026."))
        return found

    def propose(self, rows: list[MemberRow], seed: str) -> None:
        """Give a pseudonym to every member without one."""
        proposals = pseudonyms.generate_pseudonyms(taken=self.pseudonyms | self.pseudonyms_here.keys(), seed=seed)
        for row in rows:
            if row.member is not None and row.proposed:
                fitting = next(
                    each for each in proposals if not pseudonyms.reveals_name(each, name=row.member.identity.name)
                )
                row.member = replace(row.member, pseudonym=fitting)


def _town(text: str, row: MemberRow) -> Town | None:
    town = find_town(text) if text else None
    if not text:
        row.add_problem("town", _("Write the town."))
    elif town is None:
        near = _nearest(text)
        params = {"town": text, "near": ", ".join(near)}
        if near:
            row.add_problem("town", _("There is no town “%(town)s”. Did you mean %(near)s?") % params)
        else:
            row.add_problem("town", _("There is no town “%(town)s” in Serbia.") % params)
    return town


def _nearest(text: str) -> list[str]:
    by_name = {fold(town.name): town for town in TOWNS.values()}
    return [str(by_name[name]) for name in get_close_matches(fold(text), by_name, n=3, cutoff=0.6)]


def _number(cells: dict[str, str], code: str, row: MemberRow) -> int | None:
    number = columns.parse_number(cells.get(code, ""))
    if number is None:
        row.add_problem(code, _("Write a number."))
    return number


def _answer(cells: dict[str, str], code: str, row: MemberRow) -> bool:
    answer = columns.parse_yes_no(cells.get(code, ""))
    if answer is None:
        row.add_problem(code, _("Write “yes”, or leave it empty."))
    return bool(answer)
