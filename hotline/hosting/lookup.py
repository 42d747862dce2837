"""Host look-ups: requests, leases, retries and results. The rows of hosts are the queue."""

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
from clicksafely.common.clock import hour_of
from hotline.hosting.network_databases import DatabaseFile, Networks
from hotline.hosting.resolver import Resolution, Resolver
from hotline.models import ContentItem, Host, HostAddress, LookupProblem, NetworkFile, NetworkFileState, Report

# Lifetime of a result.
TTL_HOURS = 24

# Number of concurrent look-ups. A server that hangs costs a batch no more than one without an answer.
BATCH = 50
# Lease of a claimed look-up. After it another worker may claim the host.
LEASE = timedelta(minutes=2)
# Retry delays after each failure. After the last one, retries need a new request.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
# Stored times are rounded, so that they do not reveal when a report arrived.
STEP = timedelta(minutes=5)

# Simple statements, because planning dominates the cost of complex ones.
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

# Materialised: the planner may run a subquery again for each row, which exceeds LIMIT.
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
# bulk_update takes longer than the look-ups.
_ENTER = f"""
    UPDATE hotline_host host SET {", ".join(f"{name} = found.{name}" for name in _COLUMNS)}
    FROM jsonb_to_recordset(%s::jsonb) AS found (id bigint, {", ".join(map(" ".join, _COLUMNS.items()))})
    WHERE host.id = found.id
"""  # noqa: S608 - names of the code


@dataclass(frozen=True)
class KnownHost:
    """Stored data of a host: country (ISO 3166-1, empty if unknown) and AS number.

    `pending`: a look-up may be running, so that more data exists after the caller's transaction.
    """

    country: str
    asn: int | None
    pending: bool


def request_lookups(*, names: Iterable[str], hour: datetime) -> dict[str, KnownHost]:
    """Queue look-ups of hosts without data or with outdated data, and return the known data by name.

    Runs in the caller's transaction, which must not hold locks on items yet. `hour` is a full hour.
    """
    # Hosts in rules are typed by hand and may be invalid.
    valid_names = [name for name in dict.fromkeys(names) if name and name.isascii() and name == name.lower()]
    if not valid_names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [hour, valid_names])
        found = {name: KnownHost("", None, pending=False) for (name,) in cursor.fetchall()}
        others = [name for name in valid_names if name not in found]
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
    """Queue a new look-up of an item's host at an analyst's request."""
    name = item.host_override or item.host
    with transaction.atomic():
        request_fresh_lookup(name=name, now=now)
        audit_log.record(action="host.lookup_requested", subject=report, actor=actor, now=now, data={"item": item.pk})


def request_fresh_lookup(*, name: str, now: datetime) -> None:
    """Queue an immediate look-up of a host, even with current data. Runs in the caller's transaction."""
    request_lookups(names=[name], hour=full_hour(now))
    Host.objects.filter(name=name).update(next_lookup_at=full_hour(now), tries=0)


def run_due_lookups(*, now: datetime) -> list[Host]:
    """Look up at most `BATCH` due hosts and return them with their results.

    Takes slightly more than `LIFETIME` seconds of the resolver at most, without an open transaction. Hosts of a killed process are due
    again after `LEASE`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE, "most": BATCH})
        claimed = [pk for (pk,) in cursor.fetchall()]
    if not claimed:
        return []
    hosts = list(Host.objects.filter(pk__in=claimed))
    networks = refresh_databases(now=now)
    found = Resolver(settings.DNS_RESOLVERS).resolve(host.name for host in hosts)
    for host in hosts:
        _enter(host, found[host.name], networks, now)
    rows = [{"id": host.pk} | {name: getattr(host, name) for name in _COLUMNS} for host in hosts]
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [json.dumps(rows, cls=DjangoJSONEncoder)])
    return hosts


def next_try(*, tries: int, now: datetime) -> datetime | None:
    """Return the time of the next attempt after `tries` failures (at least one), in full steps; None after the last."""
    if tries > len(PAUSES):
        return None
    due = now + PAUSES[tries - 1]
    day = due.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + STEP * -(-(due - day) // STEP)


def refresh_databases(*, now: datetime) -> Networks:
    """Return the network databases with their current files. Changes are recorded for the staff site."""
    networks = _networks(settings.MMDB_COUNTRY, settings.MMDB_ASN)
    for file in networks.files:
        if file.refresh():
            note_file(file, now=now)
    return networks


def note_file(file: DatabaseFile, *, now: datetime) -> None:
    """Record the condition of a file for the staff site."""
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
    """Return the beginning of the current hour."""
    return hour_of(now)


@cache
def _networks(country: str, asn: str) -> Networks:
    """Return the instance of the process for these settings."""
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
        # An invalid name stays invalid.
        host.next_lookup_at = None if found.problem == LookupProblem.BAD_NAME else next_try(tries=host.tries, now=now)
        return
    places = [networks.locate(ip) for ip in found.addresses]
    first = _public_address(places)
    host.addresses = [place.as_dict() for place in places]
    host.address_count = found.count
    host.aliases = list(found.aliases)
    host.country, host.asn, host.organisation = first.country, first.asn, first.organisation
    host.tries = 0
    host.looked_up_at = full_hour(now)
    host.expires_at = full_hour(now) + timedelta(hours=TTL_HOURS)
    host.next_lookup_at = None


def _public_address(places: Sequence[HostAddress]) -> HostAddress:
    """Return the first public address, or else the first address."""
    return next((place for place in places if not place.special), places[0])
