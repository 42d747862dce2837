"""A naive recount of the figures in plain Python, row by row, without code of the portal."""

import re
from collections import Counter, defaultdict
from datetime import date, datetime
from zoneinfo import ZoneInfo

from awareness.events.models import ClosingReport, SchoolAttendance
from awareness.library.models import DownloadCount
from awareness.quizzes.models import PlayCount

BELGRADE = ZoneInfo("Europe/Belgrade")
Cell = tuple[str, str, str, str]
GROUPS = ("children", "youth", "parents", "teachers", "stakeholders")
LATIN = dict(zip("абвгдђежзијклљмнњопрстћуфхцчџш", ["a", "b", "v", "g", "d", "dj", "e", "z", "z", "i", "j", "k", "l", "lj",
    "m", "n", "nj", "o", "p", "r", "s", "t", "c", "u", "f", "h", "c", "c", "dz", "s"], strict=True))  # fmt: skip
PLAIN = str.maketrans({"š": "s", "č": "c", "ć": "c", "ž": "z", "đ": "dj"})


class Tally:
    """Add to the month or season, the year and all time."""

    def __init__(self) -> None:
        self.cells: Counter[Cell] = Counter()
        self.percents: dict[Cell, int] = {}

    def count(self, measure: str, part: str, count: int, **keys: str) -> None:
        for period in (part, part[:4], "all"):
            self.cells[measure, "", "", period] += count
            for dimension, key in keys.items():
                if not (dimension == "town" and len(period) == 7):
                    self.cells[measure, dimension, key, period] += count


def recount() -> Tally:
    """Count all figures in the database."""
    tally = Tally()
    reports = list(ClosingReport.objects.select_related("date__event"))
    for report in reports:
        season = season_of(report.date.starts_at)
        keys = {"kind": report.date.event.kind, "town": report.date.town}
        tally.count("events", season, 1, **keys)
        tally.count("participants", season, report.participants, **keys)
        for group in GROUPS:
            for period in (season, season[:4], "all"):
                tally.cells["participants", "group", group, period] += getattr(report, group)
    for period in {period for report in reports for period in periods_of(report)}:
        tally.cells["towns", "", "", period] = len({r.date.town for r in reports if period in periods_of(r)})
    _count_schools(tally)
    _count_answers(tally, reports)
    for download in DownloadCount.objects.select_related("file__resource"):
        audiences = download.file.resource.audiences
        key = audiences[0] if len(audiences) == 1 else "several" if audiences else "none"
        tally.count("downloads", month_of(download.day), download.count, audience=key)
    _count_plays(tally)
    tally.cells = +tally.cells
    return tally


def season_of(at: datetime) -> str:
    local = at.astimezone(BELGRADE)
    return f"{local.year}-{'21' if local.month < 8 else '23'}"


def month_of(day: date) -> str:
    return f"{day.year}-{day.month:02}"


def periods_of(report: ClosingReport) -> tuple[str, str, str]:
    season = season_of(report.date.starts_at)
    return season, season[:4], "all"


def _count_schools(tally: Tally) -> None:
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    kinds: dict[tuple[str, str], str] = {}
    for row in SchoolAttendance.objects.select_related("report__date").order_by("report__date__starts_at", "pk"):
        name = "".join(LATIN.get(letter, letter) for letter in row.school.lower()).translate(PLAIN)
        school = (" ".join(re.findall("[a-z0-9]+", name)), row.town)
        kinds[school] = row.school_kind
        for period in periods_of(row.report):
            found[period].add(school)
    for period, schools in found.items():
        tally.cells["schools", "", "", period] = len(schools)
        for school in schools:
            tally.cells["schools", "school_kind", kinds[school], period] += 1


def _count_answers(tally: Tally, reports: list[ClosingReport]) -> None:
    answers: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for report in reports:
        if report.before and report.after:
            for moment in ("before", "after"):
                for period in periods_of(report):
                    for score, times in enumerate(getattr(report, moment), start=1):
                        answers[moment, period] += [score] * times
    for moment, period in list(answers):
        if all(len(answers[each, period]) >= 5 for each in ("before", "after")):
            scores = answers[moment, period]
            safe = len([score for score in scores if score >= 4])
            tally.percents["confidence", "moment", moment, period] = round(100 * safe / len(scores))


def _count_plays(tally: Tally) -> None:
    months: Counter[tuple[str, str, str, str]] = Counter()
    for play in PlayCount.objects.select_related("quiz"):
        months[month_of(play.day), play.mode, play.quiz.level, "started"] += play.started
        months[month_of(play.day), play.mode, play.quiz.level, "finished"] += play.finished
    for month, way, level in {each[:3] for each in months}:
        started = months[month, way, level, "started"]
        finished = min(started, months[month, way, level, "finished"])
        tally.count("quiz_plays", month, finished, way=way, level=level, result="finished")
        tally.count("quiz_plays", month, started - finished, way=way, level=level, result="unfinished")
