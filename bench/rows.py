"""Reports of several years, generated in the database."""

import time

from django.db import connection

from bench.load import say
from clicksafely.accounts.models import User
from hotline.categories import CATEGORIES
from hotline.models import QuestionSet, Report

# Reports of five years with one item each (a tenth of them reported before), a third assessed twice and
# referred. One in twenty is open, and one in ten has the same large host. A thousand reports already fill a
# page of both lists, so that pages have the same content at all sizes.
_REPORTS = (
    """
    INSERT INTO hotline_report (uuid, channel, category, language, state, anonymised_from, received_at, danger_now, about_me,
        receipt_digest, reporter_salt, reporter_public_key, state_digest, locations, priority, priority_reasons, outcome, closed_at,
        has_news, reopened_from, reopened_times, queue)
    SELECT gen_random_uuid(), (ARRAY['web','web','web','email','api','iccam'])[1 + n %% 6],
        (%(categories)s::text[])[1 + n / 7 %% cardinality(%(categories)s::text[])], 'sr',
        CASE WHEN n %% 20 = 0 THEN 'triaged' WHEN n %% 9 = 0 THEN 'spam' WHEN n %% 2 = 0 THEN 'anonymised' ELSE 'closed' END,
        CASE WHEN n %% 20 > 0 AND n %% 9 > 0 AND n %% 2 = 0 THEN 'closed' ELSE '' END,
        date_trunc('hour', now() - make_interval(mins => ((%(last)s - n) * 2.6)::int)), FALSE, FALSE,
        sha256(('r' || n)::bytea), '', '', sha256(('s' || n)::bytea), '[]', 0, '[]',
        CASE WHEN n %% 20 = 0 OR n %% 9 = 0 THEN '' ELSE (ARRAY['removed','referred','not_illegal','not_illegal'])[1 + n / 3 %% 4] END,
        CASE WHEN n %% 20 = 0 OR n %% 9 = 0 THEN NULL ELSE now() END, FALSE, '', 0, CASE WHEN n %% 20 = 0 THEN 'review' END
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
    SELECT gen_random_uuid(), 'url', 'https://' || h.name || '/' || r.id, sha256(('i' || r.id)::bytea), h.name, h.name,
        (ARRAY[1,2,2,4,6,9])[1 + r.id %% 6], CASE WHEN r.outcome = '' THEN 'unassessed' ELSE 'ended' END,
        CASE WHEN r.outcome IN ('removed', 'referred') THEN 'illegal' ELSE r.outcome END, r.outcome, r.received_at, 1
    FROM hotline_report r
    CROSS JOIN LATERAL (SELECT 'h' || CASE WHEN r.id %% 10 = 7 THEN 7 ELSE r.id %% 5000 END || '.test' AS name) h
    WHERE r.id > %(before)s
    """,
    """
    INSERT INTO hotline_reportitem (report_id, item_id, position)
    SELECT r.id, i.id, 0 FROM hotline_report r JOIN hotline_contentitem i ON i.digest = sha256(('i' || r.id)::bytea)
    WHERE r.id > %(before)s
    """,
    """
    INSERT INTO hotline_assessment (item_id, report_id, author_id, question_set_id, round, answers, verdict, agreed, created_at)
    SELECT ri.item_id, ri.report_id, CASE turn WHEN 'first' THEN %(analyst1)s ELSE %(analyst2)s END, %(questions)s, turn,
        jsonb_build_object('classification', (ARRAY['baseline_csam','national_csam','hate_speech'])[1 + ri.item_id %% 3],
            'age', (ARRAY['infant','pubescent','pre_pubescent'])[1 + ri.item_id %% 3], 'gender', 'female'),
        'illegal', CASE turn WHEN 'second' THEN (ARRAY[0,1,2,2,2,2,2,2])[1 + ri.item_id %% 8] END, i.first_reported_at + interval '3 hours'
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
    INSERT INTO hotline_closing (report_id, item_id, act, "end", state, author_id, author_opened, created_at, second_opened, effective_at,
        fingerprint, before)
    SELECT r.id, CASE WHEN r.state <> 'spam' THEN ri.item_id END, CASE WHEN r.state = 'spam' THEN 'aside' ELSE 'assessed' END,
        CASE WHEN r.state = 'spam' THEN 'spam' ELSE 'closed' END, 'made', %(analyst1)s, TRUE, r.received_at + interval '3 hours', FALSE,
        r.received_at + interval '4 hours', '', '{}'
    FROM hotline_report r JOIN hotline_reportitem ri ON ri.report_id = r.id
    WHERE r.id > %(before)s AND (r.state = 'spam' OR r.outcome = 'not_illegal')
    """,
    """
    INSERT INTO common_auditevent (at, action, actor_id, subject_table, subject_id, data)
    SELECT r.received_at + make_interval(mins => (r.id %% 2900)::int), what, %(analyst1)s, 'hotline_report', r.id, '{}'
    FROM hotline_report r CROSS JOIN (VALUES ('report.received'), ('report.claimed'), ('report.state')) t(what) WHERE r.id > %(before)s
    """,
)
# Decided items of other cases: five times as many as reports.
_ITEMS = """
    INSERT INTO hotline_contentitem (uuid, kind, canonical, digest, host, registrable_domain, site_type, state, verdict, outcome,
        first_reported_at, report_count)
    SELECT gen_random_uuid(), 'url', 'https://o' || n %% 5000 || '.test/' || n, sha256(('o' || n)::bytea),
        'o' || n %% 5000 || '.test', 'o' || n %% 5000 || '.test', (ARRAY[1,2,2,4,6,9])[1 + n %% 6], 'ended', 'not_illegal', 'not_illegal',
        date_trunc('hour', now() - make_interval(mins => (n %% 2600000)::int)), 1
    FROM generate_series(%(first)s, %(last)s) n
"""

