"""Counts all figures with five grouped queries over closing reports, schools, answers, downloads and plays."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db import connection

from awareness.events.enums import ParticipantGroup
from awareness.impact.metrics import AFTER, BEFORE, FINISHED, NONE, OF_YEARS, SEVERAL, UNFINISHED, D, M
from clicksafely.common.serbian.search_folding import fold, slugify
from clicksafely.common.statistics.disclosure_control import MIN_PUBLISHED_COUNT
from clicksafely.common.statistics.periods import ALL_TIME, season_code, year_of


class Cell(NamedTuple):
    """The key of a figure; `dimension` and `key` are empty for a total."""

    measure: str
    dimension: str
    key: str
    period: str


@dataclass
class Aggregates:
    """Results: counts by cell, and shares in per cent. A missing cell is zero.

    `classes` maps (kind, town, season) of all events held to the number of participants, including zeros.
    """

    counts: Counter[Cell] = field(default_factory=Counter)
    percents: dict[Cell, int] = field(default_factory=dict)
    classes: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def add(self, measure: str, period: str, count: int, **keys: str) -> None:
        """Add to the total and to each dimension, for a month or season, its year and all time."""
        if not count:
            return
        for within in (period, year_of(period), ALL_TIME):
            self.counts[Cell(measure, "", "", within)] += count
            for dimension, key in keys.items():
                self.add_key(measure, dimension, key, within, count, of_part=within == period)

    def add_key(self, measure: str, dimension: str, key: str, period: str, count: int, *, of_part: bool) -> None:
        """Add to one dimension, not to the total."""
        if count and not (of_part and dimension in OF_YEARS):
            self.counts[Cell(measure, dimension, key, period)] += count


GROUPS: Final = tuple(group.value for group in ParticipantGroup)

_WHEN = "extract(year FROM d.starts_at AT TIME ZONE %(zone)s)::int, extract(month FROM d.starts_at AT TIME ZONE %(zone)s)::int"
_REPORTS = f"""
SELECT {_WHEN}, e.kind, d.town, count(*), {", ".join(f"sum(r.{group})" for group in GROUPS)}
FROM events_closingreport r JOIN events_eventdate d ON d.id = r.date_id JOIN events_event e ON e.id = d.event_id
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - constants
# One row for each spelling of a school's name, with its last visit and its kind then. Spellings are merged by `school_key`.
_SCHOOLS = f"""
SELECT {_WHEN}, a.town, a.school,
    max(to_char(d.starts_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS') || lpad(a.id::text, 20, '0') || a.school_kind COLLATE "C")
FROM events_schoolattendance a JOIN events_closingreport r ON r.id = a.report_id JOIN events_eventdate d ON d.id = r.date_id
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - constants
# Length of the prefix of the last column: digits of the time and of the row id.
_BEFORE_THE_KIND = 20 + 20
_ANSWERS = f"""
SELECT {_WHEN}, sum(r.before[4] + r.before[5]), sum((SELECT sum(n) FROM unnest(r.before) n)),
    sum(r.after[4] + r.after[5]), sum((SELECT sum(n) FROM unnest(r.after) n))
FROM events_closingreport r JOIN events_eventdate d ON d.id = r.date_id
WHERE cardinality(r.before) = 5 AND cardinality(r.after) = 5
GROUP BY 1, 2
"""  # noqa: S608 - constants
_DOWNLOADS = f"""
SELECT to_char(n.day, 'YYYY-MM'),
    CASE cardinality(s.audiences) WHEN 0 THEN '{NONE}' WHEN 1 THEN s.audiences[1] ELSE '{SEVERAL}' END, sum(n.count)
