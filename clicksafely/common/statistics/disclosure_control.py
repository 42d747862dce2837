"""Which figures of a measure are not published, so that no small one can be worked out from those that are. Pure.

Months or seasons, below called months, of less than five cases are taken together with others of their year, of none of which anything is
told; a year of less than five is left out, and the sum of all years with it. Of what is left every total is at least five and published. In each table by months, years and
keys a count from 1 to 4 is hidden, and others with it, so that for every hidden cell there is another table with the same published
figures in which it is another number. That table is a cycle in the network of the table's sums: cells of a cycle are moved by one in
turns, and every sum stays. The cheapest cycle names what is hidden besides; all cells on it may be hidden without further search. (Gusfield,
A graph theoretic approach to statistical data security, SIAM J. Comput. 17, 1988; Hundepool et al., Statistical Disclosure Control, 2012.)
Totals count as known to the reader, so it holds however many tables share them. Zeros are published: a hidden cell is at least 1.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count as counter

from clicksafely.common.statistics.periods import ALL_TIME, year_of

MIN_PUBLISHED_COUNT = 5
# (key, period) -> count; what is missing is zero.
Table = Mapping[tuple[str, str], int]
# What it costs to hide a cell besides its count: a year more than any month, all the time more than any year.
_COSTS = {7: 0, 4: 10**9, 3: 10**12}


@dataclass(frozen=True)
class SuppressedCells:
    """What is hidden of a measure: whole periods (the total, and every key, zeros too), and single cells (dimension, key, period)."""

    periods: frozenset[str] = frozenset()
    cells: frozenset[tuple[str, str, str]] = frozenset()

    def covers(self, dimension: str, key: str, period: str) -> bool:
        """Whether a figure must not be published."""
        return period in self.periods or (dimension, key, period) in self.cells


def suppress_cells(
    totals: Mapping[str, int], tables: Mapping[str, Table], *, besides: Collection[tuple[str, str, str]] = ()
) -> SuppressedCells:
    """What must not be published of a measure. `totals` are {period: count}, `tables` {dimension: table}; months, years and all.

    `besides` names cells (dimension, key, period) that have to be hidden like small ones.
    """
    rows = _Rows(totals)
    while True:
        cells: set[tuple[str, str, str]] = set()
        for dimension, table in tables.items():
            also = frozenset((key, period) for of, key, period in besides if of == dimension)
            network = _Network(rows, table, also)
            helpless = network.protect()
            if helpless is not None:
                rows.enlarge(helpless)
                break
            cells |= {(dimension, key, period) for key, period in network.hidden if period in totals}
        else:
            return SuppressedCells(frozenset(rows.hidden), frozenset(cells))


class _Rows:
    """Which periods are told of, and which months are taken together: `group_of` a month is itself or "2026+3", the first of its group."""

    def __init__(self, totals: Mapping[str, int]) -> None:
        self.totals = {period: total for period, total in totals.items() if total}
        self.hidden: set[str] = set()
        self.group_of: dict[str, str] = {}
        for year in [period for period in self.totals if len(period) == 4]:
            if self.totals[year] < MIN_PUBLISHED_COUNT:
                self._leave_out(year)
            else:
                self._take_together(
                    year, [month for month in self._months(year) if self.totals[month] < MIN_PUBLISHED_COUNT]
                )

    def enlarge(self, row: str) -> None:
        """Tell less of a row for which nothing else will do: a month is taken together with others, a year is left out."""
        if len(row) == 7:
            self._take_together(year_of(row), [*self._grouped(year_of(row)), row])
        elif row == ALL_TIME:
            self.hidden.add(ALL_TIME)
        elif row in self.totals:
            self._leave_out(row)
        else:
            self._take_together(year_of(row), self._grouped(year_of(row)), more=1)

    def _leave_out(self, year: str) -> None:
        months = self._months(year)
        self.hidden |= {year, ALL_TIME, *months}
        self.group_of = {month: group for month, group in self.group_of.items() if month not in months}

    def _take_together(self, year: str, months: list[str], more: int = 0) -> None:
        """Make one group of these months and of the next smallest ones, until it is large enough that no month of it follows from its sum."""
        if not months:
            return
        others = sorted(set(self._months(year)) - set(months), key=lambda month: (self.totals[month], month))
        group = list(months)
        while (
            len(group) < 2
            or sum(self.totals[each] for each in group) < max(MIN_PUBLISHED_COUNT, len(group) + 1)
            or more > 0
        ):
            if not others:
                self._leave_out(year)
                return
            more -= 1
            group.append(others.pop(0))
        self.hidden |= set(group)
        self.group_of |= dict.fromkeys(group, f"{year}+")

    def _grouped(self, year: str) -> list[str]:
        return [month for month in self._months(year) if month in self.group_of]

    def _months(self, year: str) -> list[str]:
        return [period for period in self.totals if len(period) == 7 and year_of(period) == year]


@dataclass
class _Edge:
    """A cell as an edge from the sum it is a part of to the sum that it is, or the other way round."""

    cell: tuple[str, str]
    tail: Hashable
    head: Hashable
    count: int
    cost: int


@dataclass
class _Network:
    """A table: every sum is a node, every cell that is not zero an edge between the two sums it stands in."""

    rows: _Rows
    table: Table
    also: frozenset[tuple[str, str]] = frozenset()
    hidden: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        counts: dict[tuple[str, str], int] = {}
        for (key, period), count in self.table.items():
            row = self.rows.group_of.get(period, period)
            if count and (row not in self.rows.hidden):
                counts[key, row] = counts.get((key, row), 0) + count
        parents = {(key, _parent(row)) for key, row in counts}
        self.edges = [self._edge(cell, count, parents) for cell, count in sorted(counts.items())]
        self.at: dict[Hashable, list[_Edge]] = {}
        for edge in self.edges:
            self.at.setdefault(edge.tail, []).append(edge)
            self.at.setdefault(edge.head, []).append(edge)

    def protect(self) -> str | None:
        """Hide what is small and what has to be hidden with it; the row of a cell for which there is no cycle, None where there is none."""
        small = [edge for edge in self.edges if edge.count < MIN_PUBLISHED_COUNT or edge.cell in self.also]
        self.hidden = {edge.cell for edge in small}
        safe: set[tuple[str, str]] = set()
        for edge in small:
            if edge.cell in safe:
                continue
            cycle = self._cycle(edge)
            if cycle is None:
                return edge.cell[1]
            self.hidden |= cycle
            safe |= cycle
        return None

    def _edge(self, cell: tuple[str, str], count: int, parents: set[tuple[str, str]]) -> _Edge:
        key, row = cell
        above = (key, _parent(row))
        tail: Hashable = cell if cell in parents else ("row", row)
        head: Hashable = above if _parent(row) and above[1] not in self.rows.hidden else "root"
        # Cells of months that are taken together are told of nowhere.
        cost = 1 if row.endswith("+") else _COSTS[len(row)] + count
        return _Edge(cell, tail, head, count, cost)

    def _cycle(self, edge: _Edge) -> frozenset[tuple[str, str]] | None:
        """The cells of the cheapest cycle through an edge, by moving it up or, where it stays at least 1, down."""
        ways = [self._path(edge.head, edge.tail, edge)]
        if edge.count > 1:
            ways.append(self._path(edge.tail, edge.head, edge))
        found = min((way for way in ways if way is not None), key=lambda way: way[0], default=None)
        return None if found is None else frozenset({edge.cell, *found[1]})

    def _path(self, start: Hashable, end: Hashable, without: _Edge) -> tuple[int, list[tuple[str, str]]] | None:
        """Dijkstra: along an edge it grows, against it it shrinks, which a 1 cannot; what is hidden anyway costs nothing."""
        best: dict[Hashable, int] = {start: 0}
        came: dict[Hashable, tuple[Hashable, _Edge]] = {}
        number = counter()
        heap: list[tuple[int, int, Hashable]] = [(0, next(number), start)]
        while heap:
            cost, _number, node = heappop(heap)
            if node == end:
                return cost, list(_cells_back(came, start, end))
            if cost > best[node]:
                continue
            for edge in self.at[node]:
                forward = edge.tail == node
                if edge is without or not (forward or edge.count > 1):
                    continue
                there = edge.head if forward else edge.tail
                # One more than nothing for each step, so that the shortest of equals is taken.
                price = cost + (1 if edge.cell in self.hidden else 1000 * edge.cost)
                if price < best.get(there, price + 1):
                    best[there], came[there] = price, (node, edge)
                    heappush(heap, (price, next(number), there))
        return None


def _cells_back(
    came: Mapping[Hashable, tuple[Hashable, _Edge]], start: Hashable, end: Hashable
) -> Iterable[tuple[str, str]]:
    while end != start:
        end, edge = came[end]
        yield edge.cell


def _parent(row: str) -> str:
    """The year of a month or of months taken together, all the time of a year, nothing of that."""
    if row == ALL_TIME:
        return ""
    return ALL_TIME if len(row) == 4 else year_of(row)
