"""Reads of the figures as they were last counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from hotline.models import FigureCell, FigureCount
from hotline.statistics.definitions import ORDER, PUBLIC, SHARES, Dimension
from hotline.statistics.periods import ALL, parts_of, within


@dataclass(frozen=True)
class Value:
    """A figure for the reader: `count` is None where it is hidden; `median` (hours) only of totals of times, `percent` only of shares."""

    count: int | None
    median: float | None = None
    percent: int | None = None

    @property
    def hidden(self) -> bool:
        return self.count is None


class Figure(NamedTuple):
    """A figure with its place, as CSV and JSON list it."""

    measure: str
    dimension: str
    period: str
    key: str
    value: Value


@dataclass(frozen=True)
class Sheet:
    """The public figures of a period and of its parts. What is missing is zero."""

    period: str
    parts: tuple[str, ...]
    cells: dict[tuple[str, str, str, str], Value]

    def value(self, measure: str, dimension: str = "", key: str = "", period: str = "") -> Value:
        """A figure; of the whole period unless a part is named. Of a period whose total is hidden nothing is told, not even zeros."""
        period = period or self.period
        missing = self.cells.get((measure, "", "", period), Value(0))
        return self.cells.get((measure, dimension, key, period), Value(None) if missing.hidden else Value(0))

    def keys(self, measure: str, dimension: str) -> list[str]:
        """The keys that anything was counted for: in their own order, or the most frequent first and what is hidden last."""
        found = {cell[2] for cell in self.cells if cell[:2] == (measure, dimension)}
        if order := ORDER.get(Dimension(dimension)):
            return [key for key in order if key in found]
        return sorted(found, key=lambda key: (-(self.value(measure, dimension, key).count or 0), key))


def counted_at() -> datetime | None:
    """When the figures were last counted; None where they never were."""
    return FigureCount.objects.values_list("counted_at", flat=True).first()


def years() -> list[str]:
    """The years there are figures of, the latest first."""
    rows = FigureCell.objects.filter(measure__in=PUBLIC, period__regex=r"^\d{4}$")
    return list(rows.order_by("-period").values_list("period", flat=True).distinct())


def sheet_of(period: str, *, of_years: Iterable[str]) -> Sheet:
    """The public figures of a year and its months, or of all the time and its years; one query."""
    wanted = [period, *of_years] if period == ALL else [period, *(f"{period}-{month:02}" for month in range(1, 13))]
    figures = list(_figures(wanted))
    known = {figure.period for figure in figures}
    cells = {(figure.measure, figure.dimension, figure.key, figure.period): figure.value for figure in figures}
    return Sheet(period, tuple(within(parts_of(period, known))), cells)


def public_figures() -> list[Figure]:
    """Everything that is published, in a fixed order."""
    return list(_figures(None))


def _figures(periods: list[str] | None) -> Iterable[Figure]:
    """Totals come before what they consist of, as they were written."""
    rows = FigureCell.objects.filter(measure__in=[*PUBLIC, *SHARES])
    if periods is not None:
        rows = rows.filter(period__in=periods)
    columns = ("measure", "dimension", "period", "key", "count", "hidden", "median", "percent")
    untold: set[tuple[str, str]] = set()
    for measure, dimension, period, key, count, hidden, *more in rows.order_by("pk").values_list(*columns):
        value = Value(None if hidden else count, *more)
        if measure in SHARES and value.percent is None:
            continue
        if not dimension and hidden:
            untold.add((measure, period))
        elif (measure, period) in untold:
            continue
        yield Figure(measure, dimension, period, key, value)