FROM library_downloadcount n JOIN library_resourcefile f ON f.id = n.file_id JOIN library_resource s ON s.id = f.resource_id
GROUP BY 1, 2
"""  # noqa: S608 - constants
_PLAYS = """
SELECT to_char(n.day, 'YYYY-MM'), n.mode, q.level, sum(n.started), sum(n.finished)
FROM quizzes_playcount n JOIN quizzes_quiz q ON q.id = n.quiz_id
GROUP BY 1, 2, 3
"""


def count_everything() -> Aggregates:
    """Count all figures in the database."""
    counted = Aggregates()
    _count_reports(counted)
    _count_schools(counted)
    _count_answers(counted)
    for month, audience, count in _rows(_DOWNLOADS):
        counted.add(M.DOWNLOADS, month, int(count), **{D.AUDIENCE: audience})
    for month, mode, level, started, finished in _rows(_PLAYS):
        _count_plays(counted, month, mode, level, int(started), int(finished))
    return counted


def school_key(name: str, town: str) -> tuple[str, str]:
    """Return the identity of a school: its name, regardless of script and punctuation, and the town."""
    return slugify(name, fallback=fold(name)), town


def _count_reports(counted: Aggregates) -> None:
    towns: defaultdict[str, set[str]] = defaultdict(set)
    for year, month, kind, town, events, *people in _rows(_REPORTS):
        season = season_code(year, month)
        counted.add(M.EVENTS, season, events, **{D.KIND: kind, D.TOWN: town})
        counted.add(M.PARTICIPANTS, season, int(sum(people)), **{D.KIND: kind, D.TOWN: town})
        held = (kind, town, season)
        counted.classes[held] = counted.classes.get(held, 0) + int(sum(people))
        for group, count in zip(GROUPS, people, strict=True):
            for period in _periods(season):
                counted.add_key(M.PARTICIPANTS, D.GROUP, group, period, int(count), of_part=period == season)
        for period in _periods(season):
            towns[period].add(town)
    for period, found in towns.items():
        counted.counts[Cell(M.TOWNS, "", "", period)] = len(found)


def _count_schools(counted: Aggregates) -> None:
    """Count distinct schools. The sum of the years can therefore exceed the count of all time."""
    schools: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    latest: dict[tuple[str, str], str] = {}
    for year, month, town, name, last in _rows(_SCHOOLS):
        school = school_key(name, town)
        latest[school] = max(latest.get(school, ""), last)
        for period in _periods(season_code(year, month)):
            schools[period].add(school)
    for period, found in schools.items():
        counted.counts[Cell(M.SCHOOLS, "", "", period)] = len(found)
        for school in found:
            counted.counts[Cell(M.SCHOOLS, D.SCHOOL_KIND, latest[school][_BEFORE_THE_KIND:], period)] += 1


def _count_answers(counted: Aggregates) -> None:
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for year, month, *numbers in _rows(_ANSWERS):
        for period in _periods(season_code(year, month)):
            sums[period] = [total + int(number) for total, number in zip(sums[period], numbers, strict=True)]
    for period, (safe_before, before, safe_after, after) in sums.items():
        if before >= MIN_PUBLISHED_COUNT and after >= MIN_PUBLISHED_COUNT:
            counted.percents[Cell(M.CONFIDENCE, D.MOMENT, BEFORE, period)] = round(100 * safe_before / before)
            counted.percents[Cell(M.CONFIDENCE, D.MOMENT, AFTER, period)] = round(100 * safe_after / after)


def _count_plays(counted: Aggregates, month: str, mode: str, level: str, started: int, finished: int) -> None:
    """Count plays. A play may start in one month and finish in the next, so finished plays are capped at started ones."""
    for result, count in ((FINISHED, min(finished, started)), (UNFINISHED, max(0, started - finished))):
        counted.add(M.PLAYS, month, count, **{D.WAY: mode, D.LEVEL: level, D.RESULT: result})


def _periods(part: str) -> tuple[str, str, str]:
    return part, year_of(part), ALL_TIME


def _rows(query: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"zone": settings.TIME_ZONE})
        yield from cursor.fetchall()
