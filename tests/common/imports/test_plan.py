"""The plan of an import: good rows, outcomes, the digest, headings."""

from clicksafely.common.imports.plan import CellProblem, ImportPlan, Outcome, PlannedRow, read_header
from clicksafely.common.imports.tables import TableRow


def row(number: int, **changes: object) -> PlannedRow:
    return PlannedRow(number=number, line=number, header={"a": 0, "b": 27}, **changes)  # type: ignore[arg-type]


def test_good_rows_have_no_faults_but_may_have_remarks() -> None:
    plan = ImportPlan(rows=[row(2), row(3), row(4, outcome=Outcome.UNCHANGED)])
    plan.rows[0].add_problem("b", "wrong")
    plan.rows[1].add_problem("c", "sure?", blocking=False)
    assert [each.number for each in plan.good_rows] == [3, 4]
    assert plan.outcomes() == {"create": 1, "update": 0, "unchanged": 1}
    assert plan.faults == [CellProblem(2, "b", "AB2", "wrong")]
    assert (plan.all_problems[1].place, plan.only_good().faults) == ("3", [])
    plan.problems.append(CellProblem(1, "", "A1", "no such column"))
    assert (plan.good_rows, plan.only_good().rows) == ([], [])


def test_the_digest_changes_with_the_effects_of_the_import() -> None:
    rows = [[row(2)], [row(3)], [row(2), row(3)], [row(2, outcome=Outcome.UPDATE)], [row(2, basis="7")], [row(2)]]
    rows[-1][0].add_problem("a", "wrong")
    digests = [ImportPlan(rows=each).digest() for each in rows]
    assert len(set(digests)) == len(digests)
    assert ImportPlan(rows=[row(2)]).digest() == digests[0]
    assert ImportPlan([CellProblem(1, "", "", "x")], [row(2)]).digest() not in digests


def test_headings_are_found_and_their_problems_named() -> None:
    plan: ImportPlan[PlannedRow] = ImportPlan()
    heads = TableRow(3, 5, ["A", "x", "A", ""])
    header = read_header(heads, plan, column_of={"A": "a"}.get, required={"a": "A", "b": "B"})
    assert header == {"a": 0}
    assert [(problem.line, problem.column, problem.place) for problem in plan.problems] == [
        (5, "", "B3"),
        (5, "a", "C3"),
        (5, "b", "A3"),
    ]
