"""Rebuilds all figures of months, years and the total, with suppressed cells, in one transaction."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from clicksafely.common.page_cache import content_version
from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT, SuppressedCells, suppress_cells
from clicksafely.common.statistics.periods import ALL_TIME, month_code, year_of
from hotline.models import StatisticCell, StatisticRun
from hotline.statistics.aggregate import MonthCount, count_month, months_until
from hotline.statistics.definitions import PUBLIC, SHARES, TIMES


class CellKey(NamedTuple):
    """Key of a figure; dimension and key are empty for a total."""

    measure: str
    dimension: str
    key: str
    period: str


def is_rebuild_due(*, now: datetime) -> bool:
    """Return whether the last count was before today (Belgrade time).

    Figures are counted once a day, so that they do not reveal the arrival or outcome of a single report.
    """
    last = StatisticRun.objects.values_list("counted_at", flat=True).first()
    zone = ZoneInfo(settings.TIME_ZONE)
    return last is None or last.astimezone(zone).date() < now.astimezone(zone).date()


def rebuild_statistics(*, now: datetime, progress: Callable[[int, int], None] | None = None) -> int:
    """Count everything, replace the stored figures and return their number.

    `progress(done, total)` is called after each month. Readers see the old figures until the commit.
    """
    months = {}
    firsts = months_until(now)
    for done, first in enumerate(firsts, start=1):
        months[month_code(first)] = count_month(first)
        if progress:
            progress(done, len(firsts))
    counts, hours = _with_sums(months)
    hidden = _hidden(counts)
    cells = [
        StatisticCell(
            **cell._asdict(),
            count=count,
            hidden=_covered(cell, hidden),
            median=None if _covered(cell, hidden) else _median(cell, hours),
            percent=_percent(cell, counts),
        )
        for cell, count in counts.items()
    ]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE hotline_statisticcell IN SHARE ROW EXCLUSIVE MODE")
        StatisticCell.objects.all().delete()
        StatisticCell.objects.bulk_create(cells, batch_size=2000)
        StatisticRun.objects.update_or_create(pk=1, defaults={"counted_at": now})
        content_version.bump()
    return len(counts)


def _hidden(counts: dict[CellKey, int]) -> dict[str, SuppressedCells]:
    """Return the suppressed cells by measure."""
    totals: dict[str, dict[str, int]] = {measure: {} for measure in PUBLIC}
    tables: dict[str, dict[str, dict[tuple[str, str], int]]] = {measure: {} for measure in PUBLIC}
    for cell, count in counts.items():
        if cell.measure not in PUBLIC:
            continue
        if cell.dimension:
            tables[cell.measure].setdefault(cell.dimension, {})[cell.key, cell.period] = count
        else:
            totals[cell.measure][cell.period] = count
    return {measure: suppress_cells(totals[measure], tables[measure]) for measure in PUBLIC}


def _covered(cell: CellKey, hidden: dict[str, SuppressedCells]) -> bool:
    if cell.measure in SHARES:
        return True
    return cell.measure in hidden and hidden[cell.measure].covers(cell.dimension, cell.key, cell.period)


def _with_sums(months: dict[str, MonthCount]) -> tuple[dict[CellKey, int], dict[tuple[str, str], Counter[int]]]:
    """Return {cell: count} of months, years and the total, in a fixed order, and the whole hours by (measure, period)."""
    counts: Counter[CellKey] = Counter()
    hours: dict[tuple[str, str], Counter[int]] = {}
    for month, counted in months.items():
        for period in (month, year_of(month), ALL_TIME):
            for (measure, dimension, key), count in counted.cells.items():
                if not (dimension and measure in TIMES and period == month):
                    counts[CellKey(measure, dimension, key, period)] += count
            for measure, of_month in counted.hours.items():
                hours.setdefault((measure, period), Counter()).update(of_month)
    return dict(sorted(counts.items())), hours


def _median(cell: CellKey, hours: dict[tuple[str, str], Counter[int]]) -> float | None:
    """Return the median hours of a total of durations; None for other cells and for too few cases."""
    durations = hours.get((cell.measure, cell.period))
    if cell.dimension or not durations or durations.total() < MIN_PUBLISHED_COUNT:
        return None
    return float(median(durations.elements()))


def _percent(cell: CellKey, counts: dict[CellKey, int]) -> int | None:
    """Return the rounded percentage of a key of `SHARES` in a year or the total.

    Returns None if its count or the rest is small.
    """
    if cell.measure not in SHARES or not cell.dimension or len(cell.period) == 7:
        return None
    part, whole = counts[cell], counts[CellKey(cell.measure, "", "", cell.period)]
    return round(100 * part / whole) if part >= MIN_PUBLISHED_COUNT and whole - part >= MIN_PUBLISHED_COUNT else None
