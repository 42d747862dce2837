"""Counts all figures of one month, with five queries."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Min

from hotline.models import ActionKind, Answer, ContentItem, LocationKind, Report
from hotline.models.routing import REFERRAL_CHANNELS
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, ItemState, ReportState
from hotline.statistics.definitions import (
    ANALYSED_OUTCOMES,
    GONE_OUTCOMES,
    NO,
    ONION,
    OPEN,
    PLATFORM,
    UNKNOWN,
    YES,
    M,
    bucket_of,
)

# ICCAM ids of child sexual abuse material: baseline and national.
CSAM_IDS = (1, 2)
CSAM_KEYS = tuple(map(str, CSAM_IDS))
# Codes of the counted questions, in every version. They are also codes of dimensions.
ASKED = ("classification", "age", "gender")
HANDED_OVER = [channel.action.value for channel in REFERRAL_CHANNELS.values() if channel.seeks_removal]
FOUND_GONE = [ActionKind.REMOVED.value, ActionKind.UNAVAILABLE.value]

# (measure, dimension, key); dimension and key are empty for a total.
Key = tuple[str, str, str]


@dataclass
class MonthCount:
    """Counts of a month: cells, and the number of cases by whole hours for durations."""

    cells: Counter[Key] = field(default_factory=Counter)
    hours: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, measure: str, count: int, **keys: str) -> None:
        """Add to the total and to each dimension."""
        self.cells[measure, "", ""] += count
        for dimension, key in keys.items():
            self.cells[measure, dimension, key] += count


def months_until(now: datetime) -> list[date]:
    """Return the first days of all months since the first report; empty without reports."""
    zone = ZoneInfo(settings.TIME_ZONE)
    firsts = [
        Report.objects.aggregate(at=Min("received_at"))["at"],
        ContentItem.objects.aggregate(at=Min("first_reported_at"))["at"],
    ]
    first_months = [at.astimezone(zone).date().replace(day=1) for at in firsts if at is not None]
    return list(_months(min(first_months), now.astimezone(zone).date())) if first_months else []


def count_month(first: date) -> MonthCount:
    """Count the month (Belgrade time) that begins with `first`.

    An anonymised report counts as before, because `anonymised_from`, `outcome`, its items, their assessments and
    actions stay.
    """
    month, counted = _bounds(first), MonthCount()
    _count_reports(counted, month)
    _count_items(counted, month)
    _count_illegal(counted, month)
    for measure, query in TIMES_SQL.items():
        _count_hours(counted, measure, query, month)
    return counted


def _months(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = _next_month(first)


def _next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _bounds(first: date) -> dict[str, Any]:
    zone = ZoneInfo(settings.TIME_ZONE)
    return {
        "begin": datetime.combine(first, time(), zone),
        "end": datetime.combine(_next_month(first), time(), zone),
    }


# The last assessment of an illegal item is the agreed one or the supervisor's decision.
_LATEST_VERDICT = (
    "SELECT a.question_set_id, a.answers FROM hotline_assessment a WHERE a.item_id = i.id ORDER BY a.id DESC LIMIT 1"
)

_REPORTS = f"""
SELECT r.channel, r.category, CASE WHEN r.state = 'anonymised' THEN r.anonymised_from ELSE r.state END AS ended, r.outcome,
    EXISTS (
        SELECT FROM hotline_reportitem ri JOIN hotline_contentitem i ON i.id = ri.item_id AND i.verdict = 'illegal'
        CROSS JOIN LATERAL ({_LATEST_VERDICT}) said
        WHERE ri.report_id = r.id AND said.question_set_id || ':' || (said.answers->>'classification') = ANY(%(csam)s)
    ) AS actionable, count(*)
FROM hotline_report r WHERE r.received_at >= %(begin)s AND r.received_at < %(end)s
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - constants

_HOSTED = """
LEFT JOIN hotline_host h ON h.name = coalesce(nullif(i.host_override, ''), i.host)
LEFT JOIN LATERAL (
    SELECT f.country FROM hotline_referral f WHERE f.item_id = i.id AND f.state = 'sent' AND f.country <> ''
    ORDER BY f.ended_at, f.id LIMIT 1
) sent ON i.verdict = 'illegal'
WHERE i.first_reported_at >= %(begin)s AND i.first_reported_at < %(end)s
"""

_ITEMS = f"""
SELECT coalesce(sent.country, h.country, ''), i.kind, i.site_type, i.state, i.outcome, count(*)
FROM hotline_contentitem i {_HOSTED} GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608 - constants

_ILLEGAL = f"""
SELECT coalesce(sent.country, h.country, ''), i.kind, i.site_type,
    EXISTS (SELECT FROM hotline_action x WHERE x.item_id = i.id AND x.kind = 'partner'), said.question_set_id,
    said.answers->>'classification', said.answers->>'age', said.answers->>'gender', count(*)
FROM hotline_contentitem i CROSS JOIN LATERAL ({_LATEST_VERDICT}) said {_HOSTED} AND i.verdict = 'illegal'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608 - constants

