"""Content items: one row for each location, whoever reports it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from hotline.hosting.lookup import KnownHost
from hotline.hosting.site_type_rules import guess_site_type
from hotline.models import LocationKind, Report, SiteType
from hotline.states import ItemState
from hotline.triage.url_normalisation import Location

# One statement finds or makes the items, counts the report in and links it. Items are locked in the order of their digests, so that
# two reports of the same items never wait for each other in a circle.
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
    """What triage needs to know of a content item: `report_count` counts the report at hand too."""

    pk: int
    state: str
    report_count: int


def description_location(report: Report) -> Location:
    """The place of a report without any address: its own, so that it is assessed like every other."""
    return Location(LocationKind.DESCRIBED, f"described:{report.uuid}")


def link_items(
    *, report: Report, locations: Sequence[Location], hosts: Mapping[str, KnownHost] | None = None
) -> list[LinkedItem]:
    """The items of the locations, in their order, with this report counted in. They stay locked until the transaction ends.

    `hosts` is what is known of their hosts; a new item gets its network from there, and the kind of site that a hint names.
    """
    known = hosts or {}
    kinds = [guess_site_type(location.host, location.canonical) for location in locations]
    columns: list[list[Any]] = [
        [location.kind.value for location in locations],
        [location.canonical for location in locations],
        [location.digest for location in locations],
        [location.host for location in locations],
        [location.registrable_domain for location in locations],
        [known[location.host].asn if location.host in known else None for location in locations],
        [kind or SiteType.NOT_DETERMINED.value for kind in kinds],
        [kind is not None for kind in kinds],
    ]
    new: list[Any] = [ItemState.UNASSESSED.value, report.received_at]
    with connection.cursor() as cursor:
        cursor.execute(_LINK, [*columns, *new, report.pk])
        return [LinkedItem(*row) for row in cursor.fetchall()]


def add_description(*, report: Report, position: int) -> list[LinkedItem]:
    """Link what the report says in words to it as one more item, at `position`."""
    items = link_items(report=report, locations=[description_location(report)])
    report.report_items.filter(item__in=[item.pk for item in items]).update(position=position)
    return items
