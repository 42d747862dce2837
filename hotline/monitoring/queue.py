"""Whose turn it is: the row is the queue, a host is asked for one thing at a time, and never again within seconds."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from hotline.models import Watch

# So many are checked at once, each at another host.
BATCH = 10
# Whoever checks has this long; then it is somebody else's turn.
LEASE = timedelta(minutes=2)
# After a check its host is left alone for so long.
HOST_PAUSE = timedelta(seconds=20)
# So many that are due are looked at; those of a host that cannot be asked now are put off, so that they keep no other host waiting.
AHEAD = 200
# "watch" in ASCII, for the lock: two workers that looked at the same moment would ask the same host.
_LOCK = 0x7761746368

_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id, host, next_check_at FROM hotline_watch WHERE next_check_at <= %(now)s
        ORDER BY next_check_at LIMIT %(ahead)s FOR NO KEY UPDATE SKIP LOCKED
    ), busy AS MATERIALIZED (
        SELECT DISTINCT host FROM hotline_watch
        WHERE next_check_at IS NOT NULL AND host IN (SELECT host FROM due)
            AND (claimed_until > %(now)s OR checked_at > %(now)s - make_interval(secs => %(pause)s))
    ), turn AS MATERIALIZED (
        SELECT id, host, host IN (SELECT host FROM busy) AS waits,
            row_number() OVER (PARTITION BY host ORDER BY next_check_at, id) AS place
        FROM due
    ), taken AS MATERIALIZED (
        SELECT id FROM turn WHERE place = 1 AND NOT waits ORDER BY id LIMIT %(most)s
    ), put_off AS (
        UPDATE hotline_watch watch SET next_check_at = %(now)s + make_interval(secs => %(pause)s) * turn.place
        FROM turn WHERE turn.id = watch.id AND (turn.waits OR turn.place > 1)
    )
    UPDATE hotline_watch watch SET claimed_until = %(until)s, next_check_at = %(until)s
    FROM taken WHERE taken.id = watch.id RETURNING watch.id
"""


def claim_due(*, now: datetime) -> list[Watch]:
    """Take at most `BATCH` watches that are due, with their items; what a killed process leaves is due again after `LEASE`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        times = {"now": now, "until": now + LEASE}
        cursor.execute(_CLAIM, {**times, "pause": HOST_PAUSE.total_seconds(), "ahead": AHEAD, "most": BATCH})
        claimed = [pk for (pk,) in cursor.fetchall()]
    return list(Watch.objects.filter(pk__in=claimed).select_related("item")) if claimed else []
