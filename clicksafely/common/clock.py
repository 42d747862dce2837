"""The one clock that all machines share: where something is held until a moment, they must agree on what time it is."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The database's time, aware; one query, which reads no table."""
    return _read()


def _read() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]
