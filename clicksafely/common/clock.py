"""The database clock, shared by all machines, for leases and deadlines; times rounded down to the hour."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Return the database's time, aware; one query without a table."""
    return _read()


def hour_of(moment: datetime) -> datetime:
    """Return `moment` rounded down to the hour in its own time zone: an exact time could identify a reporter."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _read() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]
