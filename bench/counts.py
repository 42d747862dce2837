"""ST: the figures of a million reports: counting them anew against one bare pass over the rows, and the pages that are read from them."""

import statistics
import time
import urllib.request
from collections.abc import Callable

from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from bench.figures import Figure, at_most
from bench.ground import Ground
from bench.load import ROUNDS, say
from hotline.models import QuestionSet, Report
from hotline.statistics import health
from hotline.statistics.building import rebuild_figures

FEW, MANY = 1_000, 1_000_000
BUILD_SECONDS, PAGE_MS, HEALTH_MS, GROWTH = 600.0, 120.0, 250.0, 1.5
REQUESTS = 30

# Reports of five years, an item each (a tenth of them named before), a third of those assessed by two people and handed over.
_ROWS = (
    """
    INSERT INTO hotline_report (uuid, channel, category, language, state, anonymised_from, received_at, danger_now, about_me,
        receipt_digest, reporter_salt, reporter_public_key, state_digest, locations, priority, priority_reasons, outcome, closed_at,
        has_news, reopened_from, reopened_times, queue)
    SELECT gen_random_uuid(), (ARRAY['web','web','web','email','api','iccam'])[1 + n %% 6],
        (ARRAY['csam','cyberbullying','hate-speech','other'])[1 + n / 7 %% 4], 'sr',
        CASE WHEN n %% 100 = 0 THEN 'triaged' WHEN n %% 9 = 0 THEN 'spam' WHEN n %% 2 = 0 THEN 'anonymised' ELSE 'closed' END,
        CASE WHEN n %% 100 > 0 AND n %% 9 > 0 AND n %% 2 = 0 THEN 'closed' ELSE '' END,
        date_trunc('hour', now() - make_interval(mins => ((%(last)s - n) * 2.6)::int)), FALSE, FALSE,
        sha256(('r' || n)::bytea), '', '', sha256(('s' || n)::bytea), '[]', 0, '[]',
        CASE WHEN n %% 100 = 0 OR n %% 9 = 0 THEN '' ELSE (ARRAY['removed','referred','not_illegal','not_illegal'])[1 + n / 3 %% 4] END,
        CASE WHEN n %% 100 = 0 OR n %% 9 = 0 THEN NULL ELSE now() END, FALSE, '', 0, CASE WHEN n %% 100 = 0 THEN 'review' END
    FROM generate_series(%(first)s, %(last)s) n
    """,
    """
    INSERT INTO hotline_host (name, addresses, address_count, aliases, country, organisation, registrar, problem, tries)
    SELECT 'h' || n || '.test', '[]', 0, '[]', (ARRAY['RS','NL','US','DE','FR','RU','UA','CA','SE','BG',''])[1 + n %% 11], '', '', '', 0
    FROM generate_series(1, 5000) n ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO hotline_contentitem (uuid, kind, canonical, digest, host, registrable_domain, site_type, state, verdict, outcome,
        first_reported_at, report_count)
    SELECT gen_random_uuid(), 'url', 'https://h' || r.id %% 5000 || '.test/' || r.id, sha256(('i' || r.id)::bytea),
        'h' || r.id %% 5000 || '.test', 'h' || r.id %% 5000 || '.test', (ARRAY[1,2,2,4,6,9])[1 + r.id %% 6],
        CASE WHEN r.outcome = '' THEN 'unassessed' ELSE 'ended' END,
        CASE WHEN r.outcome IN ('removed', 'referred') THEN 'illegal' ELSE r.outcome END, r.outcome, r.received_at, 1
    FROM hotline_report r WHERE r.id > %(before)s
    """,
    """
    INSERT INTO hotline_reportitem (report_id, item_id, position)
    SELECT r.id, i.id, 0 FROM hotline_report r JOIN hotline_contentitem i ON i.digest = sha256(('i' || r.id)::bytea)
    WHERE r.id > %(before)s
    """,
    """
    INSERT INTO hotline_assessment (item_id, report_id, author_id, question_set_id, round, answers, verdict, made_at)
    SELECT ri.item_id, ri.report_id, CASE turn WHEN 'first' THEN %(analyst1)s ELSE %(analyst2)s END, %(questions)s, turn,
        jsonb_build_object('classification', (ARRAY['baseline_csam','national_csam','hate_speech'])[1 + ri.item_id %% 3],
            'age', (ARRAY['infant','pubescent','pre_pubescent'])[1 + ri.item_id %% 3], 'gender', 'female'),
        'illegal', i.first_reported_at + interval '3 hours'
    FROM hotline_reportitem ri JOIN hotline_contentitem i ON i.id = ri.item_id CROSS JOIN (VALUES ('first'), ('second')) t(turn)
    WHERE ri.report_id > %(before)s AND i.verdict = 'illegal'
    """,
    """
    INSERT INTO hotline_action (item_id, report_id, author_id, kind, done_at)
    SELECT ri.item_id, ri.report_id, %(analyst1)s, t.kind, i.first_reported_at + make_interval(hours => (ri.item_id %% 97 + 1)::int)
    FROM hotline_reportitem ri JOIN hotline_contentitem i ON i.id = ri.item_id CROSS JOIN (VALUES ('host'), ('removed')) t(kind)
    WHERE ri.report_id > %(before)s AND i.verdict = 'illegal' AND (t.kind = 'host' OR i.outcome = 'removed')
    """,
    """
    INSERT INTO common_auditevent (at, action, actor_id, subject_table, subject_id, data)
    SELECT r.received_at + make_interval(mins => (r.id %% 2900)::int), what, %(analyst1)s, 'hotline_report', r.id, '{}'
    FROM hotline_report r CROSS JOIN (VALUES ('report.received'), ('report.claimed'), ('report.state')) t(what) WHERE r.id > %(before)s
    """,
)
_FLOOR = (
    "SELECT date_trunc('month', received_at), channel, category, state, outcome, count(*) FROM hotline_report GROUP BY 1, 2, 3, 4, 5",
    "SELECT date_trunc('month', first_reported_at), site_type, state, outcome, count(*) FROM hotline_contentitem GROUP BY 1, 2, 3, 4",
)


