"""Search of all stored data for a name: `dump()`, `remembered(url)`, `files_below(folder)`. `figures()` must not change."""

from pathlib import Path
from typing import Any

import redis
from django.db import connection
from django.db.models import Count, F

from clicksafely.common.serbian.search_folding import fold
from youthpanel.ages import age_on
from youthpanel.models import (
    AnswerSheet,
    Attendance,
    Consent,
    Endorsement,
    Idea,
    MeetingFile,
    Member,
    Participation,
    Post,
    Quotation,
    SafeguardingNote,
)


def dump() -> str:
    """Every row of every table, folded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        rows = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608 - the database's own names
            rows += [f"{table} {row}" for (row,) in cursor.fetchall()]
    return fold("\n".join(rows))


def figures() -> dict[str, Any]:
    """All statistics of the panel."""
    of_members = ("cohort", "school", "school__kind", "school__town", "birth_year", "role", "joined_on", "cohort__slug")
    counted: dict[str, Any] = {
        field: sorted(Member.objects.values_list(field).annotate(n=Count("pk")).values_list(field, "n"))
        for field in of_members
    }
    counted["ages"] = sorted(
        age_on(each.joined_on, year=each.birth_year, month=each.birth_month) for each in Member.objects.all()
    )
    by_members = (Attendance, Idea, Post, Endorsement, Participation, AnswerSheet, Consent)
    for model in (*by_members, Quotation, MeetingFile, SafeguardingNote):
        counted[model.__name__] = model._base_manager.count()
    for model in by_members:
        counted[f"{model.__name__} by"] = sorted(
            model._base_manager.exclude(member=None)
            .values("member")
            .annotate(n=Count("pk"), in_cohort=F("member__cohort"))
            .values_list("in_cohort", "n")
        )
    counted["attended"] = list(Attendance.objects.values_list("attended").annotate(n=Count("pk")).order_by("attended"))
    counted["scopes"] = list(Consent.objects.values_list("scope", "giver").annotate(n=Count("pk")).order_by("scope"))
    return counted


def remembered(url: str) -> str:
    """Every key and value in Valkey, folded."""
    with redis.Redis.from_url(url) as client:
        readers: dict[bytes, Any] = {
            b"string": client.get,
            b"hash": client.hgetall,
            b"list": lambda key: client.lrange(key, 0, -1),
            b"set": client.smembers,
            b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
            b"stream": client.xrange,
        }
        entries = [(key, readers[client.type(key)](key)) for key in client.scan_iter(count=1000)]
    return fold("\n".join(_readable(part) for part in entries))


def _readable(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        value = value.items()
    return str(value) if isinstance(value, str | int | float | None) else " ".join(map(_readable, value))


def files_below(folder: Path) -> dict[str, bytes]:
    """The content of every file by its path."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
