"""Which content is watched: from the first hand-over until it is gone."""

import zlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from hotline.models import AvailabilityCheck, ContentItem, Host, LocationKind, RuleHit


def can_be_checked(item: ContentItem) -> bool:
    """Whether there is an address that a machine may ask for; an onion service only over a proxy that can."""
    if item.kind == LocationKind.ONION:
        reachable = settings.AVAILABILITY_PROXY.startswith("socks5")
    else:
        reachable = item.kind == LocationKind.URL
    return reachable and bool(item.host) and item.canonical.startswith("http") and not is_fetch_forbidden(item)


def is_fetch_forbidden(item: ContentItem) -> bool:
    """Whether a rule of triage keeps machines away."""
    rules = RuleHit.objects.filter(item=item, rule__active=True, rule__do_not_fetch=True)
    return item.do_not_fetch or rules.exists()


def start_checks(*, item: ContentItem, now: datetime) -> bool:
    """Watch an item from now on, where that is possible; whether it is watched. Part of the caller's transaction."""
    if not can_be_checked(item):
        return False
    watch = AvailabilityCheck.objects.filter(item=item).first() or AvailabilityCheck(item=item, ended_at=now)
    if watch.ended_at is None:
        return True
    watch.host, watch.began_at, watch.next_check_at = item.host, now, now
    watch.country, watch.network = current_hosting(item)
    watch.ended_at, watch.outcome, watch.attention = None, "", ""
    watch.misses, watch.unclear, watch.gone_at, watch.missed_at = 0, 0, None, None
    watch.save()
    return True


def has_running_check(item: ContentItem) -> bool:
    """Whether somebody still looks whether it is there."""
    return AvailabilityCheck.objects.filter(item=item, ended_at=None).exists()


def effective_host(item: ContentItem) -> str:
    """The host whose look-up says where an item is: a rule's, where one names another; empty for an onion service."""
    return (item.host_override or item.host) if item.kind == LocationKind.URL else ""


def current_hosting(item: ContentItem) -> tuple[str, int | None]:
    """Country (ISO 3166-1, empty: not known) and AS number of where an item is, by the last look-up."""
    host = Host.objects.filter(name=effective_host(item)).first()
    return (host.country, host.asn) if host else ("", None)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# (since it was handed over, pause)
CHECK_INTERVALS = ((DAY, HOUR), (7 * DAY, 6 * HOUR), (30 * DAY, DAY))
LATER = 7 * DAY
# After a miss it is known soon whether it was one; nearer ones do not count.
MISS_APART = HOUR
MISSES_TO_END = 3
# After it was found gone: somebody may put it back.
RECHECK_INTERVALS = (DAY, 3 * DAY, 7 * DAY, 14 * DAY, 28 * DAY)
# What a rule keeps machines away from, in case that changes.
NOT_ASKED_PAUSE = DAY


def next_check(*, began_at: datetime, now: datetime, missed: bool, seed: str) -> datetime:
    """When what is watched is looked for again; `seed` spreads what began together."""
    age = now - began_at
    pause = next((pause for until, pause in CHECK_INTERVALS if age < until), LATER)
    return now + add_jitter(min(pause, MISS_APART) if missed else pause, seed)


def next_recheck_time(*, ended_at: datetime, now: datetime) -> datetime | None:
    """When what was found gone is looked for once more; None: not any more."""
    return next((ended_at + after for after in RECHECK_INTERVALS if ended_at + after > now), None)


def add_jitter(pause: timedelta, seed: str) -> timedelta:
    """A pause that is up to a tenth longer, always the same for the same seed."""
    return pause * (1 + zlib.crc32(seed.encode()) / 2**32 / 10)


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
        SELECT id, host, next_check_at FROM hotline_availabilitycheck WHERE next_check_at <= %(now)s
        ORDER BY next_check_at LIMIT %(ahead)s FOR NO KEY UPDATE SKIP LOCKED
    ), busy AS MATERIALIZED (
        SELECT DISTINCT host FROM hotline_availabilitycheck
        WHERE next_check_at IS NOT NULL AND host IN (SELECT host FROM due)
            AND (claimed_until > %(now)s OR checked_at > %(now)s - make_interval(secs => %(pause)s))
    ), turn AS MATERIALIZED (
        SELECT id, host, host IN (SELECT host FROM busy) AS waits,
            row_number() OVER (PARTITION BY host ORDER BY next_check_at, id) AS place
        FROM due
    ), taken AS MATERIALIZED (
        SELECT id FROM turn WHERE place = 1 AND NOT waits ORDER BY id LIMIT %(most)s
    ), put_off AS (
        UPDATE hotline_availabilitycheck watch SET next_check_at = %(now)s + make_interval(secs => %(pause)s) * turn.place
        FROM turn WHERE turn.id = watch.id AND (turn.waits OR turn.place > 1)
    )
    UPDATE hotline_availabilitycheck watch SET claimed_until = %(until)s, next_check_at = %(until)s
    FROM taken WHERE taken.id = watch.id RETURNING watch.id
"""


def claim_due(*, now: datetime) -> list[AvailabilityCheck]:
    """Take at most `BATCH` watches that are due, with their items; what a killed process leaves is due again after `LEASE`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        times = {"now": now, "until": now + LEASE}
        cursor.execute(_CLAIM, {**times, "pause": HOST_PAUSE.total_seconds(), "ahead": AHEAD, "most": BATCH})
        claimed = [pk for (pk,) in cursor.fetchall()]
    return list(AvailabilityCheck.objects.filter(pk__in=claimed).select_related("item")) if claimed else []
