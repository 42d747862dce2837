"""Suppressed figures cannot be derived by readers who know every published figure and every sum."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT, SuppressedCells, suppress_cells

Months = dict[str, list[dict[str, int]]]
# (dimension, key, period); a total has neither dimension nor key.
Place = tuple[str, str, str]
Counts = dict[Place, int]


class Line(NamedTuple):
    """A sum known to the reader."""

    total: Place
    parts: tuple[Place, ...]


class Figures:
    """All counts of a measure: `months` are {month: [{key: count} of each dimension]}, each with the same total."""

    def __init__(self, months: Months, *, by_month: bool = True) -> None:
        self.counts: Counter[Place] = Counter()
        for month, tables in months.items():
            for period in (month, month[:4], "all"):
                self.counts["", "", period] += sum(tables[0].values())
                for number, table in enumerate(tables):
                    for key, count in table.items():
                        if by_month or len(period) != 7:
                            self.counts[f"d{number}", key, period] += count
        self.periods = sorted({place[2] for place in self.counts})
        self.keys = sorted({place[:2] for place in self.counts})

    def hide(self) -> SuppressedCells:
        totals = {period: self.counts["", "", period] for period in self.periods}
        tables: dict[str, dict[tuple[str, str], int]] = {}
        for (dimension, key, period), count in self.counts.items():
            if dimension:
                tables.setdefault(dimension, {})[key, period] = count
        return suppress_cells(totals, tables)

    def lines(self) -> Iterator[Line]:
        for dimension in {dimension for dimension, _key in self.keys if dimension}:
            for period in self.periods:
                parts = [(dimension, key, period) for d, key in self.keys if d == dimension]
                if any(part in self.counts for part in parts):
                    yield Line(("", "", period), tuple(parts))
        for dimension, key in self.keys:
            for period in self.periods:
                within = [each for each in self.periods if _parent(each) == period]
                parts = [(dimension, key, each) for each in within if (dimension, key, each) in self.counts]
                if parts:
                    yield Line((dimension, key, period), tuple(parts))

    def unknown(self, hidden: SuppressedCells) -> frozenset[Place]:
        """Return the unpublished cells: all of a hidden period, and single ones of others."""
        places = {(dimension, key, period) for dimension, key in self.keys for period in self.periods}
        return frozenset(place for place in places if place in self.counts and hidden.covers(*place))

    def least(self, place: Place, hidden: SuppressedCells) -> int:
        """Return the lower bounds known to the reader: zeros are published, except those of hidden periods; an empty month is public."""
        return 1 if place[2] not in hidden.periods or not place[0] else 0


def _parent(period: str) -> str:
    return {7: period[:4], 4: "all"}.get(len(period), "")


def whole(line: Line) -> list[tuple[Place, int]]:
    return [(line.total, 1), *((part, -1) for part in line.parts)]


def found_by_equations(figures: Figures, hidden: SuppressedCells) -> set[Place]:
    """Return hidden cells determined by the equations alone (exact Gauss-Jordan elimination)."""
    unknown = figures.unknown(hidden)
    rows: list[dict[Place, Fraction]] = []
    for line in figures.lines():
        row = {cell: Fraction(sign) for cell, sign in whole(line) if cell in unknown}
        for other in rows:
            pivot = next(iter(other))
            if pivot in row:
                row = _minus(row, other, row[pivot] / other[pivot])
        if row:
            pivot = next(iter(row))
            rows = [_minus(other, row, other[pivot] / row[pivot]) if pivot in other else other for other in rows]
            rows.append(row)
    return {next(iter(row)) for row in rows if len(row) == 1}


def _minus(row: dict[Place, Fraction], other: dict[Place, Fraction], times: Fraction) -> dict[Place, Fraction]:
    # The pivot stays first.
    cells = dict.fromkeys([*row, *other])
    result = {cell: row.get(cell, Fraction(0)) - times * other.get(cell, Fraction(0)) for cell in cells}
    return {cell: value for cell, value in result.items() if value}


def found_by_bounds(figures: Figures, hidden: SuppressedCells) -> set[Place]:
    """Return hidden cells whose bounds meet after repeated narrowing by every sum."""
    unknown, lines = figures.unknown(hidden), list(figures.lines())
    low = {cell: figures.least(cell, hidden) if cell in unknown else figures.counts[cell] for cell in figures.counts}
    high = {cell: 10**6 if cell in unknown else figures.counts[cell] for cell in figures.counts}
    changed = True
    while changed:
        changed = False
        for total, every in lines:
            parts = [part for part in every if part in low]
            lows, highs = sum(low[part] for part in parts), sum(high[part] for part in parts)
            bounds = [(total, lows, highs)] + [
                (part, low[total] - (highs - high[part]), high[total] - (lows - low[part])) for part in parts
            ]
            for cell, least, most in bounds:
                if least > low[cell] or most < high[cell]:
                    low[cell], high[cell], changed = max(low[cell], least), min(high[cell], most), True
                    break
    # A zero of a month without other published figures identifies no person.
    return {cell for cell in unknown if low[cell] == high[cell] and figures.counts[cell]}


def one_year(*months: dict[str, int]) -> Figures:
    return Figures({f"2025-{number:02}": [month] for number, month in enumerate(months, start=1)})


def test_the_cheapest_cells_are_suppressed_with_a_small_one() -> None:
    hidden = one_year({"a": 3, "b": 40, "c": 16}, {"a": 8, "b": 50, "c": 12}, {"a": 40, "b": 50, "c": 60}).hide()
    cells = {("d0", key, f"2025-{month}") for key in "ac" for month in ("01", "02")}
    assert hidden == SuppressedCells(frozenset(), frozenset(cells))


def test_ones_do_not_protect_each_other() -> None:
    """Zeros are published: two hidden cells with a sum of 2 must both be 1."""
    figures = one_year({"a": 1, "b": 1, "c": 30}, {"a": 30, "b": 30, "c": 40})
    hidden = figures.hide()
    assert ("d0", "c", "2025-01") in hidden.cells or ("d0", "a", "2025-02") in hidden.cells
    assert found_by_bounds(figures, hidden) == set()


def test_a_small_month_takes_the_next_smallest_with_it() -> None:
    assert one_year({"a": 5, "b": 0, "c": 70}).hide() == SuppressedCells()
    assert one_year({"a": 1}).hide().periods == {"2025-01", "2025", "all"}
    assert one_year({"a": 3}, {"a": 30}, {"a": 4}).hide().periods == {"2025-01", "2025-03"}
    hidden = one_year({"a": 3}, {"a": 30}, {"a": 9}, {"a": 0}).hide()
    assert hidden.periods == {"2025-01", "2025-03"}


def test_months_of_one_need_another() -> None:
    """Five hidden months with a sum of five determine each of them."""
    hidden = one_year(*[{"a": 1}] * 5, {"a": 30}, {"a": 40}).hide()
    assert "2025-06" in hidden.periods
    assert "2025-07" not in hidden.periods


def test_a_small_year_is_left_out_and_the_sum_of_all() -> None:
    hidden = Figures({"2024-12": [{"a": 2, "b": 1}], "2025-01": [{"a": 50, "b": 60}]}).hide()
    assert hidden.periods == {"2024-12", "2024", "all"}
    assert not hidden.cells


def test_a_year_of_ones_is_left_out() -> None:
    """Six months of one each: their sum determines them all, and there are no others to combine them with."""
    figures = Figures({f"2025-{month:02}": [{"a": 1}] for month in range(1, 7)} | {"2026-01": [{"a": 50}]})
    assert figures.hide().periods == {"2025", "all", *(f"2025-{month:02}" for month in range(1, 7))}


def test_years_without_months_protect_each_other() -> None:
    months: Months = {"2024-01": [{"a": 2, "b": 30, "c": 20}], "2025-01": [{"a": 20, "b": 30, "c": 20}]}
    figures = Figures(months, by_month=False)
    hidden = figures.hide()
    assert ("d0", "a", "2024") in hidden.cells
    assert len(hidden.cells) == 4
    assert found_by_equations(figures, hidden) == set()


@st.composite
def worlds(draw: st.DrawFn, most: int, years: int = 2, months: int = 3, keys: int = 3, dimensions: int = 2) -> Months:
    """Return months with as many tables, whose keys share the same total in different ways."""
    tables_by_month: Months = {}
    for year in range(years):
        for month in range(months):
            first = draw(st.lists(st.integers(0, most), min_size=keys, max_size=keys))
            tables = [{str(key): count for key, count in enumerate(first)}]
            for _ in range(dimensions - 1):
                cuts = sorted(draw(st.lists(st.integers(0, sum(first)), min_size=keys - 1, max_size=keys - 1)))
                ends = [0, *cuts, sum(first)]
                tables.append({str(key): ends[key + 1] - ends[key] for key in range(keys)})
            tables_by_month[f"{2024 + year}-{month + 1:02}"] = tables
    return tables_by_month


def check(figures: Figures) -> SuppressedCells:
    hidden = figures.hide()
    for place, count in figures.counts.items():
        if 0 < count < MIN_PUBLISHED_COUNT:
            assert hidden.covers(*place)
        elif count == 0 and place[2] not in hidden.periods:
            assert not hidden.covers(*place)
    assert found_by_equations(figures, hidden) == set()
    assert found_by_bounds(figures, hidden) == set()
    return hidden


@pytest.mark.parametrize(("most", "by_month"), [(1, True), (3, False), (9, True), (40, False)])
@given(st.data())
def test_hidden_cells_cannot_be_derived_across_tables_and_periods(
    most: int, by_month: bool, data: st.DataObject
) -> None:
    check(Figures(data.draw(worlds(most)), by_month=by_month))
