"""Look-ups of hosts: which are wanted, which are due, what came of them. The row is the queue, nothing else is lost or waited for."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.hosting.network_databases import DatabaseFile, Networks
from hotline.hosting.resolver import Resolution, Resolver
from hotline.models import ContentItem, Host, HostAddress, LookupProblem, NetworkFile, NetworkFileState, Report

# So many are asked for at once; one that hangs costs a batch no more than one that answers nothing.
BATCH = 50
# Whoever looks up has this long; then it is somebody else's turn.
LEASE = timedelta(minutes=2)
# After the first failure, the second and so on; after the last of them only when asked for again.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
# A time in a row must not tell to the minute when a reporter's address came in.
STEP = timedelta(minutes=5)

# Plain statements: most of what a clever one costs is its planning.
_ADD = """
    INSERT INTO hotline_host (
        name, addresses, address_count, aliases, country, organisation, registrar, problem, tries, next_lookup_at
    )
    SELECT name, '[]', 0, '[]', '', '', '', '', 0, %s FROM unnest(%s::text[]) AS name ORDER BY name
    ON CONFLICT (name) DO NOTHING RETURNING name
"""
_KNOWN = "SELECT name, country, asn, expires_at, next_lookup_at IS NOT NULL FROM hotline_host WHERE name = ANY(%s)"
_AGAIN = """
    UPDATE hotline_host SET next_lookup_at = %s, tries = 0 WHERE id IN (
        SELECT id FROM hotline_host WHERE name = ANY(%s) AND next_lookup_at IS NULL ORDER BY name
        FOR NO KEY UPDATE SKIP LOCKED
    )
"""

# Materialised: as a subquery the planner may run it again for each row, and then it takes more than LIMIT says.
_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT id FROM hotline_host WHERE next_lookup_at <= %(now)s ORDER BY next_lookup_at LIMIT %(most)s
        FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE hotline_host SET next_lookup_at = %(until)s FROM due WHERE hotline_host.id = due.id RETURNING hotline_host.id
"""

_COLUMNS = {
    "addresses": "jsonb",
    "address_count": "int",
    "aliases": "jsonb",
    "country": "text",
    "asn": "bigint",
    "organisation": "text",
    "problem": "text",
    "tries": "int",
    "looked_up_at": "timestamptz",
    "expires_at": "timestamptz",
    "next_lookup_at": "timestamptz",
}
# Django's own way of writing many rows takes more time than asking for them.
_ENTER = f"""
    UPDATE hotline_host host SET {", ".join(f"{name} = found.{name}" for name in _COLUMNS)}
    FROM jsonb_to_recordset(%s::jsonb) AS found (id bigint, {", ".join(map(" ".join, _COLUMNS.items()))})
    WHERE host.id = found.id
"""  # noqa: S608 - names of the code


@dataclass(frozen=True)
class KnownHost:
    """What is known of a host so far: country (ISO 3166-1, empty: not known) and AS number.

    `pending`: somebody else may be looking it up meanwhile, so that more is known when the caller's transaction has ended.
    """

    country: str
    asn: int | None
    pending: bool


def request_lookups(*, names: Iterable[str], hour: datetime) -> dict[str, KnownHost]:
    """See to it that the hosts are looked up where nothing is known of them, or what is known is too old.

    Part of the caller's transaction, which must not hold locks on items yet. `hour` is a full hour.
    """
    # What a rule names was typed by somebody.
    wanted = [name for name in dict.fromkeys(names) if name and name.isascii() and name == name.lower()]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [hour, wanted])
        found = {name: KnownHost("", None, pending=False) for (name,) in cursor.fetchall()}
        others = [name for name in wanted if name not in found]
        if not others:
            return found
        cursor.execute(_KNOWN, [others])
        old = []
        for name, country, asn, expires_at, pending in cursor.fetchall():
            found[name] = KnownHost(country, asn, pending)
            if not pending and (expires_at is None or expires_at <= hour):
                old.append(name)
        if old:
            cursor.execute(_AGAIN, [hour, old])
    return found


