"""Content items: one row for each location, whoever reports it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from hotline.models import LocationKind, Report, ReportItem
from hotline.states import ItemState
from hotline.triage.canonical import Location

# Rows are locked in the order of their digests, so that two reports of the same items never wait for each other in a circle.
_UPSERT = """
    INSERT INTO hotline_contentitem (
        uuid, kind, canonical, digest, host, registrable_domain, site_type, state, verdict, outcome, first_reported_at, report_count
    )
    SELECT gen_random_uuid(), named.kind, named.canonical, named.digest, named.host, named.domain, 1, %s, '', '', %s, 1
    FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::text[], %s::text[]) AS named (kind, canonical, digest, host, domain)
    ORDER BY named.digest
    ON CONFLICT (digest) DO UPDATE SET report_count = hotline_contentitem.report_count + 1
    RETURNING id, digest, state, report_count
"""


@dataclass(frozen=True)
class LinkedItem:
    """What triage needs to know of a content item: `report_count` counts the report at hand too."""

    pk: int
    state: str
    report_count: int


def described(report: Report) -> Location:
    """The place of a report without any address: its own, so that it is assessed like every other."""
    return Location(LocationKind.DESCRIBED, f"described:{report.uuid}")


def link_items(*, report: Report, locations: Sequence[Location], first_reported_at: datetime) -> list[LinkedItem]:
    """Find or make the item of each location, count the report in and link it. The items stay locked until the transaction ends."""
    columns: list[list[Any]] = [
        [location.kind.value for location in locations],
        [location.canonical for location in locations],
        [location.digest for location in locations],
        [location.host for location in locations],
        [location.registrable_domain for location in locations],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [ItemState.UNASSESSED.value, first_reported_at, *columns])
        rows = cursor.fetchall()
    found = {bytes(digest): LinkedItem(pk, state, count) for pk, digest, state, count in rows}
    items = [found[location.digest] for location in locations]
    ReportItem.objects.bulk_create(
        ReportItem(report=report, item_id=item.pk, position=position) for position, item in enumerate(items)
    )
    return items
