"""The public page: its facts, its tables and the charts that go with them, from a sheet of figures."""

from dataclasses import dataclass

from django.utils.dates import MONTHS
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hotline.statistics.charts import Chart, bars, columns
from hotline.statistics.definitions import DEFINITIONS, PUBLIC, TIMES, YES, D, Dimension, M, Measure, label_of
from hotline.statistics.periods import ALL
from hotline.statistics.selectors import Sheet, Value

# Longer lists are cut in the chart, never in the table.
MOST_BARS = 12
HOURS_SHOWN = 72


@dataclass(frozen=True)
class Row:
    """One key: its figure, its share of the total in per cent (None where either is hidden), and its figures by part of the period."""

    label: str
    value: Value
    share: int | None
    parts: tuple[Value, ...]


@dataclass(frozen=True)
class Section:
    """One table with its chart; `is_columns`: of the parts of the period instead of keys. `medians`: (part, cases, median) of times."""

    code: str
    title: str
    chart: Chart
    is_columns: bool
    rows: list[Row]
    total: Value
    part_totals: tuple[Value, ...]
    left_out: int = 0
    medians: tuple[tuple[str, Value, str | None], ...] = ()


@dataclass(frozen=True)
class Chapter:
    """What one measure has to show, with how it is counted; one table alone is `small`."""

    code: str
    small: bool
    title: str
    definition: str | Promise
    sections: list[Section]


@dataclass(frozen=True)
class Fact:
    """One of the figures that come first; `text` is None where it is hidden or there is none."""

    label: str
    text: str | None


def facts(sheet: Sheet) -> list[Fact]:
    """What the period came to, in a few figures."""
    whole = [
        Fact(pgettext("figures", "reports received"), _number(sheet.value(M.REPORTS))),
        Fact(pgettext("figures", "content items reported"), _number(sheet.value(M.ITEMS))),
    ]
    share = sheet.value(M.ANALYSED, D.CSAM, YES).percent
    whole.append(
        Fact(
            pgettext("figures", "of the analysed reports were actionable CSAM"), None if share is None else f"{share} %"
        )
    )
    labels = {
        M.FIRST_LOOK: pgettext("figures", "median until the first look"),
        M.REFERRAL: pgettext("figures", "median until the hand-over"),
        M.REMOVAL: pgettext("figures", "median until the removal"),
    }
    return whole + [Fact(labels[measure], duration(sheet.value(measure).median)) for measure in TIMES]


def chapters(sheet: Sheet) -> list[Chapter]:
    """Every measure with its tables."""
    return [
        Chapter(
            measure.value,
            len(dimensions) == 1,
            str(measure.label),
            DEFINITIONS[measure],
            [
                *([_by_parts(sheet, measure)] if measure in {M.REPORTS, M.ITEMS} else []),
                *(_by_keys(sheet, measure, dimension) for dimension in dimensions),
            ],
        )
        for measure, dimensions in PUBLIC.items()
    ]


def share_of(part: Value, whole: Value) -> int | None:
    """Per cent, rounded; None where one of the two is hidden or there is nothing to share."""
    if part.count is None or not whole.count:
        return None
    return round(100 * part.count / whole.count)


def duration(hours: float | None) -> str | None:
    """A median in words: hours, and from three days on days."""
    if hours is None:
        return None
    if hours < HOURS_SHOWN:
        return _("%(n)s h") % {"n": number_format(hours, 1 if hours % 1 else 0)}
    return _("%(n)s days") % {"n": number_format(round(hours / 24, 1), 1)}


def part_label(part: str) -> str:
    """A year, or a month by its number, as it stands below a column."""
    return part if len(part) == 4 else str(int(part[5:]))


def part_name(part: str) -> str:
    """A year, or a month by its name."""
    return part if len(part) == 4 else str(MONTHS[int(part[5:])])


def _by_parts(sheet: Sheet, measure: Measure) -> Section:
    values = [sheet.value(measure, period=part) for part in sheet.parts]
    total = sheet.value(measure)
    rows = [
        Row(part_name(part), value, share_of(value, total), ()) for part, value in zip(sheet.parts, values, strict=True)
    ]
    title = pgettext("figures", "by year") if sheet.period == ALL else pgettext("figures", "by month")
    chart = columns([(part_label(part), value.count) for part, value in zip(sheet.parts, values, strict=True)])
    return Section(f"{measure}-period", title, chart, True, rows, total, ())


def _by_keys(sheet: Sheet, measure: Measure, dimension: Dimension) -> Section:
    total = sheet.value(measure)
    rows = [_row(sheet, measure, dimension, key, total) for key in sheet.keys(measure, dimension)]
    shown = [row for row in rows if row.value.hidden or row.value.count]
    drawn = shown if len(shown) <= MOST_BARS + 1 else shown[:MOST_BARS]
    return Section(
        code=f"{measure}-{dimension}",
        title=str(dimension.label),
        chart=bars([(row.label, row.value.count) for row in drawn]),
        is_columns=False,
        rows=rows,
        total=total,
        part_totals=tuple(sheet.value(measure, period=part) for part in sheet.parts),
        left_out=len(shown) - len(drawn),
        medians=_medians(sheet, measure) if measure in TIMES else (),
    )


def _medians(sheet: Sheet, measure: Measure) -> tuple[tuple[str, Value, str | None], ...]:
    values = [(part, sheet.value(measure, period=part)) for part in sheet.parts]
    return tuple((part_name(part), value, duration(value.median)) for part, value in values)


def _row(sheet: Sheet, measure: Measure, dimension: Dimension, key: str, total: Value) -> Row:
    value = sheet.value(measure, dimension, key)
    parts = tuple(sheet.value(measure, dimension, key, part) for part in sheet.parts)
    return Row(label_of(dimension, key), value, share_of(value, total), parts)


def _number(value: Value) -> str | None:
    return None if value.count is None else number_format(value.count, use_l10n=True, force_grouping=True)