def request_lookup_of_item(*, item: ContentItem, report: Report, actor: User, now: datetime) -> None:
    """Somebody at the desk asks for the host of an item once more, whatever is known of it."""
    name = item.host_override or item.host
    with transaction.atomic():
        request_fresh_lookup(name=name, now=now)
        audit_log.record(action="host.lookup_requested", subject=report, actor=actor, now=now, data={"item": item.pk})


def request_fresh_lookup(*, name: str, now: datetime) -> None:
    """See to it that a host is looked up as soon as possible, whatever is known of it. Part of the caller's transaction."""
    request_lookups(names=[name], hour=full_hour(now))
    Host.objects.filter(name=name).update(next_lookup_at=full_hour(now), tries=0)


def run_due_lookups(*, now: datetime) -> list[Host]:
    """Look up at most `BATCH` hosts that are due, and return them with what was found; none: nothing is due.

    Takes `DNS_LIFETIME` seconds and a little at most. No transaction is open meanwhile; what a killed process leaves is due again
    after `LEASE`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE, "most": BATCH})
        claimed = [pk for (pk,) in cursor.fetchall()]
    if not claimed:
        return []
    hosts = list(Host.objects.filter(pk__in=claimed))
    networks = refresh_databases(now=now)
    found = Resolver(settings.DNS_RESOLVERS, settings.DNS_LIFETIME).resolve(host.name for host in hosts)
    for host in hosts:
        _enter(host, found[host.name], networks, now)
    rows = [{"id": host.pk} | {name: getattr(host, name) for name in _COLUMNS} for host in hosts]
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [json.dumps(rows, cls=DjangoJSONEncoder)])
    return hosts


def next_try(*, tries: int, now: datetime) -> datetime | None:
    """When a host that has failed `tries` times (at least once) is tried again, in full steps; None: not by itself any more."""
    if tries > len(PAUSES):
        return None
    due = now + PAUSES[tries - 1]
    day = due.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + STEP * -(-(due - day) // STEP)


def refresh_databases(*, now: datetime) -> Networks:
    """The databases of networks as their files are now; a change is noted for the desk."""
    networks = _networks(settings.MMDB_COUNTRY, settings.MMDB_ASN)
    for file in networks.files:
        if file.refresh():
            note_file(file, now=now)
    return networks


def note_file(file: DatabaseFile, *, now: datetime) -> None:
    """Write down for the desk how a file is."""
    NetworkFileState.objects.update_or_create(
        kind=file.kind,
        defaults={
            "problem": file.condition.problem or "",
            "built_at": file.condition.built_at,
            "in_use": file.condition.built_at is not None,
            "changed_at": now,
        },
    )


def full_hour(now: datetime) -> datetime:
    """The hour that has begun last."""
    return now.replace(minute=0, second=0, microsecond=0)


@cache
def _networks(country: str, asn: str) -> Networks:
    """One for each process; whoever changes the settings gets another."""
    return Networks(
        DatabaseFile(NetworkFile.COUNTRY, Path(country)) if country else None,
        DatabaseFile(NetworkFile.ASN, Path(asn)) if asn else None,
    )


def _enter(host: Host, found: Resolution, networks: Networks, now: datetime) -> None:
    host.problem = found.problem or ""
    if found.aliases:
        host.aliases = list(found.aliases)
    if found.problem:
        host.tries += 1
        # That a name cannot be looked up does not change.
        host.next_lookup_at = None if found.problem == LookupProblem.BAD_NAME else next_try(tries=host.tries, now=now)
        return
    places = [networks.locate(ip) for ip in found.addresses]
    first = _telling(places)
    host.addresses = [place.as_dict() for place in places]
    host.address_count = found.count
    host.aliases = list(found.aliases)
    host.country, host.asn, host.organisation = first.country, first.asn, first.organisation
    host.tries = 0
    host.looked_up_at = full_hour(now)
    host.expires_at = full_hour(now) + timedelta(hours=settings.HOSTING_TTL_HOURS)
    host.next_lookup_at = None


def _telling(places: Sequence[HostAddress]) -> HostAddress:
    """The first address of the public internet; the first of all where there is none."""
    return next((place for place in places if not place.special), places[0])
