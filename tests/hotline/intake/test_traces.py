"""What a reporter wrote is nowhere in clear: not in a row, not in a file, not in a log line, not in Redis."""

import logging
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings
from redis import Redis

from clicksafely.common import receipts
from clicksafely.common.logs import PrivateFormatter
from clicksafely.watching.latency import counts
from tests.hotline.intake.journey import Reporter, picture, receipt_on

WORDS = "МАРКЕР-ИНТАКЕ-РЕЧИ-4821"
CONTACT = "marker-intake-4821@example.org"
MESSAGE = "МАРКЕР-ИНТАКЕ-ПОРУКА-4821"
HANDLE_WORDS = "marker-intake-detalji-4821"


def database_text() -> str:
    """Every row of every table as text, binary columns as hexadecimal digits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")
        rows = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608 - names out of the catalogue
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)


def redis_content(url: str) -> bytes:
    """Every key and value."""
    found = []
    with Redis.from_url(url) as redis:
        for key in redis.scan_iter():
            kind = redis.type(key)
            value = {
                b"string": lambda key=key: [redis.get(key)],
                b"list": lambda key=key: redis.lrange(key, 0, -1),
                b"set": lambda key=key: list(redis.smembers(key)),
                b"hash": lambda key=key: [part for pair in redis.hgetall(key).items() for part in pair],
                b"zset": lambda key=key: redis.zrange(key, 0, -1),
            }.get(kind, list)()
            found += [key, *(part for part in value if part)]
    return b"\n".join(found)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_in_clear(settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reporter = Reporter("sr")
    fields = {"what": WORDS, "details": HANDLE_WORDS, "contact": CONTACT, "wants_answer": "on"}
    state = reporter.state(**fields, images=[picture("marker-intake-slika-4821.png", size=(40, 40))])
    sent = reporter.send(state)
    receipt = receipt_on(sent)
    case = reporter.open(receipt)
    reporter.act(case, "message", text=MESSAGE)
    reporter.open("0000-0000-0000-0000")
    reporter.summary(**{**fields, "consent": ""})

    counts.flush()
    formatter = PrivateFormatter()
    places = {
        "database": database_text().encode(),
        "media": b"\n".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()),
        "names of files": "\n".join(str(path) for path in tmp_path.rglob("*")).encode(),
        "redis": redis_content(settings.REDIS_URL),
        "logs": "\n".join(formatter.format(record) for record in caplog.records).encode(),
    }
    assert places["media"]
    assert b"hotline" in places["redis"]
    assert b"clicksafely:latency" in places["redis"]
    markers = {
        "words": WORDS,
        "words as escapes": WORDS.encode("unicode_escape").decode(),
        "details": HANDLE_WORDS,
        "contact": CONTACT,
        "message": MESSAGE,
        "name of a picture": "marker-intake-slika-4821",
        "receipt": receipt,
        "receipt as shown": receipts.display(receipt),
        "receipt in small letters": receipt.lower(),
        "state": state,
    }
    for what, marker in markers.items():
        for where, content in places.items():
            assert marker.encode() not in content, f"{what} in {where}"
            assert marker.encode().hex().encode() not in content.lower(), f"{what} in {where}, as hexadecimal digits"
    png = b"\x89PNG"
    assert png not in places["media"]
    assert receipts.to_bytes(receipt) not in b"".join(places.values())
