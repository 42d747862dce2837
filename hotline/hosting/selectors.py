"""Queries of hosting: location of an item, responsible contacts, decisions about related items, stalled look-ups."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.urls import reverse

from hotline.hosting.abuse_contacts import contacts_responsible_for
from hotline.models import AbuseContact, ContactKind, ContentItem, Host, HostAddress, LocationKind, NetworkFileState
from hotline.states import Verdict

# Larger counts of decisions are shown as "1,000+".
COUNT_CAP = 1000
# Number of addresses on a case page; the page of the host shows all.
SHOWN = 4
# A look-up due for longer is stalled. First look-ups are due from the full hour, up to an hour before the request.
LATE = timedelta(minutes=75)

# Each count stops at the cap. Both use an index of decided items.
_DECISIONS = """
    SELECT place, verdict, CASE place
        WHEN 'host' THEN (SELECT count(*) FROM (
            SELECT FROM hotline_contentitem item
            WHERE item.host = %(host)s AND item.verdict = said.verdict AND item.verdict <> '' AND item.id <> %(item)s LIMIT %(cap)s
        ) AS capped)
        ELSE (SELECT count(*) FROM (
            SELECT FROM hotline_contentitem item
            WHERE item.network = %(network)s AND item.verdict = said.verdict AND item.verdict <> '' AND item.network IS NOT NULL
                AND item.id <> %(item)s LIMIT %(cap)s
        ) AS capped)
    END
    FROM unnest(%(places)s::text[]) WITH ORDINALITY AS asked (place, number)
    CROSS JOIN unnest(%(verdicts)s::text[]) WITH ORDINALITY AS said (verdict, rank) ORDER BY number, rank
"""


@dataclass(frozen=True)
class Decisions:
    """Number of items by verdict with the same `value` (a host or AS number) in `field`, at most `COUNT_CAP` each."""

    field: str
    value: str
    verdict: str
    count: int

    @property
    def capped(self) -> bool:
        return self.count >= COUNT_CAP

    @property
    def label(self) -> str:
        return str(Verdict(self.verdict).label)

    @property
    def list_address(self) -> str:
        """Return the address of the list of these items."""
        query = {f"{self.field}__exact": self.value, "verdict__exact": self.verdict}
        return reverse("admin:hotline_contentitem_changelist", query=query)


@dataclass
class Hosting:
    """Hosting of an item, as known at `now`. `name` is the effective host: a rule's host, or else the item's."""

    item: ContentItem
    now: datetime
    name: str = field(init=False)
    host: Host | None = field(init=False)
    contacts: Sequence[AbuseContact] = field(init=False)
    decisions: Sequence[Decisions] = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.item.host_override or self.item.host
        self.host = Host.objects.filter(name=self.name).first() if self.can_be_looked_up else None
        self.contacts = ()
        if self.can_be_looked_up:
            domain = "" if self.item.host_override else self.item.registrable_domain
            self.contacts = contacts_responsible_for(self.host, name=self.name, domain=domain)
        self.decisions = decisions_nearby(self.item)

    @property
    def is_hidden(self) -> bool:
        """Return whether the location is hidden: an onion service."""
        return self.item.kind == LocationKind.ONION

    @property
    def can_be_looked_up(self) -> bool:
        return bool(self.name) and self.item.kind == LocationKind.URL

    @property
    def is_under_way(self) -> bool:
        """Return whether a look-up is due or running."""
        return self.host is not None and self.host.next_lookup_at is not None and self.host.next_lookup_at <= self.now

    @property
    def is_old(self) -> bool:
        return self.host is not None and self.host.expires_at is not None and self.host.expires_at <= self.now

    @property
    def addresses(self) -> list[HostAddress]:
        """Return the first addresses."""
        return self.host.places[:SHOWN] if self.host else []

    @property
    def more_addresses(self) -> int:
        """Return the number of further addresses."""
        return self.host.address_count - len(self.addresses) if self.host else 0

    @property
    def is_cdn(self) -> bool:
        """Return whether the network is a CDN, so that the content may be hosted elsewhere."""
        return any(contact.is_cdn for contact in self.contacts)

    @property
    def registry(self) -> AbuseContact | None:
        return next((contact for contact in self.contacts if contact.kind == ContactKind.TLD), None)

    @property
    def reachable(self) -> list[AbuseContact]:
        """Return the contacts with an e-mail address."""
        return [contact for contact in self.contacts if contact.email or contact.form_address]

    @property
    def same_host(self) -> list[Decisions]:
        return [each for each in self.decisions if each.field == "host"]

    @property
    def same_network(self) -> list[Decisions]:
        return [each for each in self.decisions if each.field == "network"]


def decisions_nearby(item: ContentItem) -> list[Decisions]:
    """Return decisions about other items of the same host and network. One query, or none without a host and network."""
    values = {"host": item.host, "network": str(item.network or "")}
    places = [place for place, value in values.items() if value]
    if not places:
        return []
    parameters = {"host": item.host, "network": item.network, "item": item.pk, "cap": COUNT_CAP}
    with connection.cursor() as cursor:
        cursor.execute(_DECISIONS, {**parameters, "places": places, "verdicts": Verdict.values})
        rows = cursor.fetchall()
    return [Decisions(place, values[place], verdict, count) for place, verdict, count in rows if count]


def broken_files() -> list[NetworkFileState]:
    """Return the network databases that cannot be used."""
    return list(NetworkFileState.objects.exclude(problem="").order_by("kind"))


def is_lookup_stalled(now: datetime) -> bool:
    """Return whether look-ups are stalled."""
    return Host.objects.filter(next_lookup_at__lte=now - LATE).exists()


@dataclass(frozen=True)
class HostingAlerts:
    """Problems of look-ups, for users who can have them fixed."""

    has_stopped: bool
    files: Sequence[NetworkFileState]


def hosting_alerts(now: datetime) -> HostingAlerts | None:
    """Return the problems; None without any."""
    found = HostingAlerts(is_lookup_stalled(now), broken_files())
    return found if found.has_stopped or found.files else None
