"""Named reads: where an item is, who is responsible, what was decided about its neighbours, what stands still."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.urls import reverse

from hotline.hosting.abuse_contacts import contacts_responsible_for
from hotline.models import AbuseContact, ContactKind, ContentItem, Host, HostAddress, LocationKind, NetworkFileState
from hotline.states import Verdict

# More than so many decisions of one kind are shown as "1,000+".
COUNT_CAP = 1000
# So many addresses are shown at a case; the host's own page shows all that are kept.
SHOWN = 4
# A look-up that is due for longer than this is not being done. First ones are due since the full hour, up to an hour before they are asked for.
LATE = timedelta(minutes=75)

# Each count ends by itself at the cap; both go by an index that holds decided items only.
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
    """How many items with the same `value` (a host, or an AS number) in the column `field` came to a verdict; at most `COUNT_CAP`."""

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
        """The list of these items."""
        query = {f"{self.field}__exact": self.value, "verdict__exact": self.verdict}
        return reverse("admin:hotline_contentitem_changelist", query=query)


@dataclass
class Hosting:
    """Where an item is, as far as it is known at `now`. `name` is the host that counts: a rule's, where one names another."""

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
        """An onion service hides where it is."""
        return self.item.kind == LocationKind.ONION

    @property
    def can_be_looked_up(self) -> bool:
        return bool(self.name) and self.item.kind == LocationKind.URL

    @property
    def is_under_way(self) -> bool:
        """A look-up is due now, or is being done."""
        return self.host is not None and self.host.next_lookup_at is not None and self.host.next_lookup_at <= self.now

    @property
    def is_old(self) -> bool:
        return self.host is not None and self.host.expires_at is not None and self.host.expires_at <= self.now

    @property
    def addresses(self) -> list[HostAddress]:
        """The first few."""
        return self.host.places[:SHOWN] if self.host else []

    @property
    def more_addresses(self) -> int:
        """How many the answer had beyond those."""
        return self.host.address_count - len(self.addresses) if self.host else 0

    @property
    def is_cdn(self) -> bool:
        """Its network delivers for others: what is served may come from anywhere."""
        return any(contact.is_cdn for contact in self.contacts)

    @property
    def registry(self) -> AbuseContact | None:
        return next((contact for contact in self.contacts if contact.kind == ContactKind.TLD), None)

    @property
    def reachable(self) -> list[AbuseContact]:
        """Those who can be written to."""
        return [contact for contact in self.contacts if contact.email or contact.form_address]

    @property
    def same_host(self) -> list[Decisions]:
        return [each for each in self.decisions if each.field == "host"]

    @property
    def same_network(self) -> list[Decisions]:
        return [each for each in self.decisions if each.field == "network"]


def decisions_nearby(item: ContentItem) -> list[Decisions]:
    """What was decided about other items of the same host and of the same network; one query, none where neither is known."""
    values = {"host": item.host, "network": str(item.network or "")}
    places = [place for place, value in values.items() if value]
    if not places:
        return []
    asked = {"host": item.host, "network": item.network, "item": item.pk, "cap": COUNT_CAP}
    with connection.cursor() as cursor:
        cursor.execute(_DECISIONS, {**asked, "places": places, "verdicts": Verdict.values})
        rows = cursor.fetchall()
    return [Decisions(place, values[place], verdict, count) for place, verdict, count in rows if count]


def broken_files() -> list[NetworkFileState]:
    """The databases of networks that cannot be used as they are."""
    return list(NetworkFileState.objects.exclude(problem="").order_by("kind"))


def is_lookup_stalled(now: datetime) -> bool:
    """Whether look-ups have been due for longer than they should."""
    return Host.objects.filter(next_lookup_at__lte=now - LATE).exists()


@dataclass(frozen=True)
class HostingAlerts:
    """What keeps look-ups from being done: for those who can have it mended."""

    stands_still: bool
    files: Sequence[NetworkFileState]


def hosting_alerts(now: datetime) -> HostingAlerts | None:
    """None where all is well."""
    found = HostingAlerts(is_lookup_stalled(now), broken_files())
    return found if found.stands_still or found.files else None
