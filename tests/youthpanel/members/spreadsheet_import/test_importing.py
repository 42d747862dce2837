"""Import of seventy members from one spreadsheet. Problems are reported by cell and nothing is written."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from clicksafely.accounts.models import User
from clicksafely.common.imports.plan import PlanOutdated
from clicksafely.common.imports.tables import Bounds, TableRow, read_table
from clicksafely.common.models import AuditEvent
from tests.factories.youthpanel import NOW, TODAY, make_cohort, make_member, make_school
from tests.youthpanel.members.sheets import CODES, HEADINGS, cohort_of, row, school_row, xlsx
from youthpanel.members import selectors, services
from youthpanel.members.spreadsheet_import.columns import template_csv, template_xlsx
from youthpanel.members.spreadsheet_import.import_plan import MemberPlan, apply_plan, build_plan
from youthpanel.models import Cohort, Consent, Member, School

pytestmark = pytest.mark.django_db
BOUNDS = Bounds(megabytes=2, rows=300, columns=40, cell=300)


@pytest.fixture
def cohort() -> Cohort:
    return make_cohort(begins_on=date(2026, 9, 1))


def table(rows: list[list[str]]) -> list[TableRow]:
    """The rows as read from a workbook."""
    return [TableRow(number, number, cells) for number, cells in enumerate(rows, 1) if any(cells)]


def plan_of(cohort: Cohort, *rows: list[Any], seed: str = "x") -> MemberPlan:
    texts = [[str(cell) for cell in cells] for cells in (HEADINGS, *rows)]
    return build_plan(table(texts), cohort=cohort, today=TODAY, seed=seed)


def faults(cohort: Cohort, *rows: list[Any]) -> list[tuple[str, str]]:
    return [(problem.column, problem.place) for problem in plan_of(cohort, *rows).faults]


def test_seventy_members_from_one_spreadsheet(
    cohort: Cohort, coordinator: User, django_assert_max_num_queries: Any
) -> None:
    rows = read_table(xlsx(cohort_of(70)), BOUNDS)
    with django_assert_max_num_queries(5):
        plan = build_plan(rows, cohort=cohort, today=TODAY, seed="x")
    assert plan.faults == []
    with django_assert_max_num_queries(25):
        members = apply_plan(plan=plan, actor=coordinator, now=NOW)
    assert (len(members), Member.objects.count(), School.objects.count(), Consent.objects.count()) == (70, 70, 12, 140)
    assert {school.town for school in School.objects.all()} == {"nis", "novi-sad", "vranje"}
    member = Member.objects.get(pk=members[21].pk)
    assert services.read_identity(member=member, actor=coordinator, now=NOW).name == "Бојан Бојић"
    assert member.joined_on == date(2026, 9, 1)
    assert selectors.has_valid_consent(member, "online", TODAY)
    assert not selectors.has_valid_consent(member, "travel", TODAY)
    assert AuditEvent.objects.filter(action="member.added").count() == 70
    imported = AuditEvent.objects.get(action="members.imported")
    assert imported.data == {"members": 70, "schools": 12, "consents": 140}
    # The second import finds all members as duplicates.
    again = build_plan(rows, cohort=cohort, today=TODAY, seed="x")
    assert {problem.column for problem in again.faults} == {"name"}
    assert len(again.faults) == 70
    assert members[0].pseudonym in str(again.faults[0].message)


def cell(code: str, line: int = 2) -> tuple[str, str]:
    return code, f"{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[CODES.index(code)]}{line}"


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"school": ""}, ["school"]),
        ({"town": "Нишш"}, ["town"]),
        ({"kind": "факултет"}, ["kind"]),
        ({"kind": ""}, ["kind"]),
        ({"name": "Ана"}, ["name"]),
        ({"birth_year": "тринаеста"}, ["birth_year"]),
        ({"birth_month": 13}, ["birth_month"]),
        ({"joined_on": "јуче"}, ["joined_on"]),
        ({"joined_on": "1.8.2026."}, ["joined_on"]),
        ({"membership": "можда"}, ["membership"]),
        ({"membership": "да"}, ["given_on", "expires_on"]),
        ({"membership": "да", "given_on": "1.9.2026.", "expires_on": "1.9.2025.", "document": "x"}, ["expires_on"]),
        ({"membership": "да", "given_on": "1.9.2026.", "expires_on": "1.9.2027."}, ["document"]),
        ({"name": "Ана", "town": "x", "birth_month": 0}, ["town", "name", "birth_month"]),
    ],
)
def test_every_problem_has_its_cell(cohort: Cohort, cells: dict[str, Any], wrong: list[str]) -> None:
    assert faults(cohort, row(**cells)) == [cell(code) for code in wrong]


def test_doubles_within_the_file_and_of_members(cohort: Cohort, coordinator: User) -> None:
    rows = [row(pseudonym="Мирни јеж"), row(name="Anić Ana"), row(name="Бојан Бојић", pseudonym="Mirni jež")]
    assert faults(cohort, *rows) == [cell("name", 3), cell("pseudonym", 4)]
    messages = [str(problem.message) for problem in plan_of(cohort, *rows).faults]
    assert all("2" in message for message in messages)
    apply_plan(plan=plan_of(cohort, row(pseudonym="Храбри јеж")), actor=coordinator, now=NOW)
    again = [row(), row(name="Бојан Бојић", pseudonym="hrabri jez")]
    assert faults(cohort, *again) == [cell("name"), cell("pseudonym", 3)]


def test_schools_match_in_either_script_and_similar_ones_are_reported(cohort: Cohort) -> None:
    school = make_school(name="ОШ „Бранко Радичевић“", town="nis")
    plan = plan_of(
        cohort,
        school_row(school="OŠ „Branko Radičević“", town="Niš", kind=""),
        school_row(school="ОШ „Бранко Радичевићи“", town="Ниш"),
        school_row(school="ОШ „Бранко Радичевић“", town="Врање"),
        school_row(school="ОШ „Бранко Радичевић“", town="Ниш", kind="средња"),
    )
    assert plan.rows[0].school == school
    assert [problem.line for problem in plan.all_problems if not problem.blocking] == [3]
    assert [(problem.column, problem.line) for problem in plan.faults] == [("kind", 5)]
    assert len(plan.new_schools) == 2
    assert plan.members == []
    assert "Крагујевац" in str(plan_of(cohort, row(town="Крагујевц")).faults[0].message)


def test_headings(cohort: Cohort) -> None:
    def places_of_faults(*headings: str) -> list[tuple[str, str]]:
        plan = build_plan(table([[], list(headings), ["x"]]), cohort=cohort, today=TODAY, seed="x")
        return [(problem.column, problem.place) for problem in plan.faults]

    assert places_of_faults("Школа", "ГРАД", "Škola") == [("school", "C2")]
    assert places_of_faults("School", "Име") == [("", "B2"), ("town", "A2")]
    assert places_of_faults("School", "Town") == [("town", "B3")]
    assert [problem.place for problem in build_plan([], cohort=cohort, today=TODAY, seed="x").faults] == ["A1"]


def test_all_or_nothing(cohort: Cohort, coordinator: User) -> None:
    plan = plan_of(cohort, *cohort_of(10))
    # Another user takes the last pseudonym between preview and confirmation.
    make_member(pseudonym=plan.members[-1][0].pseudonym)
    schools = School.objects.count()
    with pytest.raises(PlanOutdated):
        apply_plan(plan=plan, actor=coordinator, now=NOW)
    assert (Member.objects.count(), School.objects.count(), Consent.objects.count()) == (1, schools, 0)
    assert not AuditEvent.objects.exists()


def test_the_template_is_one(cohort: Cohort) -> None:
    with translation.override("sr-latn"):
        for file in (template_csv("sr-latn"), template_xlsx("sr-latn")):
            rows = read_table(file, BOUNDS)
            assert len(rows[0].cells) == len(HEADINGS)
            plan = build_plan(rows, cohort=cohort, today=TODAY, seed="x")
            assert [problem.place for problem in plan.faults] == ["A2"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(cells=some.lists(some.lists(some.text(max_size=12), max_size=25), max_size=4))
def test_any_cells_give_a_plan_with_messages(cohort: Cohort, cells: list[list[str]]) -> None:
    plan = build_plan(table([HEADINGS, *cells]), cohort=cohort, today=TODAY, seed="x")
    for problem in plan.all_problems:
        assert str(problem.message)
    assert not Member.objects.exists()
