"""P6: sixty searches over 20,000 resources as on the search page, timed in the database. ENTRIES= reduces the size."""

import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.db import connection
from django.http import HttpRequest

from awareness.search.engine import parse_typed_text, search
from awareness.search.services import learn_all_words
from awareness.search.synonyms import cached_thesaurus
from bench.environment import BASE_DIR, BenchEnvironment
from bench.figures import Figure
from bench.load import BenchError, say

BAR_MS = 20.0
ROUNDS = 5
TEXTS = Path(BASE_DIR, "tests/awareness/search")
KINDS = ("resource", "resource", "resource", "article", "topic")
GRADES = ("први", "други", "трећи", "четврти", "пети", "шести", "седми", "осми")
COPY = (
    "COPY search_searchentry (kind, object_id, language, url_name, url_kwargs, title, keywords, summary, body, published_at, changed_at)"
    " FROM STDIN"
)


def measure(environment: BenchEnvironment) -> list[Figure]:
    """Each full search (lexemes, counts by kind, ranked page, highlighting), then the same rows by primary key."""
    count = int(os.environ.get("ENTRIES") or 20_000)
    _fill(count)
    queries = json.loads((TEXTS / "queries.json").read_text())
    pick = random.Random(60).choice  # noqa: S311 - the same searches in every run
    typed = [(pick(query["spellings"]), query["language"]) for query in queries]
    times: dict[str, list[float]] = {}
    floors: list[float] = []
    for _round in range(ROUNDS):
        for text, language in typed:
            milliseconds, ids = _search(text, language)
            times.setdefault(text, []).append(milliseconds)
            floors.append(_by_keys(ids))
    medians = sorted(((statistics.median(each), text) for text, each in times.items()), reverse=True)
    p95 = statistics.quantiles([each for each, _text in medians], n=20, method="inclusive")[-1]
    floor = statistics.median(floors)
    typical = statistics.median(each for each, _text in medians)
    say(f"  median {typical:.1f} ms, 95th percentile {p95:.1f} ms; the rows of a page by primary key {floor:.2f} ms")
    for milliseconds, text in medians[:3]:
        say(f"  slowest: {text} {milliseconds:.1f} ms")
    what = f"{len(typed)} searches in {count:,} resources, 95th percentile in the database"
    return [
        Figure(
            "P6", what, round(p95, 2), "ms", round(floor, 2), round(p95 / floor, 1), f"<= {BAR_MS:g} ms", p95 <= BAR_MS
        )
    ]


def _fill(count: int) -> None:
    """Entries with sentences of the forty test documents, so that common words occur in most of them."""
    documents = json.loads((TEXTS / "corpus.json").read_text())
    chance = random.Random(6)  # noqa: S311 - the same texts in every run
    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchentry")
        for first in range(0, count, 2_000):
            lines = StringIO()
            for number in range(first, min(first + 2_000, count)):
                for language in ("sr", "en"):
                    lines.write("\t".join(_columns(number, language, documents, chance)) + "\n")
            lines.seek(0)
            cursor.cursor.copy_expert(COPY, lines)
        learn_all_words()
        cursor.execute("VACUUM ANALYZE search_searchentry")
    say(f"  {count:,} resources in two languages indexed in {time.monotonic() - started:.0f} s")


def _columns(number: int, language: str, documents: Sequence[dict[str, Any]], chance: random.Random) -> Iterator[str]:
    about = documents[number % len(documents)]
    words = about[language]
    others = [document[language] for document in chance.sample(list(documents), 8)]
    title = words["title"] if number < len(documents) else f"{words['title']}: {chance.choice(GRADES)} {number // 40}"
    body = " ".join(f"{other['summary']} {other['body']}" for other in (words, *others))
    yield KINDS[number % len(KINDS)]
    yield from (str(number), language, "resource", json.dumps({"slug": f"resource-{number}"}))
    yield from (title, words["keywords"], words["summary"], body)
    published = datetime(2014 + number % 12, 1 + number % 12, 1 + number % 28, tzinfo=UTC).isoformat()
    yield from (published, published)


def _search(text: str, language: str) -> tuple[float, list[int]]:
    with _timing() as spent:
        found = search(
            parse_typed_text(text, language), language, cached_thesaurus(HttpRequest(), language), datetime.now(UTC)
        )
    if not found.total:
        raise BenchError(f"Nothing was found for {text!r}.")
    return sum(spent), [result.hit.id for result in found.results]


@contextmanager
def _timing() -> Iterator[list[float]]:
    """Milliseconds of every statement, including the round trip to the database."""
    spent: list[float] = []

    def clock(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append((time.perf_counter() - started) * 1000)

    with connection.execute_wrapper(clock):
        yield spent


def _by_keys(ids: list[int]) -> float:
    with _timing() as spent, connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, url_kwargs, title, summary, body FROM search_searchentry WHERE id = ANY(%s)", [ids]
        )
        cursor.fetchall()
    return sum(spent)
