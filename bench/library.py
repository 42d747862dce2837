"""LB: facet counts and a list page of twenty thousand library resources, against one plain pass over the rows."""

import statistics
import time
from collections.abc import Callable, Sequence

from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from awareness.library.facets import count_facets, filter_resources, parse_facet_query
from awareness.library.selectors import list_page
from awareness.topics.models import Topic
from awareness.topics.selectors import visible_topics
from bench.environment import BenchEnvironment
from bench.figures import Figure
from bench.load import say

MANY = 20_000
TOPICS = 12
# Eight counts in one query; a page with an offset of thousands of rows.
FACETS, LIST = 40.0, 10.0
# Typical filters, from no results to almost all resources.
QUERIES = (
    "",
    "topic=bench-1",
    "audience=educators",
    "age=10-12&age=13-15",
    "type=worksheet&language=sr-Cyrl",
    "topic=bench-2&topic=bench-3&audience=parents",
    "licence=CC-BY-4.0&length=lesson",
    "topic=bench-1&audience=educators&age=10-12&type=video&language=en&licence=CC0-1.0&length=short",
    "sort=title",
    "sort=most-used&audience=children",
    "page=40",
    "sort=title&page=50",
)
ROUNDS = 5

_RESOURCES = """
    INSERT INTO library_resource (slug, published_at, changed_at, revision, title, title_sr, title_en, summary, summary_sr,
        summary_en, description, description_sr, use_in_class, use_in_class_sr, teaches, keywords, kind, audiences, ages, levels, features,
        language, licence, creator, creator_en, publisher, publisher_en, version, minutes, is_based_on, uses)
    SELECT 'bench-' || n, now() - make_interval(mins => n), now(), 1, t, t, 'Resource ' || n, s, s, s, d, d, d, d, '', 'мрежа, деца',
        (ARRAY['worksheet','lesson-plan','video','poster','handbook'])[1 + n %% 5],
        CASE n %% 4 WHEN 0 THEN ARRAY['educators'] WHEN 1 THEN ARRAY['educators','parents']
            WHEN 2 THEN ARRAY['children'] ELSE ARRAY['parents'] END,
        CASE n %% 3 WHEN 0 THEN ARRAY['7-9','10-12'] WHEN 1 THEN ARRAY['10-12','13-15'] ELSE ARRAY['16-18'] END,
        ARRAY['primary-5-8'], ARRAY[]::varchar[], (ARRAY['sr-Cyrl','sr-Cyrl','sr-Latn','en'])[1 + n / 7 %% 4],
        (ARRAY['CC-BY-4.0','CC0-1.0','CC-BY-NC-4.0'])[1 + n / 3 %% 3], 'Аутор', '', 'Издавач', '', '', 5 + n %% 130, '', n * 7919 %% 1000
    FROM generate_series(1, %(many)s) n,
        LATERAL (SELECT 'Материјал ' || md5(n::text) t, 'Кратак опис материјала број ' || n s, repeat('Опис материјала. ', 60) d) x
"""
_TOPICS = """
    INSERT INTO library_resource_topics (resource_id, topic_id)
    SELECT r.id, t.id FROM library_resource r JOIN topics_topic t ON t.slug IN ('bench-' || r.id %% 12, 'bench-' || r.id / 5 %% 12)
    WHERE r.slug LIKE 'bench-%%'
"""
_FLOOR = "SELECT kind, count(*) FROM library_resource WHERE published_at <= now() GROUP BY kind"


def measure(environment: BenchEnvironment) -> list[Figure]:
    """Measured in the database and Django, without page rendering."""
    _fill()
    facets, pages, floor = [], [], []
    for _round in range(ROUNDS):
        floor.append(_milliseconds(_bare_pass))
        for query in QUERIES:
            counting, listing = _ask(query)
            facets.append(counting)
            pages.append(listing)
    bare, counted, listed = statistics.median(floor), _p95(facets), _p95(pages)
    say(f"  {MANY:,} resources: facets p95 {counted:.1f} ms, list p95 {listed:.1f} ms, plain pass {bare:.1f} ms")
    return [
        _figure("all facets counted, 20,000 resources, p95", counted, bare, FACETS),
        _figure("one page of the list, p95", listed, bare, LIST),
    ]


def _figure(what: str, value: float, floor: float, bar: float) -> Figure:
    ratio = value / floor
    return Figure(
        "LB", what, round(value, 1), "ms", round(floor, 2), round(ratio, 1), f"<= {bar:g} x floor", ratio <= bar
    )


def _fill() -> None:
    now = timezone.now()
    for number in range(TOPICS):
        Topic.objects.create(slug=f"bench-{number}", title_sr=f"Тема {number}", summary_sr="Укратко", published_at=now)
    with connection.cursor() as cursor:
        cursor.execute(_RESOURCES, {"many": MANY})
        cursor.execute(_TOPICS.replace("%%", "%"))
        cursor.execute("VACUUM ANALYZE library_resource, library_resource_topics")


def _ask(query: str) -> tuple[float, float]:
    now = timezone.now()
    topics = visible_topics(now)
    wish = parse_facet_query(QueryDict(query), topics)
    total = filter_resources(wish, topics, now).count()
    return (
        _milliseconds(lambda: count_facets(wish, topics, now)),
        _milliseconds(lambda: list_page(wish, topics, now, total)),
    )


def _bare_pass() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR)
        cursor.fetchall()


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