# From {since} to {at}, in whole hours.
_TIMES = """
SELECT floor(extract(epoch FROM done.at - least(done.at, {since})) / 3600)::bigint, count(*)
FROM {rows} CROSS JOIN LATERAL ({at}) done
WHERE {since} >= %(begin)s AND {since} < %(end)s AND {which} GROUP BY 1
"""

TIMES_SQL: dict[str, str] = {
    M.FIRST_LOOK: _TIMES.format(
        since="r.received_at",
        rows="hotline_report r",
        at="SELECT min(e.at) AS at FROM common_auditevent e"
        " WHERE e.subject_table = 'hotline_report' AND e.subject_id = r.id AND e.action = 'report.claimed'",
        which="done.at IS NOT NULL",
    ),
    M.REFERRAL: _TIMES.format(
        since="i.first_reported_at",
        rows="hotline_contentitem i",
        at="SELECT min(x.done_at) AS at FROM hotline_action x WHERE x.item_id = i.id AND x.kind = ANY(%(handed_over)s)",
        which="done.at IS NOT NULL",
    ),
    M.REMOVAL: _TIMES.format(
        since="i.first_reported_at",
        rows="hotline_contentitem i LEFT JOIN hotline_availabilitycheck w ON w.item_id = i.id AND w.outcome = i.outcome",
        at="SELECT coalesce(w.unavailable_since, min(x.done_at) FILTER (WHERE x.kind = ANY(%(found_gone)s))) AS at"
        " FROM hotline_action x WHERE x.item_id = i.id HAVING bool_or(x.kind = ANY(%(handed_over)s))",
        which="done.at IS NOT NULL AND i.state = 'ended' AND i.outcome = ANY(%(gone)s)",
    ),
}


def _count_reports(counted: MonthCount, month: dict[str, Any]) -> None:
    for channel, category, ended, outcome, actionable, count in _rows(_REPORTS, month | {"csam": _csam_answers()}):
        came_to = _report_outcome(ended, outcome)
        counted.add(M.REPORTS, count, channel=channel, category=category, outcome=came_to)
        if came_to in ANALYSED_OUTCOMES:
            counted.add(M.ANALYSED, count, csam=YES if actionable else NO)


def _count_items(counted: MonthCount, month: dict[str, Any]) -> None:
    for country, kind, site_type, state, outcome, count in _rows(_ITEMS, month):
        counted.add(
            M.ITEMS,
            count,
            country=place_of(kind, country),
            site_type=str(site_type),
            outcome=outcome if state == ItemState.ENDED else OPEN,
        )


def _count_illegal(counted: MonthCount, month: dict[str, Any]) -> None:
    ids = _iccam_ids()
    for country, kind, site_type, exchanged, version, *answers, count in _rows(_ILLEGAL, month):
        classification, *people = (
            ids.get((version, question, answer), UNKNOWN) for question, answer in zip(ASKED, answers, strict=True)
        )
        if classification not in CSAM_KEYS:
            continue
        keys = {"classification": classification, **dict(zip(ASKED[1:], people, strict=True))}
        keys |= {"country": place_of(kind, country), "site_type": str(site_type)}
        counted.add(M.ILLEGAL, count, **keys)
        if exchanged:
            counted.add(M.EXCHANGED, count, **keys)


def _count_hours(counted: MonthCount, measure: str, query: str, month: dict[str, Any]) -> None:
    counted.hours[measure] = Counter()
    parameters = {"handed_over": HANDED_OVER, "found_gone": FOUND_GONE, "gone": list(GONE_OUTCOMES)}
    for hours, count in _rows(query, month | parameters):
        counted.add(measure, count, time=bucket_of(hours))
        counted.hours[measure][hours] += count


def place_of(kind: str, country: str) -> str:
    """Return the key of an item's hosting country, or of its kind if it has no country."""
    if kind == LocationKind.ONION:
        return ONION
    if kind in {LocationKind.APP, LocationKind.DESCRIBED}:
        return PLATFORM
    return country or UNKNOWN


def _report_outcome(ended: str, outcome: str) -> str:
    """Return the outcome key of a report, by its state (before anonymisation) and outcome. A reopened report is open."""
    if ended == ReportState.CLOSED:
        return outcome
    return ended if ended in CLOSED_WITHOUT_ASSESSMENT else OPEN


def _iccam_ids() -> dict[tuple[int, str, str], str]:
    """Return {(question set, question, answer): ICCAM id} for answers with an ICCAM id."""
    answers = Answer.objects.filter(question__code__in=ASKED, iccam_id__isnull=False)
    rows = answers.values_list("question__question_set", "question__code", "code", "iccam_id")
    return {(version, question, code): str(iccam_id) for version, question, code, iccam_id in rows}


def _csam_answers() -> list[str]:
    """Return the answers that mean child sexual abuse material, as "<question set>:<answer>"."""
    ids = _iccam_ids()
    return [f"{key[0]}:{key[2]}" for key, value in ids.items() if key[1] == ASKED[0] and value in CSAM_KEYS]


def _rows(query: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