# Many reports of all years name the content of one open case.
_REPEATED = """
    WITH often AS (
        SELECT ri.item_id FROM hotline_reportitem ri JOIN hotline_contentitem i ON i.id = ri.item_id
        WHERE ri.report_id = %(case)s ORDER BY ri.position LIMIT 1
    ), named AS (
        INSERT INTO hotline_reportitem (report_id, item_id, position)
        SELECT r.id, often.item_id, 1 FROM often, (SELECT id FROM hotline_report ORDER BY id LIMIT %(times)s) r
        ON CONFLICT DO NOTHING
    )
    UPDATE hotline_contentitem SET report_count = %(times)s + 1 FROM often WHERE id = often.item_id
"""


def grow(before: int, size: int) -> None:
    """Add reports from `before` to `size`, each with an item of its own."""
    newest = Report.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    analysts = dict(User.objects.filter(username__in=["analyst1", "analyst2"]).values_list("username", "pk"))
    questions = QuestionSet.objects.get(active=True).pk
    parameters = {"first": before + 1, "last": size, "before": newest, "questions": questions, **analysts}
    _run(f"{size:,} reports", *_REPORTS, categories=list(CATEGORIES), **parameters)


def repeat_item(case: Report, times: int) -> None:
    """Let the oldest `times` reports name the content of `case` too."""
    _run(f"{times:,} reports of one item", _REPEATED, case=case.pk, times=times)


def add_items(count: int) -> None:
    """Add items of deleted reports, a million at a time."""
    for first in range(1, count + 1, 1_000_000):
        last = min(first + 999_999, count)
        _run(f"{last:,} items more", _ITEMS, first=first, last=last)


def settle() -> None:
    """Do the background work of PostgreSQL now, so that it does not disturb the next measurement."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")


def _run(what: str, *statements: str, **parameters: float | str | list[int] | list[str]) -> None:
    began = time.monotonic()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, parameters)
    settle()
    say(f"  {what} made in {time.monotonic() - began:.0f} s")