def measure(ground: Ground) -> list[Figure]:
    """With a thousand reports, then with a million: counting, the public page past the page cache, the page of supervisors."""
    pages, seconds, floor, doing = {}, {}, {}, {}
    for size in (FEW, MANY):
        _grow(size)
        began = time.monotonic()
        number = rebuild_figures(now=timezone.now())
        seconds[size] = time.monotonic() - began
        floor[size] = statistics.median(_timed(_bare_pass) for _ in range(ROUNDS))
        pages[size] = 1000 * statistics.median(_timed(lambda: _ask(ground)) for _ in range(REQUESTS))
        doing[size] = 1000 * statistics.median(_timed(_health) for _ in range(ROUNDS))
        say(
            f"  {size:,} reports: {number:,} figures in {seconds[size]:.1f} s, bare pass {floor[size]:.2f} s,"
            f" page {pages[size]:.1f} ms, health {doing[size]:.1f} ms"
        )
    ratio = seconds[MANY] / floor[MANY]
    return [
        Figure(
            "ST",
            "counting a million reports anew",
            round(seconds[MANY], 1),
            "s",
            round(floor[MANY], 2),
            round(ratio, 1),
            f"<= {BUILD_SECONDS:g} s",
            seconds[MANY] <= BUILD_SECONDS,
        ),
        at_most("ST", "public page of a million, not cached", pages[MANY], PAGE_MS, "ms"),
        at_most("ST", "the same, times that of a thousand", pages[MANY] / pages[FEW], GROWTH, "x"),
        at_most("ST", "queues, agreement, workload of a million", doing[MANY], HEALTH_MS, "ms"),
    ]


def _grow(size: int) -> None:
    """Fill up to so many reports, in the database itself."""
    before = Report.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    analysts = dict(User.objects.filter(username__in=["analyst1", "analyst2"]).values_list("username", "pk"))
    parameters = {
        "first": 1 if size == FEW else FEW + 1,
        "last": size,
        "before": before,
        "questions": QuestionSet.objects.get(active=True).pk,
        **analysts,
    }
    began = time.monotonic()
    with connection.cursor() as cursor:
        for rows in _ROWS:
            cursor.execute(rows, parameters)
        cursor.execute("ANALYZE")
    say(f"  {size:,} reports made in {time.monotonic() - began:.0f} s")


def _timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _bare_pass() -> None:
    with connection.cursor() as cursor:
        for query in _FLOOR:
            cursor.execute(query)
            cursor.fetchall()


def _ask(ground: Ground) -> None:
    # Whoever sends a cookie is answered by Django itself.
    request = urllib.request.Request(f"{ground.portal}/sr/hotline/statistics/?period=all", headers={"Cookie": "x=y"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()


def _health() -> None:
    now = timezone.now()
    health.queue_ages(now)
    health.agreement(now)
    health.workload(now)
    health.waiting_referrals()
