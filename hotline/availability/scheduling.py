"""Schedule of availability checks: from the first hand-over until the content is gone."""

import zlib
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from hotline.models import AvailabilityCheck, ContentItem, Host, LocationKind, RuleHit

# The task that runs due checks, every 30 seconds and on request.
CHECK_TASK = "hotline.check_availability"


def can_be_checked(item: ContentItem) -> bool:
    """Return whether the address may be requested automatically; an onion service needs a proxy for onion names."""
    if item.kind == LocationKind.ONION:
        reachable = settings.AVAILABILITY_PROXY.startswith("socks5")
    else:
        reachable = item.kind == LocationKind.URL
    return reachable and bool(item.host) and item.canonical.startswith("http") and not is_fetch_forbidden(item)


def is_fetch_forbidden(item: ContentItem) -> bool:
    """Return whether a triage rule forbids automatic requests."""
    rules = RuleHit.objects.filter(item=item, rule__active=True, rule__do_not_fetch=True)
    return item.do_not_fetch or rules.exists()


def start_checks(*, item: ContentItem, now: datetime) -> bool:
    """Start checks of an item where possible; return whether it is checked. Runs in the caller's transaction."""
    if not can_be_checked(item):
        return False
    check = AvailabilityCheck.objects.filter(item=item).first() or AvailabilityCheck(item=item, ended_at=now)
    if check.ended_at is None:
        return True
    check.host, check.began_at, check.next_check_at = item.host, now, now
    check.country, check.network = current_hosting(item)
    check.ended_at, check.outcome, check.attention = None, "", ""
    check.misses, check.unclear, check.unavailable_since, check.last_miss_at = 0, 0, None, None
    check.save()
    return True


def has_running_check(item: ContentItem) -> bool:
    """Return whether the item still has running checks."""
    return AvailabilityCheck.objects.filter(item=item, ended_at=None).exists()


def effective_host(item: ContentItem) -> str:
    """Return the host that determines the location: a rule's host, or else the item's; empty for an onion service."""
    return (item.host_override or item.host) if item.kind == LocationKind.URL else ""


def current_hosting(item: ContentItem) -> tuple[str, int | None]:
    """Return the country (ISO 3166-1, empty if unknown) and AS number of an item, by the last look-up."""
    host = Host.objects.filter(name=effective_host(item)).first()
    return (host.country, host.asn) if host else ("", None)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# (time since the hand-over, interval)
CHECK_INTERVALS = ((DAY, HOUR), (7 * DAY, 6 * HOUR), (30 * DAY, DAY))
LATER = 7 * DAY
# Minimum distance of misses that count. After a miss the next check follows this soon.
MISS_INTERVAL = HOUR
MISSES_TO_END = 3
# Checks after the content was found gone, because it may come back.
RECHECK_INTERVALS = (DAY, 3 * DAY, 7 * DAY, 14 * DAY, 28 * DAY)
# Content under a rule that forbids requests, in case the rule changes.
NOT_CHECKED_PAUSE = DAY


def next_check(*, began_at: datetime, now: datetime, missed: bool, seed: str) -> datetime:
    """Return the time of the next check; `seed` spreads checks that began together."""
    age = now - began_at
    pause = next((pause for until, pause in CHECK_INTERVALS if age < until), LATER)
    return now + add_jitter(min(pause, MISS_INTERVAL) if missed else pause, seed)


def next_recheck_time(*, ended_at: datetime, now: datetime) -> datetime | None:
    """Return the time of the next check of content found gone; None after the last one."""
    return next((ended_at + after for after in RECHECK_INTERVALS if ended_at + after > now), None)


def add_jitter(pause: timedelta, seed: str) -> timedelta:
    """Return `pause` lengthened by up to a tenth, constant for a seed."""
    return pause * (1 + zlib.crc32(seed.encode()) / 2**32 / 10)


# Number of concurrent checks, each at another host.
BATCH = 10
# Lease of a claimed check. After it another worker may claim the check.
LEASE = timedelta(minutes=2)
# Minimum time between checks at the same host.
HOST_PAUSE = timedelta(seconds=20)
# Number of due checks that are considered. Those at a busy host are postponed, so that they do not block other hosts.
AHEAD = 200
# "watch" in ASCII: the key of the advisory lock that keeps two workers from checking the same host.
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
        UPDATE hotline_availabilitycheck held SET next_check_at = %(now)s + make_interval(secs => %(pause)s) * turn.place
        FROM turn WHERE turn.id = held.id AND (turn.waits OR turn.place > 1)
    )
    UPDATE hotline_availabilitycheck held SET claimed_until = %(until)s, next_check_at = %(until)s
    FROM taken WHERE taken.id = held.id RETURNING held.id
"""


def claim_due(*, now: datetime) -> list[AvailabilityCheck]:
    """Claim at most `BATCH` due checks with their items. Checks of a killed process are due again after `LEASE`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        times = {"now": now, "until": now + LEASE}
        cursor.execute(_CLAIM, {**times, "pause": HOST_PAUSE.total_seconds(), "ahead": AHEAD, "most": BATCH})
        claimed = [pk for (pk,) in cursor.fetchall()]
    return list(AvailabilityCheck.objects.filter(pk__in=claimed).select_related("item")) if claimed else []
