"""Disclosure control: selects figures to suppress so that no small one can be derived from the published ones. Pure."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count as counter

from clicksafely.common.statistics.periods import ALL_TIME, year_of

MIN_PUBLISHED_COUNT = 5
# (key, period) -> count; missing entries are zero.
Table = Mapping[tuple[str, str], int]
# Cost of hiding a cell in addition to its count: a year more than any month, the whole time more than any year.
_COSTS = {7: 0, 4: 10**9, 3: 10**12}


@dataclass(frozen=True)
class SuppressedCells:
    """Suppressed cells of a measure: whole periods and single cells (dimension, key, period).

    A whole period includes its total and every key, zeros too.
    """

    periods: frozenset[str] = frozenset()
    cells: frozenset[tuple[str, str, str]] = frozenset()

    def covers(self, dimension: str, key: str, period: str) -> bool:
        """Return whether a figure is suppressed."""
        return period in self.periods or (dimension, key, period) in self.cells


def suppress_cells(
    totals: Mapping[str, int], tables: Mapping[str, Table], *, besides: Collection[tuple[str, str, str]] = ()
) -> SuppressedCells:
    """Return the cells of a measure to suppress. `totals` are {period: count}, `tables` {dimension: table}.

    Periods are months, years and all. `besides` names cells (dimension, key, period) to hide like small ones.

    Months or seasons (below: months) with less than five cases are combined with others of their year. None of the
    combined months is published. A year with less than five cases is omitted, together with the total of all years. All
    remaining totals are at least five and published.

    In each table by months, years and keys, a count from 1 to 4 is hidden, and others with it. For every hidden cell,
    another table with the same published figures then has another value there. Totals count as known to the reader, so
    the protection holds for any number of tables that share them. Zeros are published, because a hidden cell is at
    least 1.
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


def suppress_parts[Key](counts: list[tuple[Key, int]]) -> list[tuple[Key, int | None]]:
    """The counts of parts of a known sum, suppressed below `MIN_PUBLISHED_COUNT`.

    If any part is suppressed, at least two are, with at least `MIN_PUBLISHED_COUNT` people together. The next smallest
    parts are added until this is true.
    """
    by_size = sorted(range(len(counts)), key=lambda place: counts[place][1])
    hidden = [place for place in by_size if counts[place][1] < MIN_PUBLISHED_COUNT]
    for place in by_size[len(hidden) :]:
        if not hidden or (len(hidden) > 1 and sum(counts[each][1] for each in hidden) >= MIN_PUBLISHED_COUNT):
            break
        hidden.append(place)
    return [(key, None if place in hidden else n) for place, (key, n) in enumerate(counts)]


class _Rows:
    """Published periods and combined months: `group_of` a month is itself or "2026+3", the first of its group."""

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
        """Publish less of a row that cannot be protected otherwise: combine a month with others, or omit a year."""
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
        """Combine these months with the next smallest ones until no month can be derived from the group's sum."""
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
    """A cell as an edge between a sum and its part, in either direction."""

    cell: tuple[str, str]
    tail: Hashable
    head: Hashable
    count: int
    cost: int


@dataclass
class _Network:
    """A table as a network: every sum is a node, every nonzero cell an edge between its two sums.

    Adding and subtracting one in turns along a cycle preserves every sum, and gives another table with the same sums.
    The cheapest cycle determines the additional cells to hide. Once hidden, all of its cells are protected.

    Gusfield, A graph theoretic approach to statistical data security, SIAM J. Comput. 17, 1988. Hundepool et al.,
    Statistical Disclosure Control, 2012.
    """

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
        """Hide small cells and those required to protect them; return the row of a cell without a cycle, or None."""
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
        # Cells of combined months are not published at all.
        cost = 1 if row.endswith("+") else _COSTS[len(row)] + count
        return _Edge(cell, tail, head, count, cost)

    def _cycle(self, edge: _Edge) -> frozenset[tuple[str, str]] | None:
        """Return the cells of the cheapest cycle through an edge.

        The cycle increases the edge or, if it stays at least 1, decreases it.
        """
        ways = [self._path(edge.head, edge.tail, edge)]
        if edge.count > 1:
            ways.append(self._path(edge.tail, edge.head, edge))
        found = min((way for way in ways if way is not None), key=lambda way: way[0], default=None)
        return None if found is None else frozenset({edge.cell, *found[1]})

    def _path(self, start: Hashable, end: Hashable, without: _Edge) -> tuple[int, list[tuple[str, str]]] | None:
        """Find the cheapest path with Dijkstra's algorithm.

        A cell grows along its edge and shrinks against it, which a 1 cannot. Already hidden cells cost nothing.
        """
        best: dict[Hashable, int] = {start: 0}
        predecessors: dict[Hashable, tuple[Hashable, _Edge]] = {}
        number = counter()
        heap: list[tuple[int, int, Hashable]] = [(0, next(number), start)]
        while heap:
            cost, _number, node = heappop(heap)
            if node == end:
                return cost, list(_cells_back(predecessors, start, end))
            if cost > best[node]:
                continue
            for edge in self.at[node]:
                forward = edge.tail == node
                if edge is without or not (forward or edge.count > 1):
                    continue
                there = edge.head if forward else edge.tail
                # A small cost for each step, so that the shortest of equal cycles is chosen.
                price = cost + (1 if edge.cell in self.hidden else 1000 * edge.cost)
                if price < best.get(there, price + 1):
                    best[there], predecessors[there] = price, (node, edge)
                    heappush(heap, (price, next(number), there))
        return None


def _cells_back(
    predecessors: Mapping[Hashable, tuple[Hashable, _Edge]], start: Hashable, end: Hashable
) -> Iterable[tuple[str, str]]:
    while end != start:
        end, edge = predecessors[end]
        yield edge.cell


def _parent(row: str) -> str:
    """Return the year of a month or of combined months, and the whole time of a year; "" otherwise."""
    if row == ALL_TIME:
        return ""
    return ALL_TIME if len(row) == 4 else year_of(row)
