"""Counting anew: every month, the years, all of it, what is hidden of that; written in one transaction and put before the public."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from clicksafely.common import generation
from hotline.models import FigureCell, FigureCount
from hotline.statistics.counting import MonthCount, count_month, months_until
from hotline.statistics.definitions import ANALYSED_OUTCOMES, GONE_OUTCOMES, PUBLIC, D, M
from hotline.statistics.periods import ALL, month_code, parts_of, year_of
from hotline.statistics.suppression import LEAST, Line, hide


class Cell(NamedTuple):
    """The place of a figure; dimension and key are empty for a total."""

    measure: str
    dimension: str
    key: str
    period: str


def figures_due(*, now: datetime) -> bool:
    """Whether they were last counted before today, by Belgrade's calendar.

    Once a day: who watches the public figures must not see that a certain report has just come, or what just became of it.
    """
    last = FigureCount.objects.values_list("counted_at", flat=True).first()
    zone = ZoneInfo(settings.TIME_ZONE)
    return last is None or last.astimezone(zone).date() < now.astimezone(zone).date()


def rebuild_figures(*, now: datetime, progress: Callable[[int, int], None] | None = None) -> int:
    """Count everything anew and replace what was there; returns how many figures there are.

    `progress(done, total)` is called after each month. Readers see the old figures until all is written.
    """
    months = {}
    firsts = months_until(now)
    for done, first in enumerate(firsts, start=1):
        months[month_code(first)] = count_month(first)
        if progress:
            progress(done, len(firsts))
    counts, hours = _with_sums(months)
    hidden = hide(_public(counts), lines_of(counts), rank={cell: rank_of(cell) for cell in counts})
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE hotline_figurecell IN SHARE ROW EXCLUSIVE MODE")
        FigureCell.objects.all().delete()
        FigureCell.objects.bulk_create(
            (
                FigureCell(**cell._asdict(), count=count, hidden=cell in hidden, median=_median(cell, hours, hidden))
                for cell, count in counts.items()
            ),
            batch_size=2000,
        )
        FigureCount.objects.update_or_create(pk=1, defaults={"counted_at": now})
        generation.bump()
    return len(counts)


def lines_of(counts: dict[Cell, int]) -> Iterator[Line[Cell]]:
    """Every sum that a reader of the public figures can check, within tables and across them."""
    periods = sorted({cell.period for cell in counts})
    keys: dict[tuple[str, str], list[str]] = {}
    for cell in _public(counts):
        known = keys.setdefault((cell.measure, cell.dimension), [])
        if cell.key not in known:
            known.append(cell.key)
    parts_by_period = {period: parts_of(period, periods) for period in periods}
    for (measure, dimension), codes in keys.items():
        for period in periods:
            if dimension:
                parts = tuple(Cell(measure, dimension, key, period) for key in codes)
                yield Line(Cell(measure, "", "", period), parts)
            for key in codes:
                parts = tuple(Cell(measure, dimension, key, part) for part in parts_by_period[period])
                if parts:
                    yield Line(Cell(measure, dimension, key, period), parts)
    for period in periods:
        # Totals that are sums of other tables' columns, by what they mean.
        for total, measure, outcomes in (
            (M.ANALYSED, M.REPORTS, ANALYSED_OUTCOMES),
            (M.REMOVAL, M.ITEMS, GONE_OUTCOMES),
        ):
            parts = tuple(Cell(measure, D.OUTCOME, outcome, period) for outcome in outcomes)
            yield Line(Cell(total, "", "", period), parts)


def rank_of(cell: Cell) -> int:
    """What would be missed more than any of a lower rank: years more than months, totals more than what they consist of."""
    return (0 if cell.dimension else 3) + (2 if cell.period == ALL else len(cell.period) == 4)


def _public(counts: dict[Cell, int]) -> dict[Cell, int]:
    return {cell: count for cell, count in counts.items() if cell.measure in PUBLIC}


def _with_sums(months: dict[str, MonthCount]) -> tuple[dict[Cell, int], dict[tuple[str, str], Counter[int]]]:
    """{cell: count} of months, years and all, in a fixed order; and the whole hours by (measure, period)."""
    counts: Counter[Cell] = Counter()
    hours: dict[tuple[str, str], Counter[int]] = {}
    for month, counted in months.items():
        for period in (month, year_of(month), ALL):
            for (measure, dimension, key), count in counted.cells.items():
                counts[Cell(measure, dimension, key, period)] += count
            for measure, of_month in counted.hours.items():
                hours.setdefault((measure, period), Counter()).update(of_month)
    return dict(sorted(counts.items())), hours


def _median(cell: Cell, hours: dict[tuple[str, str], Counter[int]], hidden: frozenset[Cell]) -> float | None:
    """The median of the hours behind a total of times that is published; None for all other cells."""
    known = hours.get((cell.measure, cell.period))
    if cell.dimension or not known or cell in hidden or known.total() < LEAST:
        return None
    return float(median(known.elements()))
