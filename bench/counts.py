"""ST: statistics of a million reports: the rebuild against one plain pass over the rows, and the statistics pages."""

import statistics
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from bench.environment import BenchEnvironment
from bench.figures import Figure, at_most
from bench.load import ROUNDS, say
from bench.rows import settle
from hotline.statistics import dashboard
from hotline.statistics.rebuild import rebuild_statistics

BUILD_SECONDS, PAGE_MS, DASHBOARD_MS, GROWTH = 600.0, 120.0, 250.0, 1.5
REQUESTS = 30
# Forms read no statistics, so a form is requested alternately with the statistics page.
PAGE, PLAIN = "/sr/hotline/statistics/?period=all", "/sr/report/cyberbullying/"

_FLOOR = (
    "SELECT date_trunc('month', received_at), channel, category, state, outcome, count(*) FROM hotline_report GROUP BY 1, 2, 3, 4, 5",
    "SELECT date_trunc('month', first_reported_at), site_type, state, outcome, count(*) FROM hotline_contentitem GROUP BY 1, 2, 3, 4",
)


class Counted(NamedTuple):
    """The measurements for a number of reports.

    Seconds of the rebuild and of the plain pass. Milliseconds of the public page, of a page without statistics, and of the
    supervisors' dashboard.
    """

    seconds: float
    floor: float
    page: float
    plain: float
    dashboard: float


def count(environment: BenchEnvironment) -> Counted:
    """Measure the statistics of the existing reports."""
    began = time.monotonic()
    number = rebuild_statistics(now=timezone.now())
    seconds = time.monotonic() - began
    settle()
    pages = [[_timed(partial(_ask, environment, path)) for path in (PAGE, PLAIN)] for _ in range(REQUESTS)]
    page, plain = (1000 * statistics.median(times) for times in zip(*pages, strict=True))
    counted = Counted(
        seconds,
        statistics.median(_timed(_bare_pass) for _ in range(ROUNDS)),
        page,
        plain,
        1000 * statistics.median(_timed(_dashboard) for _ in range(ROUNDS)),
    )
    say(
        f"  {number:,} reports in {counted.seconds:.1f} s, plain pass {counted.floor:.2f} s,"
        f" page {counted.page:.1f} ms, without statistics {counted.plain:.1f} ms, dashboard {counted.dashboard:.1f} ms"
    )
    return counted


def figures(few: Counted, many: Counted) -> list[Figure]:
    """A million reports against the targets and against a thousand."""
    ratio = many.seconds / many.floor
    grown = (many.page / many.plain) / (few.page / few.plain)
    return [
        Figure(
            "ST",
            "rebuilding the statistics of a million reports",
            round(many.seconds, 1),
            "s",
            round(many.floor, 2),
            round(ratio, 1),
            f"<= {BUILD_SECONDS:g} s",
            many.seconds <= BUILD_SECONDS,
        ),
        at_most("ST", "public page of a million, not cached", many.page, PAGE_MS, "ms"),
        at_most("ST", "the same, times that of a thousand", grown, GROWTH, "x"),
        at_most("ST", "queues, agreement, workload of a million", many.dashboard, DASHBOARD_MS, "ms"),
    ]


def _timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _bare_pass() -> None:
    with connection.cursor() as cursor:
        for query in _FLOOR:
            cursor.execute(query)
            cursor.fetchall()


def _ask(environment: BenchEnvironment, path: str) -> None:
    # Requests with a cookie bypass the page cache.
    request = urllib.request.Request(f"{environment.portal}{path}", headers={"Cookie": "x=y"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def _dashboard() -> None:
    now = timezone.now()
    dashboard.queue_ages(now)
    dashboard.monthly_agreement(now)
    dashboard.workload(now)
    dashboard.waiting_referrals()
