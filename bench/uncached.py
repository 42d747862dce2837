"""P2: the same pages without the page cache, against a plain page of three queries and the same size."""

import os
import urllib.request

import psycopg2

from bench.environment import BenchEnvironment
from bench.figures import Figure, at_least
from bench.load import BenchError, Target, compare

BAR = 0.8
PATHS = ("/sr/", "/sr-latn/", "/en/", "/sr/topics/phishing/")
# An unknown query parameter, so that the response is not cached.
UNKEPT = "?measured=1"
MAX_ROWS = 60
# Sentences as long as those of a card and of an answer, in Cyrillic.
_SEED = """
INSERT INTO floor_topic (slug, title, intro) VALUES ('topic', 'Лозинке и налози', repeat('Добра лозинка је дугачка, и само твоја. ', 8));
INSERT INTO floor_article (topic_id, title, summary, author, published)
SELECT id, 'Чланак број ' || n, repeat('Порука која жури обично хоће твоју лозинку. ', 4), 'Ауторка', now() - n * interval '1 hour'
FROM floor_topic, generate_series(1, 100) AS n;
INSERT INTO floor_answer (topic_id, question, text)
SELECT id, 'Питање број ' || n || '?', repeat('Прочитај адресу слово по слово. ', 4) FROM floor_topic, generate_series(1, 100) AS n;
"""


def measure(environment: BenchEnvironment) -> list[Figure]:
    """Pages of each language and a topic: rate with 32 connections."""
    _seed()
    figures = []
    for path in PATHS:
        page = f"{environment.portal}{path}{UNKEPT}"
        floor = _as_large(environment, len(_read(page)))
        result = compare(f"uncached {path}", Target(page), Target(floor))
        figures.append(at_least("P2", f"uncached page {path}", result.rate, result.floor, result.ratio, BAR))
    return figures


def _seed() -> None:
    connection = psycopg2.connect(os.environ["FLOOR_URL"])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(_SEED)
    finally:
        connection.close()


def _as_large(environment: BenchEnvironment, size: int) -> str:
    """The URL of the floor page with the number of rows that gives at least `size` bytes."""
    for rows in range(1, MAX_ROWS):
        address = f"{environment.floor}/page/{rows}/"
        if len(_read(address)) >= size:
            return address
    raise BenchError(f"The floor has no page of {size:,} bytes.")


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        body: bytes = answer.read()
        return body
