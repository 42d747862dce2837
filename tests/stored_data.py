"""The whole content of the database, Valkey and files, for tests of data that must not be stored."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

from django.db import connection
from redis import Redis


def database_text() -> str:
    """Return every row of every table as text, binary columns in hexadecimal."""
    return "\n".join(row for _table, row in database_rows())


def database_rows() -> list[tuple[str, str]]:
    """Return the table and the JSON text of every row, binary columns in hexadecimal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'")
        rows: list[tuple[str, str]] = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")  # noqa: S608 - names out of the catalogue
            rows += [(table, row) for (row,) in cursor.fetchall()]
    return rows


def file_content(paths: Iterable[Path]) -> bytes:
    """Return the content of all regular files; a running process may remove one meanwhile."""
    found = []
    for path in paths:
        with contextlib.suppress(FileNotFoundError):
            if path.is_file():
                found.append(path.read_bytes())
    return b"\n".join(found)


def redis_content(url: str) -> bytes:
    """Return every key and value."""
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
