"""Which figures are not published, so that no small one can be worked out from what is. Pure.

A count from 1 to 4 is hidden. Others are hidden with it until, for every hidden figure, there is a second set of tables in which it is
another number and every published figure is the same: whoever knows all that is published cannot tell which of the two is true. Such a set
is built for each (`_Search`) by moving figures by one and making good for it in every sum they belong to; the cheapest way of doing that
names what has to be hidden too. It is the method of cycles of statistical offices (Hundepool et al., Statistical Disclosure Control,
2012, chapter 4), kept general so that it holds across tables that share their totals. Zeros are published, and the reader knows that: a
hidden figure is at least 1.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

LEAST = 5
# How many moves one search tries before it may hide more.
PATIENCE = 400


class Line[C](NamedTuple):
    """A sum that the reader can check: the total and its parts."""

    total: C
    parts: tuple[C, ...]


def hide[C: Hashable](
    counts: Mapping[C, int], lines: Iterable[Line[C]], *, rank: Mapping[C, int] | None = None
) -> frozenset[C]:
    """The cells that must not be published. `counts` lacks what is zero.

    `rank` (0 where missing) says what is hidden only where nothing of a lower rank will do: totals.
    """
    search = _Search(counts, lines, rank or {})
    small = sorted((cell for cell, count in counts.items() if 0 < count < LEAST), key=search.order.__getitem__)
    search.hidden.update(small)
    waiting, safe = list(small), set[C]()
    while waiting:
        cell = waiting.pop(0)
        if cell in safe:
            continue
        moved = search.alternative(cell)
        newly = [each for each in moved if each not in search.hidden]
        search.hidden.update(newly)
        safe.update(moved)
    return frozenset(search.hidden)


class _Search[C: Hashable]:
    def __init__(self, counts: Mapping[C, int], lines: Iterable[Line[C]], rank: Mapping[C, int]) -> None:
        self.counts = {cell: count for cell, count in counts.items() if count > 0}
        self.order = {cell: number for number, cell in enumerate(counts)}
        self.rank = rank
        self.hidden: set[C] = set()
        # Each line as {cell: sign}: the total minus its parts is zero.
        self.lines: list[dict[C, int]] = []
        self.lines_of: dict[C, list[int]] = {cell: [] for cell in self.counts}
        for line in lines:
            self._add(line)

    def _add(self, line: Line[C]) -> None:
        signs = {part: -1 for part in line.parts if part in self.counts}
        if line.total in self.counts:
            signs[line.total] = 1
        for cell in signs:
            self.lines_of[cell].append(len(self.lines))
        self.lines.append(signs)

    def alternative(self, cell: C) -> Iterable[C]:
        """Cells that can be moved by one, `cell` among them, so that every sum holds; those that are not hidden yet have to be."""
        for rank in (None, *sorted({0, *self.rank.values()})):
            for step in (1, -1):
                if moved := self._search(cell, step, rank):
                    return moved
        # Everything that has to do with it: then all of it could as well be twice as much.
        return self._connected(cell)

    def _search(self, cell: C, step: int, rank: int | None) -> dict[C, int] | None:
        if self.counts[cell] + step < 1:
            return None
        self.patience = PATIENCE
        moved: dict[C, int] = {}
        off: dict[int, int] = {}
        self._move(cell, step, moved, off)
        return moved if self._balance(moved, off, rank) else None

    def _balance(self, moved: dict[C, int], off: dict[int, int], rank: int | None) -> bool:
        if not off:
            return True
        line = min(off, key=lambda each: len(self.lines[each]))
        for cell, step in self._candidates(line, moved, off, rank):
            self.patience -= 1
            if self.patience < 0:
                return False
            self._move(cell, step, moved, off)
            if self._balance(moved, off, rank):
                return True
            self._move(cell, -step, moved, off)
            del moved[cell]
        return False

    def _candidates(
        self, line: int, moved: Mapping[C, int], off: Mapping[int, int], rank: int | None
    ) -> Sequence[tuple[C, int]]:
        """What may be moved to bring a line nearer to balance: what sets others right too first, then what is hidden, then the smallest."""
        found = []
        for cell, sign in self.lines[line].items():
            hidden = cell in self.hidden
            if cell in moved or not (hidden or (rank is not None and self.rank.get(cell, 0) <= rank)):
                continue
            step = -sign if off[line] > 0 else sign
            if self.counts[cell] + step < 1:
                continue
            upset = sum(
                1 if off.get(each, 0) * self.lines[each][cell] * step >= 0 else -1 for each in self.lines_of[cell]
            )
            price = (0, 0) if hidden else (1 + self.rank.get(cell, 0), self.counts[cell])
            found.append(((upset, *price, self.order[cell]), cell, step))
        found.sort(key=lambda each: each[0])
        return [(cell, step) for _price, cell, step in found]

    def _move(self, cell: C, step: int, moved: dict[C, int], off: dict[int, int]) -> None:
        moved[cell] = step
        for line in self.lines_of[cell]:
            left = off.pop(line, 0) + self.lines[line][cell] * step
            if left:
                off[line] = left

    def _connected(self, cell: C) -> set[C]:
        reached, waiting = {cell}, [cell]
        while waiting:
            for line in self.lines_of[waiting.pop()]:
                new = set(self.lines[line]) - reached
                reached |= new
                waiting += new
        return reached
