"""Statistics of a period prepared for a page: missing figures are zero, suppressed ones are marked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.dates import MONTHS
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clicksafely.common.statistics.charts import Chart, bar_chart, column_chart
from clicksafely.common.statistics.periods import ALL_TIME, AUTUMN, SPRING

# (measure, dimension, key, period); dimension and key are empty for a total.
CellKey = tuple[str, str, str, str]


@dataclass(frozen=True)
class PublishedValue:
    """A published figure. `count` is None if it is hidden.

    Only totals of times have `median` (hours), and only shares have `percent`.
    """

    count: int | None
    median: float | None = None
    percent: int | None = None

    @property
    def hidden(self) -> bool:
        return self.count is None


class PublishedFigure(NamedTuple):
    """A figure with its measure, dimension, key and period, as listed in CSV and JSON."""

    measure: str
    dimension: str
    period: str
    key: str
    value: PublishedValue


@dataclass(frozen=True)
class PublishedSheet:
    """The public figures of a period and of its parts. `order` lists the keys of dimensions with a fixed order."""

    period: str
    parts: tuple[str, ...]
    cells: Mapping[CellKey, PublishedValue]
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def value(self, measure: str, dimension: str = "", key: str = "", period: str = "") -> PublishedValue:
        """Return a figure, of the whole period unless a part is given.

        In a period with a hidden total, all figures are hidden, including zeros.
        """
        period = period or self.period
        missing = self.cells.get((measure, "", "", period), PublishedValue(0))
        return self.cells.get(
            (measure, dimension, key, period), PublishedValue(None) if missing.hidden else PublishedValue(0)
        )

    def keys(self, measure: str, dimension: str) -> list[str]:
        """Return the counted keys: in their fixed order, or by frequency with hidden ones last."""
        found = {cell[2] for cell in self.cells if cell[:2] == (measure, dimension)}
        if order := self.order.get(dimension):
            return [key for key in order if key in found]
        return sorted(found, key=lambda key: (-(self.value(measure, dimension, key).count or 0), key))


# Longer lists are truncated in the chart, never in the table.
MAX_BARS = 12


@dataclass(frozen=True)
class TableRow:
    """One key of a table with its figure.

    `share` is that of the total in per cent, None if either is hidden. `parts` are its figures by part of the period.
    """

    label: str
    value: PublishedValue
    share: int | None
    parts: tuple[PublishedValue, ...]


@dataclass(frozen=True)
class ChartedTable:
    """One table with its chart; `is_columns`: of the parts of the period instead of keys. `medians`: (part, cases, median) of times.

    `part_labels` of the parts of the period are empty if the table has none; `parts_title` describes them. `has_shares`: rows are
    additive.
    """

    code: str
    title: str
    chart: Chart
    is_columns: bool
    rows: list[TableRow]
    total: PublishedValue
    part_totals: tuple[PublishedValue, ...] = ()
    part_labels: tuple[str, ...] = ()
    parts_title: str = ""
    left_out: int = 0
    has_shares: bool = True
    medians: tuple[tuple[str, PublishedValue, str | None], ...] = ()


@dataclass(frozen=True)
class MeasureSection:
    """All tables of one measure with its definition; a section with one table is `small`."""

    code: str
    small: bool
    title: str
    definition: str | Promise
    sections: list[ChartedTable]


@dataclass(frozen=True)
class KeyFigure:
    """A headline figure; `text` is None if it is hidden or missing."""

    label: str
    text: str | None


def section_by_parts(sheet: PublishedSheet, measure: str, *, adds_up: bool = True) -> ChartedTable:
    """Return the totals of a measure by the parts of the period.

    `adds_up`: they sum to that of the period, so shares are meaningful.
    """
    values = [sheet.value(measure, period=part) for part in sheet.parts]
    total = sheet.value(measure)
    rows = [
        TableRow(part_name(part), value, share_of(value, total), ())
        for part, value in zip(sheet.parts, values, strict=True)
    ]
    chart = column_chart([(part_label(part), value.count) for part, value in zip(sheet.parts, values, strict=True)])
    return ChartedTable(f"{measure}-period", _by_what(sheet), chart, True, rows, total, has_shares=adds_up)


def section_by_keys(
    sheet: PublishedSheet,
    measure: str,
    dimension: str,
    title: str,
    label: Callable[[str], str],
    *,
    with_parts: bool = True,
    medians: Sequence[tuple[str, PublishedValue, str | None]] = (),
) -> ChartedTable:
    """Return a measure by the keys of a dimension; `with_parts`: with one more table by the parts of the period."""
    total = sheet.value(measure)
    parts = sheet.parts if with_parts else ()
    rows = []
    for key in sheet.keys(measure, dimension):
        value = sheet.value(measure, dimension, key)
        of_parts = tuple(sheet.value(measure, dimension, key, part) for part in parts)
        rows.append(TableRow(label(key), value, share_of(value, total), of_parts))
    shown = [row for row in rows if row.value.hidden or row.value.count]
    drawn = shown if len(shown) <= MAX_BARS + 1 else shown[:MAX_BARS]
    return ChartedTable(
        code=f"{measure}-{dimension}",
        title=title,
        chart=bar_chart([(row.label, row.value.count) for row in drawn]),
        is_columns=False,
        rows=rows,
        total=total,
        part_totals=tuple(sheet.value(measure, period=part) for part in parts),
        part_labels=tuple(part_label(part) for part in parts),
        parts_title=_parts_title(sheet),
        left_out=len(shown) - len(drawn),
        medians=tuple(medians),
    )


def share_of(part: PublishedValue, whole: PublishedValue) -> int | None:
    """Return the rounded percentage; None if either is hidden or the total is zero."""
    if part.count is None or not whole.count:
        return None
    return round(100 * part.count / whole.count)


def part_label(part: str) -> str:
    """Return a year, the name of a season, or the number of a month, for the label below a column."""
    return part_name(part) if _is_season(part) or len(part) == 4 else str(int(part[5:]))


def part_name(part: str) -> str:
    """Return a year, or the name of a season or month."""
    if len(part) == 4:
        return part
    seasons = {SPRING: pgettext("season", "spring"), AUTUMN: pgettext("season", "autumn")}
    return seasons.get(part[5:]) or str(MONTHS[int(part[5:])])


def number_text(value: PublishedValue) -> str | None:
    """Return a figure as formatted on the page; None if it is hidden."""
    return None if value.count is None else number_format(value.count, use_l10n=True, force_grouping=True)


def _is_season(part: str) -> bool:
    return part[5:] in {SPRING, AUTUMN}


def _by_what(sheet: PublishedSheet) -> str:
    if sheet.period == ALL_TIME:
        return pgettext("figures", "by year")
    return pgettext("figures", "by season") if any(map(_is_season, sheet.parts)) else pgettext("figures", "by month")


def _parts_title(sheet: PublishedSheet) -> str:
    if sheet.period == ALL_TIME:
        return _("Year by year")
    return _("Season by season") if any(map(_is_season, sheet.parts)) else _("Month by month")
