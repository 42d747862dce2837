"""What is hidden, against readers who know every published figure and every sum."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.statistics.suppression import LEAST, Line, hide

Counts = dict[str, int]


def table(parts: list[int]) -> tuple[Counts, list[Line[str]]]:
    """One row with its total."""
    counts = {f"part{number}": count for number, count in enumerate(parts)} | {"total": sum(parts)}
    return counts, [Line("total", tuple(f"part{number}" for number in range(len(parts))))]


def linked(years: list[list[list[list[int]]]]) -> tuple[Counts, list[Line[str]], dict[str, int]]:
    """Months of years in tables of several dimensions, `years[year][month][dimension][key]`; months have the same total in each.

    The first dimension counts; in the others its total is spread anew over as many keys.
    """
    counts: Counts = {}
    lines: list[Line[str]] = []
    rank: dict[str, int] = {}
    dimensions = range(len(years[0][0]))
    for year, months in enumerate(years):
        for month, tables in enumerate(months):
            total = sum(tables[0])
            name = f"y{year}m{month}"
            counts[name], rank[name] = total, 1
            for dimension in dimensions:
                spread = tables[dimension]
                if sum(spread) != total:
                    spread = [max(0, total - sum(spread[1:])), *spread[1:]]
                    spread = spread if sum(spread) == total else [total] + [0] * (len(spread) - 1)
                for key, count in enumerate(spread):
                    counts[f"{name}.d{dimension}k{key}"] = count
                lines.append(Line(name, tuple(f"{name}.d{dimension}k{key}" for key in range(len(spread)))))
    keys = range(len(years[0][0][0]))
    for year, months in enumerate(years):
        names = [f"y{year}m{month}" for month in range(len(months))]
        for suffix in ["", *(f".d{dimension}k{key}" for dimension in dimensions for key in keys)]:
            counts[f"y{year}{suffix}"] = sum(counts[name + suffix] for name in names)
            rank[f"y{year}{suffix}"] = 0 if suffix else 2
            lines.append(Line(f"y{year}{suffix}", tuple(name + suffix for name in names)))
        lines += [Line(f"y{year}", tuple(f"y{year}.d{d}k{key}" for key in keys)) for d in dimensions]
    for suffix in ["", *(f".d{dimension}k{key}" for dimension in dimensions for key in keys)]:
        counts[f"all{suffix}"] = sum(counts[f"y{year}{suffix}"] for year in range(len(years)))
        rank[f"all{suffix}"] = 0 if suffix else 3
        lines.append(Line(f"all{suffix}", tuple(f"y{year}{suffix}" for year in range(len(years)))))
    lines += [Line("all", tuple(f"all.d{d}k{key}" for key in keys)) for d in dimensions]
    return counts, lines, rank


def whole(line: Line[str]) -> list[tuple[str, int]]:
    return [(line.total, 1), *((part, -1) for part in line.parts)]


def found_by_enumeration(counts: Counts, lines: list[Line[str]], hidden: frozenset[str]) -> set[str]:
    """Hidden cells that have one value in every completion of the tables (each hidden one from 1 to its size and 4 more)."""
    order = sorted(hidden)
    seen: dict[str, set[int]] = {cell: set() for cell in order}
    for values in product(*(range(1, counts[cell] + 5) for cell in order)):
        guess = counts | dict(zip(order, values, strict=True))
        if all(sum(sign * guess[cell] for cell, sign in whole(line)) == 0 for line in lines):
            for cell in order:
                seen[cell].add(guess[cell])
    return {cell for cell, values in seen.items() if len(values) == 1}


def found_by_equations(counts: Counts, lines: list[Line[str]], hidden: frozenset[str]) -> set[str]:
    """Hidden cells that the equations alone determine (Gauss and Jordan, exact)."""
    rows: list[dict[str, Fraction]] = []
    for line in lines:
        row = {cell: Fraction(sign) for cell, sign in whole(line) if cell in hidden}
        for known in rows:
            pivot = next(iter(known))
            if pivot in row:
                row = _minus(row, known, row[pivot] / known[pivot])
        if row:
            pivot = next(iter(row))
            rows = [_minus(known, row, known[pivot] / row[pivot]) if pivot in known else known for known in rows]
            rows.append(row)
    return {next(iter(row)) for row in rows if len(row) == 1}


def _minus(row: dict[str, Fraction], other: dict[str, Fraction], times: Fraction) -> dict[str, Fraction]:
    result = {
        cell: row.get(cell, Fraction(0)) - times * other.get(cell, Fraction(0))
        for cell in dict.fromkeys([*row, *other])
    }
    return {cell: value for cell, value in result.items() if value}


def found_by_bounds(counts: Counts, lines: list[Line[str]], hidden: frozenset[str]) -> set[str]:
    """Hidden cells whose bounds meet, narrowed by every sum until nothing changes."""
    low = {cell: 1 if cell in hidden else counts[cell] for cell in counts}
    high = {cell: 10**6 if cell in hidden else counts[cell] for cell in counts}
    changed = True
    while changed:
        changed = False
        for total, parts in lines:
            bounds = [
                (total, sum(low[part] for part in parts), sum(high[part] for part in parts)),
                *(
                    (
                        part,
                        low[total] - sum(high[other] for other in parts if other != part),
                        high[total] - sum(low[other] for other in parts if other != part),
                    )
                    for part in parts
                ),
            ]
            for cell, least, most in bounds:
                if least > low[cell] or most < high[cell]:
                    low[cell], high[cell], changed = max(low[cell], least), min(high[cell], most), True
    return {cell for cell in hidden if low[cell] == high[cell]}


def small(counts: Counts) -> set[str]:
    return {cell for cell, count in counts.items() if 0 < count < LEAST}


def test_nothing_small_nothing_hidden() -> None:
    counts, lines = table([5, 0, 70])
    assert hide(counts, lines) == frozenset()


def test_the_next_smallest_goes_with_a_small_one() -> None:
    counts, lines = table([3, 40, 6, 0, 90])
    assert hide(counts, lines) == {"part0", "part2"}


def test_two_ones_do_not_protect_each_other() -> None:
    """Both are at least 1: a rest of 2 tells both."""
    counts, lines = table([1, 1, 30, 9])
    assert hide(counts, lines) == {"part0", "part1", "part3"}


def test_a_small_total_is_hidden_with_all_it_consists_of() -> None:
    counts, lines = table([2, 1, 0])
    assert hide(counts, lines) == {"part0", "part1", "total"}


def test_one_report_hides_everything_but_zeros() -> None:
    counts, lines, rank = linked([[[[1, 0], [0, 1]], [[0, 0], [0, 0]]]])
    assert hide(counts, lines, rank=rank) == {cell for cell, count in counts.items() if count}


def test_totals_stay_where_something_else_will_do() -> None:
    counts, lines, rank = linked([[[[2, 30], [32, 0]], [[8, 50], [58, 0]], [[90, 91], [181, 0]]]])
    hidden = hide(counts, lines, rank=rank)
    assert hidden == {"y0m0.d0k0", "y0m0.d0k1", "y0m1.d0k0", "y0m1.d0k1"}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5))
def test_nobody_works_out_a_part_from_a_row_and_its_total(parts: list[int]) -> None:
    counts, lines = table(parts)
    hidden = hide(counts, lines)
    assert small(counts) <= hidden
    assert all(counts[cell] for cell in hidden)
    assert found_by_enumeration(counts, lines, hidden) == set()


SMALL = st.integers(0, 7)


@settings(max_examples=60)
@given(st.lists(st.lists(SMALL, min_size=2, max_size=2), min_size=2, max_size=2))
def test_nobody_works_out_a_cell_of_rows_and_columns(rows: list[list[int]]) -> None:
    counts, lines = grid(rows)
    hidden = hide(counts, lines)
    assert small(counts) <= hidden
    if len(hidden) <= 5:
        assert found_by_enumeration(counts, lines, hidden) == set()
    assert found_by_equations(counts, lines, hidden) == set()
    assert found_by_bounds(counts, lines, hidden) == set()


def grid(rows: list[list[int]]) -> tuple[Counts, list[Line[str]]]:
    """Rows and columns with all their totals."""
    across, down = range(len(rows[0])), range(len(rows))
    counts = {f"r{r}c{c}": rows[r][c] for r in down for c in across}
    counts |= {f"r{r}": sum(rows[r]) for r in down} | {f"c{c}": sum(row[c] for row in rows) for c in across}
    counts["all"] = sum(map(sum, rows))
    lines = [Line(f"r{r}", tuple(f"r{r}c{c}" for c in across)) for r in down]
    lines += [Line(f"c{c}", tuple(f"r{r}c{c}" for r in down)) for c in across]
    lines += [Line("all", tuple(f"r{r}" for r in down)), Line("all", tuple(f"c{c}" for c in across))]
    return counts, lines


def shapes() -> Iterator[st.SearchStrategy[list[list[list[list[int]]]]]]:
    for most in (3, 9, 40):
        keys = st.lists(st.integers(0, most), min_size=3, max_size=3)
        months = st.lists(st.lists(keys, min_size=2, max_size=2), min_size=3, max_size=3)
        yield st.lists(months, min_size=2, max_size=2)


@pytest.mark.parametrize("shape", list(shapes()), ids=["tiny", "small", "mixed"])
def test_nobody_works_out_a_cell_across_linked_tables(shape: st.SearchStrategy[list[list[list[list[int]]]]]) -> None:
    @settings(max_examples=60, deadline=None)
    @given(shape)
    def attacked(years: list[list[list[list[int]]]]) -> None:
        counts, lines, rank = linked(years)
        hidden = hide(counts, lines, rank=rank)
        assert small(counts) <= hidden
        assert all(counts[cell] for cell in hidden)
        assert found_by_equations(counts, lines, hidden) == set()
        assert found_by_bounds(counts, lines, hidden) == set()

    attacked()
