"""Key figures, tables and charts of the public statistics page."""

from functools import partial

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clicksafely.common.statistics.tables import (
    ChartedTable,
    KeyFigure,
    MeasureSection,
    PublishedSheet,
    PublishedValue,
    number_text,
    part_name,
    section_by_keys,
    section_by_parts,
)
from hotline.statistics.definitions import DEFINITIONS, PUBLIC, TIMES, YES, D, Dimension, M, Measure, label_of

HOURS_SHOWN = 72


def key_figures(sheet: PublishedSheet) -> list[KeyFigure]:
    """Return the key figures of a period."""
    whole = [
        KeyFigure(pgettext("figures", "reports received"), number_text(sheet.value(M.REPORTS))),
        KeyFigure(pgettext("figures", "content items reported"), number_text(sheet.value(M.ITEMS))),
    ]
    share = sheet.value(M.ANALYSED, D.CSAM, YES).percent
    whole.append(
        KeyFigure(
            pgettext("figures", "of the analysed reports were actionable CSAM"), None if share is None else f"{share} %"
        )
    )
    labels = {
        M.FIRST_LOOK: pgettext("figures", "median until the first review"),
        M.REFERRAL: pgettext("figures", "median until the hand-over"),
        M.REMOVAL: pgettext("figures", "median until the removal"),
    }
    return whole + [KeyFigure(labels[measure], duration(sheet.value(measure).median)) for measure in TIMES]


def measure_sections(sheet: PublishedSheet) -> list[MeasureSection]:
    """Return all measures with their tables."""
    return [
        MeasureSection(
            measure.value,
            len(dimensions) == 1,
            str(measure.label),
            DEFINITIONS[measure],
            [
                *([section_by_parts(sheet, measure)] if measure in {M.REPORTS, M.ITEMS} else []),
                *(_by_keys(sheet, measure, dimension) for dimension in dimensions),
            ],
        )
        for measure, dimensions in PUBLIC.items()
    ]


def duration(hours: float | None) -> str | None:
    """Return a median as text: in hours, or in days from three days on."""
    if hours is None:
        return None
    if hours < HOURS_SHOWN:
        return _("%(n)s h") % {"n": number_format(hours, 1 if hours % 1 else 0)}
    return _("%(n)s days") % {"n": number_format(round(hours / 24, 1), 1)}


def _by_keys(sheet: PublishedSheet, measure: Measure, dimension: Dimension) -> ChartedTable:
    medians = _medians(sheet, measure) if measure in TIMES else ()
    label = partial(label_of, dimension)
    return section_by_keys(sheet, measure, dimension, str(dimension.label), label, medians=medians)


def _medians(sheet: PublishedSheet, measure: Measure) -> tuple[tuple[str, PublishedValue, str | None], ...]:
    values = [(part, sheet.value(measure, period=part)) for part in sheet.parts]
    return tuple((part_name(part), value, duration(value.median)) for part, value in values)
