"""Queries of the figures as last counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from awareness.impact.metrics import ORDER, M
from awareness.impact.models import ImpactCell, ImpactCount
from clicksafely.common.page_cache.list_cache import CachedList
from clicksafely.common.statistics.periods import ALL_TIME, fill_gaps, sub_periods
from clicksafely.common.statistics.tables import CellKey, PublishedFigure, PublishedSheet, PublishedValue


@dataclass(frozen=True)
class Sheets:
    """The figures of a year or of all time: one sheet for each measure, with its non-empty parts."""

    period: str
    cells: dict[CellKey, PublishedValue]

    def of(self, measure: str) -> PublishedSheet:
        """Return the sheet of a measure; its parts are months or seasons of the year, or years."""
        own = {place: value for place, value in self.cells.items() if place[0] == measure}
        periods = {place[3] for place in own}
        return PublishedSheet(self.period, tuple(fill_gaps(sub_periods(self.period, periods))), own, ORDER)

    def value(self, measure: str) -> PublishedValue:
        """Return the total of a measure."""
        return self.cells.get((measure, "", "", self.period), PublishedValue(0))


def counted_at() -> datetime | None:
    """Time of the last count; None if never counted."""
    return ImpactCount.objects.values_list("counted_at", flat=True).first()


def years() -> list[str]:
    """Years with figures, latest first."""
    rows = ImpactCell.objects.filter(period__regex=r"^\d{4}$").order_by("-period")
    return list(rows.values_list("period", flat=True).distinct())


def sheets_of(period: str, *, of_years: Sequence[str]) -> Sheets:
    """Return the figures of a year with its months and seasons, or of all time with its years; one query."""
    periods = [period, *of_years] if period == ALL_TIME else [period, *(f"{period}-{part:02}" for part in range(1, 25))]
    found = _figures(periods)
    return Sheets(period, {(each.measure, each.dimension, each.key, each.period): each.value for each in found})


def public_figures() -> list[PublishedFigure]:
    """Return all published figures, in a fixed order."""
    return list(_figures(None))


@dataclass(frozen=True)
class ImpactSummary:
    """Published figures for the home page: participants since a year, events, towns, downloads, plays."""

    since: str
    participants: int
    events: int
    towns: int
    downloads: int
    plays: int


def impact_summary() -> Sequence[ImpactSummary]:
    """One summary, or none before the first count; one query."""
    rows = ImpactCell.objects.filter(dimension="", hidden=False).exclude(period__contains="-")
    totals = {
        (measure, period): count or 0 for measure, period, count in rows.values_list("measure", "period", "count")
    }
    people = totals.get((M.PARTICIPANTS, ALL_TIME), 0)
    first = min((period for measure, period in totals if measure == M.PARTICIPANTS and period != ALL_TIME), default="")
    if not people or not first:
        return []
    rest = (totals.get((measure, ALL_TIME), 0) for measure in (M.EVENTS, M.TOWNS, M.DOWNLOADS, M.PLAYS))
    return [ImpactSummary(first, people, *rest)]


cached_impact_summary = CachedList(impact_summary)


def _figures(periods: list[str] | None) -> Iterator[PublishedFigure]:
    """Figures in the order written, totals first. If a period's total is hidden, its other figures are left out."""
    rows = ImpactCell.objects.order_by("pk")
    if periods is not None:
        rows = rows.filter(period__in=periods)
    columns = ("measure", "dimension", "period", "key", "count", "hidden", "percent")
    untold: set[tuple[str, str]] = set()
    for measure, dimension, period, key, count, hidden, percent in rows.values_list(*columns):
        if hidden and not dimension:
            untold.add((measure, period))
        elif (measure, period) in untold:
            continue
        yield PublishedFigure(
            measure, dimension, period, key, PublishedValue(None if hidden else count, percent=percent)
        )
