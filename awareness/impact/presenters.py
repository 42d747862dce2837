"""Headline, tables, charts and map of the page, built from the sheets of a period."""

from dataclasses import dataclass
from functools import partial

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

from awareness.events.enums import ParticipantGroup
from awareness.impact.metrics import AFTER, BEFORE, DEFINITIONS, PUBLIC, D, M, Measure, label_of
from awareness.impact.selectors import Sheets
from awareness.impact.town_map import Dot, dots
from clicksafely.common.statistics.charts import Chart, bar_chart
from clicksafely.common.statistics.periods import ALL_TIME
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
    share_of,
)

# Rows of the table beside the map; the rest is collapsed.
FIRST_TOWNS = 12
WHOLE = 100


@dataclass(frozen=True)
class Headline:
    """Number of participants: formatted number, description, and its three parts (none if one is hidden)."""

    number: str
    words: str
    parts: list[KeyFigure]


@dataclass(frozen=True)
class TownRow:
    """A town: participants, their share in per cent, and events."""

    name: str
    people: PublishedValue
    share: int | None
    events: PublishedValue


@dataclass(frozen=True)
class Towns:
    """The map and its table: the first rows and the rest."""

    dots: list[Dot]
    first: list[TownRow]
    rest: list[TownRow]


@dataclass(frozen=True)
class Confidence:
    """Shares of people who feel safe before and after, in per cent.

    `chart` shows the period. `parts` are the parts of the period as (label, before, after).
    """

    definition: str | Promise
    chart: Chart
    before: int
    after: int
    parts: list[tuple[str, int | None, int | None]]


def headline(sheets: Sheets, since: str) -> Headline | None:
    """None if nothing was counted in the period or the total is hidden. `since`: the first year with figures."""
    total = sheets.value(M.PARTICIPANTS)
    if not total.count:
        return None
    return Headline(
        number_text(total) or "", _headline_words(total.count, sheets.period, since), _headline_parts(sheets)
    )


def facts(sheets: Sheets) -> list[KeyFigure]:
    """Return the other totals of the period; measures without figures are left out."""
    found = ((measure, sheets.value(measure)) for measure in (M.EVENTS, M.TOWNS, M.SCHOOLS, M.DOWNLOADS, M.PLAYS))
    return [
        KeyFigure(_unit(measure, value.count or 0), number_text(value)) for measure, value in found if value.count != 0
    ]


def chapters(sheets: Sheets) -> list[MeasureSection]:
    """Measures with figures, each with its tables. Towns are shown on the map, and shares in a table of their own."""
    return [
        chapter
        for measure in (M.PARTICIPANTS, M.EVENTS, M.SCHOOLS, M.DOWNLOADS, M.PLAYS)
        if (chapter := _chapter(sheets.of(measure), measure)).sections
    ]


def towns(sheets: Sheets) -> Towns:
    """Participants and events by town, most participants first."""
    people, events = sheets.of(M.PARTICIPANTS), sheets.of(M.EVENTS)
    total = people.value(M.PARTICIPANTS)
    codes = dict.fromkeys((*people.keys(M.PARTICIPANTS, D.TOWN), *events.keys(M.EVENTS, D.TOWN)))
    values = [(code, label_of(D.TOWN, code), people.value(M.PARTICIPANTS, D.TOWN, code)) for code in codes]
    rows = [
        TownRow(name, value, share_of(value, total), events.value(M.EVENTS, D.TOWN, code))
        for code, name, value in values
    ]
    cut = len(rows) if len(rows) <= FIRST_TOWNS + 2 else FIRST_TOWNS
    return Towns(dots(values), rows[:cut], rows[cut:])


def confidence(sheets: Sheets) -> Confidence | None:
    """Shares before and after; None if too few participants answered."""
    sheet = sheets.of(M.CONFIDENCE)
    before, after = _shares(sheet)
    if before is None or after is None:
        return None
    labels = [label_of(D.MOMENT, key) for key in (BEFORE, AFTER)]
    parts = [(part_name(part), *_shares(sheet, part)) for part in sheet.parts]
    chart = bar_chart(list(zip(labels, (before, after), strict=True)), longest=WHOLE)
    return Confidence(DEFINITIONS[M.CONFIDENCE], chart, before, after, parts)


def _unit(measure: Measure, count: int) -> str:
    return {
        M.EVENTS: ngettext("event held", "events held", count),
        M.TOWNS: npgettext("counted", "town", "towns", count),
        M.SCHOOLS: npgettext("counted", "school", "schools", count),
        M.DOWNLOADS: ngettext("download from the library", "downloads from the library", count),
        M.PLAYS: ngettext("quiz played", "quizzes played", count),
    }[measure]


def _headline_words(count: int, period: str, since: str) -> str:
    if period == ALL_TIME:
        return ngettext(
            "child, young person or adult has taken part in our events since %(year)s",
            "children, young people and adults have taken part in our events since %(year)s",
            count,
        ) % {"year": since}
    return ngettext(
        "child, young person or adult took part in our events in %(year)s",
        "children, young people and adults took part in our events in %(year)s",
        count,
    ) % {"year": period}


def _headline_parts(sheets: Sheets) -> list[KeyFigure]:
    """Children, young people and adults. Adults are the rest, published only if total, children and young people are."""
    sheet = sheets.of(M.PARTICIPANTS)
    total = sheet.value(M.PARTICIPANTS).count
    children, youth = (
        sheet.value(M.PARTICIPANTS, D.GROUP, group).count
        for group in (ParticipantGroup.CHILDREN, ParticipantGroup.YOUTH)
    )
    if total is None or children is None or youth is None:
        return []
    named = (
        (pgettext("impact", "children"), children),
        (pgettext("impact", "young people"), youth),
        (pgettext("impact", "adults"), total - children - youth),
    )
    return [KeyFigure(label, number_text(PublishedValue(count))) for label, count in named if count]


def _shares(sheet: PublishedSheet, period: str = "") -> tuple[int | None, int | None]:
    before, after = (sheet.value(M.CONFIDENCE, D.MOMENT, key, period) for key in (BEFORE, AFTER))
    return before.percent, after.percent


def _chapter(sheet: PublishedSheet, measure: Measure) -> MeasureSection:
    if not any(place[3] == sheet.period for place in sheet.cells):
        return MeasureSection(measure.value, False, "", "", [])
    sections: list[ChartedTable] = []
    if len(sheet.parts) > 1:
        # A school that comes every year counts once.
        sections.append(section_by_parts(sheet, measure, adds_up=measure != M.SCHOOLS))
    sections += [
        section_by_keys(sheet, measure, dimension, str(dimension.label), partial(label_of, dimension))
        for dimension in PUBLIC[measure]
        if dimension != D.TOWN
    ]
    title = {M.SCHOOLS: _("Schools that came"), M.PLAYS: _("Quizzes")}.get(measure, measure.label)
    return MeasureSection(measure.value, len(sections) == 1, str(title), DEFINITIONS[measure], sections)
