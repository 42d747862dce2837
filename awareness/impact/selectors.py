"""Reads of the figures as they were last counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from awareness.impact.metrics import ORDER, M
from awareness.impact.models import ImpactCell, ImpactCount
from clicksafely.common.page_cache.list_cache import LastKnown
from clicksafely.common.statistics.periods import ALL, parts_of, within
from clicksafely.common.statistics.tables import Figure, Place, Sheet, Value


@dataclass(frozen=True)
class Sheets:
    """The figures of a year, or of all the time: one sheet a measure, each with the parts that anything was counted in."""

    period: str
    cells: dict[Place, Value]

    def of(self, measure: str) -> Sheet:
        """The sheet of a measure; its parts are months or seasons of the year, or years."""
        own = {place: value for place, value in self.cells.items() if place[0] == measure}
        known = {place[3] for place in own}
        return Sheet(self.period, tuple(within(parts_of(self.period, known))), own, ORDER)

    def value(self, measure: str) -> Value:
        """The total of a measure."""
        return self.cells.get((measure, "", "", self.period), Value(0))


def counted_at() -> datetime | None:
    """When the figures were last counted; None where they never were."""
    return ImpactCount.objects.values_list("counted_at", flat=True).first()


def years() -> list[str]:
    """The years there are figures of, the latest first."""
    rows = ImpactCell.objects.filter(period__regex=r"^\d{4}$").order_by("-period")
    return list(rows.values_list("period", flat=True).distinct())


def sheets_of(period: str, *, of_years: Sequence[str]) -> Sheets:
    """The figures of a year with its months and seasons, or of all the time with its years; one query."""
    wanted = [period, *of_years] if period == ALL else [period, *(f"{period}-{part:02}" for part in range(1, 25))]
    found = _figures(wanted)
    return Sheets(period, {(each.measure, each.dimension, each.key, each.period): each.value for each in found})


def public_figures() -> list[Figure]:
    """Everything that is published, in a fixed order."""
    return list(_figures(None))


@dataclass(frozen=True)
class Short:
    """The few figures of the home page: people since a year, events, towns, downloads, plays. All of them are published ones."""

    since: str
    participants: int
    events: int
    towns: int
    downloads: int
    plays: int


def in_short() -> Sequence[Short]:
    """One, or none as long as nobody was counted; one query."""
    rows = ImpactCell.objects.filter(dimension="", hidden=False).exclude(period__contains="-")
    totals = {
        (measure, period): count or 0 for measure, period, count in rows.values_list("measure", "period", "count")
    }
    people = totals.get((M.PARTICIPANTS, ALL), 0)
    first = min((period for measure, period in totals if measure == M.PARTICIPANTS and period != ALL), default="")
    if not people or not first:
        return []
    rest = (totals.get((measure, ALL), 0) for measure in (M.EVENTS, M.TOWNS, M.DOWNLOADS, M.PLAYS))
    return [Short(first, people, *rest)]


known_in_short = LastKnown(in_short)


def _figures(periods: list[str] | None) -> Iterator[Figure]:
    """Totals come before what they consist of, as they were written. Of a period whose total is hidden nothing is told."""
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
        yield Figure(measure, dimension, period, key, Value(None if hidden else count, percent=percent))
