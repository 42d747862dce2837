"""Content items: one row for each location, shared by all reports that name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hotline.hosting.lookup import KnownHost
from hotline.hosting.site_type_rules import guess_site_type
from hotline.models import LocationKind, Report, SiteType
from hotline.states import ItemState
from hotline.triage.url_normalisation import Location

# One statement finds or creates the items, counts the report and links it. Items are locked in the order of their
# digests to prevent deadlocks.
_LINK = """
    WITH named AS (
        SELECT * FROM unnest(
            %s::text[], %s::text[], %s::bytea[], %s::text[], %s::text[], %s::bigint[], %s::int[], %s::boolean[]
        ) WITH ORDINALITY AS location (kind, canonical, digest, host, domain, network, site_type, guessed, place)
    ), item AS (
        INSERT INTO hotline_contentitem (
            uuid, kind, canonical, digest, host, registrable_domain, network, site_type, site_type_guessed, state, verdict, outcome,
            first_reported_at, report_count
        )
        SELECT gen_random_uuid(), kind, canonical, digest, host, domain, network, site_type, guessed, %s, '', '', %s, 1
        FROM named ORDER BY digest
        ON CONFLICT (digest) DO UPDATE SET report_count = hotline_contentitem.report_count + 1
        RETURNING id, digest, state, report_count
    ), link AS (
        INSERT INTO hotline_reportitem (report_id, item_id, position)
        SELECT %s, item.id, named.place - 1 FROM item JOIN named USING (digest)
    )
    SELECT item.id, item.state, item.report_count FROM item JOIN named USING (digest) ORDER BY named.place
"""


@dataclass(frozen=True)
class LinkedItem:
    """The data of a content item for triage. `report_count` includes the current report."""

    pk: int
    state: str
    report_count: int


def description_location(report: Report) -> Location:
    """Return the report's own location if it has no address, so that it is assessed like any other."""
    return Location(LocationKind.DESCRIBED, f"described:{report.uuid}")


def link_items(
    *, report: Report, locations: Sequence[Location], hosts: Mapping[str, KnownHost] | None = None
) -> list[LinkedItem]:
    """Return the items of the locations, in order, with this report counted. They stay locked for the transaction.

    `hosts` are the known hosts. A new item takes its network from them, and a guessed site type from its URL.
    """
    known_hosts = hosts or {}
    kinds = [guess_site_type(location.host, location.canonical) for location in locations]
    columns: list[list[Any]] = [
        [location.kind.value for location in locations],
        [location.canonical for location in locations],
        [location.digest for location in locations],
        [location.host for location in locations],
        [location.registrable_domain for location in locations],
        [known_hosts[location.host].asn if location.host in known_hosts else None for location in locations],
        [kind or SiteType.NOT_DETERMINED.value for kind in kinds],
        [kind is not None for kind in kinds],
    ]
    new: list[Any] = [ItemState.UNASSESSED.value, report.received_at]
    with connection.cursor() as cursor:
        cursor.execute(_LINK, [*columns, *new, report.pk])
        return [LinkedItem(*row) for row in cursor.fetchall()]


def add_description(*, report: Report, position: int) -> list[LinkedItem]:
    """Link the report's own text as another item at `position`."""
    items = link_items(report=report, locations=[description_location(report)])
    report.report_items.filter(item__in=[item.pk for item in items]).update(position=position)
    return items
