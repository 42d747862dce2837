"""Queries of the stored figures."""

from collections.abc import Iterable
from datetime import datetime

from clicksafely.common.statistics.periods import ALL_TIME, fill_gaps, sub_periods
from clicksafely.common.statistics.tables import PublishedFigure, PublishedSheet, PublishedValue
from hotline.models import StatisticCell, StatisticRun
from hotline.statistics.definitions import ORDER, PUBLIC, SHARES


def counted_at() -> datetime | None:
    """Return the time of the last count; None before the first."""
    return StatisticRun.objects.values_list("counted_at", flat=True).first()


def years() -> list[str]:
    """Return the years with figures, the latest first."""
    rows = StatisticCell.objects.filter(measure__in=PUBLIC, period__regex=r"^\d{4}$")
    return list(rows.order_by("-period").values_list("period", flat=True).distinct())


def sheet_of(period: str, *, of_years: Iterable[str]) -> PublishedSheet:
    """Return the public figures of a year with its months, or of the total with its years. One query."""
    requested_periods = (
        [period, *of_years] if period == ALL_TIME else [period, *(f"{period}-{month:02}" for month in range(1, 13))]
    )
    figures = list(_figures(requested_periods))
    filled_periods = {figure.period for figure in figures}
    cells = {(figure.measure, figure.dimension, figure.key, figure.period): figure.value for figure in figures}
    return PublishedSheet(period, tuple(fill_gaps(sub_periods(period, filled_periods))), cells, ORDER)


def public_statistics() -> list[PublishedFigure]:
    """Return all published figures in a fixed order."""
    return list(_figures(None))


def _figures(periods: list[str] | None) -> Iterable[PublishedFigure]:
    """Return the figures in the stored order: totals come before their parts."""
    rows = StatisticCell.objects.filter(measure__in=[*PUBLIC, *SHARES])
    if periods is not None:
        rows = rows.filter(period__in=periods)
    columns = ("measure", "dimension", "period", "key", "count", "hidden", "median", "percent")
    untold: set[tuple[str, str]] = set()
    for measure, dimension, period, key, count, hidden, *more in rows.order_by("pk").values_list(*columns):
        value = PublishedValue(None if hidden else count, *more)
        if measure in SHARES and value.percent is None:
            continue
        if not dimension and hidden:
            untold.add((measure, period))
        elif (measure, period) in untold:
            continue
        yield PublishedFigure(measure, dimension, period, key, value)
