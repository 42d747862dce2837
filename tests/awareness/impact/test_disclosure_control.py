"""Disclosure control for linked tables: figures that follow from two tables and the calendar of events."""

from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from awareness.impact.aggregates import Aggregates, Cell
from awareness.impact.disclosure_control import Classes, Place, linked_disclosures
from awareness.impact.rebuild import suppressed_cells
from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT, SuppressedCells, suppress_cells

SPRING, AUTUMN = "2025-21", "2025-23"


def aggregates_of(classes: Classes) -> Aggregates:
    """Aggregates of events with these participants by kind, town and season."""
    aggregates = Aggregates(classes=dict(classes))
    for (kind, town, season), count in classes.items():
        aggregates.add("participants", season, count, kind=kind, town=town)
    return aggregates


def hidden_by_table(classes: Classes) -> SuppressedCells:
    """Cells that each table hides alone."""
    totals: Counter[str] = Counter()
    tables: dict[str, Counter[tuple[str, str]]] = {"kind": Counter(), "town": Counter()}
    for cell, count in aggregates_of(classes).counts.items():
        if cell.dimension:
            tables[cell.dimension][cell.key, cell.period] = count
        else:
            totals[cell.period] = count
    return suppress_cells(totals, tables)


def sums_of(classes: Classes, hidden: SuppressedCells) -> list[dict[tuple[str, str, str], Fraction]]:
    """Published figures, as sums of participants by kind, town and season."""
    places: dict[Place, dict[tuple[str, str, str], Fraction]] = {}
    for each, count in classes.items():
        kind, town, season = each
        for period in (season, season[:4]):
            of_town = [("town", town, period)] if len(period) == 4 else []
            for place in [("", "", period), ("kind", kind, period), *of_town]:
                row = places.setdefault(place, {})
                if count:
                    row[each] = Fraction(1)
    return [row for place, row in places.items() if row and not hidden.covers(*place)]


def worked_out(classes: Classes, hidden: SuppressedCells) -> set[tuple[str, str, str]]:
    """Small attendances that follow exactly from the sums (Gauss-Jordan elimination)."""
    solved: list[dict[tuple[str, str, str], Fraction]] = []
    for row in sums_of(classes, hidden):
        for other in solved:
            pivot = next(iter(other))
            if pivot in row:
                row = _minus(row, other, row[pivot] / other[pivot])
        if row:
            pivot = next(iter(row))
            solved = [_minus(other, row, other[pivot] / row[pivot]) if pivot in other else other for other in solved]
            solved.append(row)
    return {next(iter(row)) for row in solved if len(row) == 1 and 0 < classes[next(iter(row))] < MIN_PUBLISHED_COUNT}


def _minus(
    row: dict[tuple[str, str, str], Fraction], other: dict[tuple[str, str, str], Fraction], times: Fraction
) -> dict[tuple[str, str, str], Fraction]:
    cells = dict.fromkeys([*row, *other])
    result = {cell: row.get(cell, Fraction(0)) - times * other.get(cell, Fraction(0)) for cell in cells}
    return {cell: value for cell, value in result.items() if value}


def leaking() -> Classes:
    """A seminar of four in a town without other events. The workshops hidden with it are published as the figure of Niš."""
    return {
        ("seminar", "uzice", SPRING): 4,
        ("workshop", "nis", SPRING): 30,
        ("presentation", "vranje", SPRING): 11,
        ("presentation", "subotica", SPRING): 40,
        ("quiz", "subotica", SPRING): 70,
        ("quiz", "subotica", AUTUMN): 80,
    }


def test_a_small_figure_does_not_follow_from_two_tables_read_together() -> None:
    classes = leaking()
    assert worked_out(classes, hidden_by_table(classes)) == {("seminar", "uzice", SPRING)}
    hidden = suppressed_cells(aggregates_of(classes))["participants"]
    assert worked_out(classes, hidden) == set()
    assert linked_disclosures(classes, hidden) == set()


@pytest.mark.parametrize("seed", range(20))
def test_no_small_count_can_be_derived_from_any_events(seed: int) -> None:
    random = Random(seed)
    kinds, towns = "abcd"[: random.randint(2, 4)], "uvwxyz"[: random.randint(2, 6)]
    seasons = [f"{year}-{season}" for year in (2024, 2025) for season in (21, 23)]
    classes = {
        (random.choice(kinds), random.choice(towns), random.choice(seasons)): random.choice((0, 1, 3, 4, 6, 25, 60))
        for _ in range(random.choice((4, 10, 25)))
    }
    aggregates = aggregates_of(classes)
    hidden = suppressed_cells(aggregates)["participants"]
    for year in ("2024", "2025"):
        assert worked_out({each: count for each, count in classes.items() if each[2][:4] == year}, hidden) == set()
    for (_measure, dimension, key, period), count in aggregates.counts.items():
        assert count >= MIN_PUBLISHED_COUNT or hidden.covers(dimension, key, period)


def test_table_without_small_cells_is_published_whole() -> None:
    classes = {each: count + 5 for each, count in leaking().items()}
    hidden = suppressed_cells(aggregates_of(classes))["participants"]
    assert hidden == SuppressedCells()
    assert Cell("participants", "kind", "seminar", "all") in aggregates_of(classes).counts
