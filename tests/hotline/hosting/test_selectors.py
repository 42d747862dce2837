"""Queries of hosting for the case page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from hotline.hosting import selectors
from hotline.hosting.selectors import Decisions, Hosting, decisions_nearby
from hotline.models import AbuseContact, ContentItem, Host, NetworkFileState
from tests.hotline.review.conftest import make_item

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, 31, tzinfo=UTC)


def decided(verdict: str, **columns: object) -> ContentItem:
    return make_item(verdict=verdict, **columns)


def test_decisions_of_the_same_host_and_the_same_network_are_counted_apart() -> None:
    item = make_item(host="a.test", network=64500, verdict="illegal")
    for _ in range(2):
        decided("illegal", host="a.test", network=64500)
    decided("not_illegal", host="b.test", network=64500)
    decided("", host="a.test", network=64500)
    decided("illegal", host="c.test")
    assert decisions_nearby(item) == [
        Decisions("host", "a.test", "illegal", 2),
        Decisions("network", "64500", "illegal", 2),
        Decisions("network", "64500", "not_illegal", 1),
    ]


def test_counts_end_at_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "COUNT_CAP", 2)
    item = make_item(host="a.test")
    for _ in range(3):
        decided("illegal", host="a.test")
    (found,) = decisions_nearby(item)
    assert (found.count, found.capped) == (2, True)


def test_an_item_without_host_needs_no_query(django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert decisions_nearby(make_item_unsaved()) == []


def make_item_unsaved() -> ContentItem:
    return ContentItem(kind="described", host="", network=None)


def test_the_count_links_to_the_filtered_list(client: object, admin_client: object) -> None:
    address = Decisions("host", "a b.test", "illegal", 1).list_address
    assert address == "/admin/hotline/contentitem/?host__exact=a+b.test&verdict__exact=illegal"


def test_hosting_of_an_item() -> None:
    item = make_item(host="www.example.org", registrable_domain="example.org")
    hosting = Hosting(item, NOW)
    assert (hosting.host, hosting.is_under_way, hosting.can_be_looked_up) == (None, False, True)
    host = Host.objects.create(
        name="www.example.org", asn=13335, next_lookup_at=NOW, looked_up_at=NOW, expires_at=NOW - timedelta(hours=1)
    )
    hosting = Hosting(item, NOW)
    assert (hosting.host, hosting.is_under_way, hosting.is_old, hosting.is_cdn) == (host, True, True, True)
    assert hosting.reachable == []


def test_a_few_addresses_are_shown_and_the_rest_is_counted() -> None:
    addresses = [{"ip": f"192.0.2.{number}"} for number in range(16)]
    Host.objects.create(name="www.example.org", addresses=addresses, address_count=100)
    hosting = Hosting(make_item(host="www.example.org"), NOW)
    assert ([place.ip for place in hosting.addresses], hosting.more_addresses) == (
        ["192.0.2.0", "192.0.2.1", "192.0.2.2", "192.0.2.3"],
        96,
    )


def test_only_contacts_that_can_be_written_to_are_offered() -> None:
    AbuseContact.objects.create(kind="domain", key="example.org", name="A", email="abuse@example.org")
    AbuseContact.objects.create(kind="host", key="www.example.org", name="B")
    hosting = Hosting(make_item(host="www.example.org", registrable_domain="example.org"), NOW)
    assert [contact.name for contact in hosting.reachable] == ["A"]


def test_the_host_that_a_rule_names_counts() -> None:
    AbuseContact.objects.create(kind="domain", key="example.org", name="A", email="abuse@example.org")
    Host.objects.create(name="b.test", country="RS")
    hosting = Hosting(make_item(host="www.example.org", host_override="b.test"), NOW)
    assert (hosting.name, hosting.host and hosting.host.country, hosting.contacts) == ("b.test", "RS", [])


@pytest.mark.parametrize(
    ("kind", "host"), [("onion", f"{'a' * 56}.onion"), ("app", ""), ("described", ""), ("url", "")]
)
def test_item_without_host_has_no_lookup(kind: str, host: str) -> None:
    hosting = Hosting(make_item(kind=kind, host=host, registrable_domain=""), NOW)
    assert (hosting.can_be_looked_up, hosting.host, hosting.contacts) == (False, None, ())
    assert hosting.is_hidden == (kind == "onion")


def test_stalled_lookup_is_detected() -> None:
    Host.objects.create(name="a.test", next_lookup_at=NOW - timedelta(minutes=74))
    assert not selectors.is_lookup_stalled(NOW)
    assert selectors.is_lookup_stalled(NOW + timedelta(minutes=2))


def test_broken_databases_are_listed() -> None:
    NetworkFileState.objects.create(kind="asn", problem="broken", changed_at=NOW)
    NetworkFileState.objects.create(kind="country", changed_at=NOW)
    assert [state.kind for state in selectors.broken_files()] == ["asn"]


# --- At any size ---

# Enough rows for the planner to use the indexes.
ROWS = """
    INSERT INTO hotline_contentitem (
        uuid, kind, canonical, digest, host, registrable_domain, network, site_type, state, verdict,
        outcome, first_reported_at, report_count
    )
    SELECT gen_random_uuid(), 'url', 'https://' || n || '.test/', sha256(n::text::bytea), (n %% 500) || '.test', '', 64500 + n %% 20, 1,
        'ended', (ARRAY['illegal', 'not_illegal', ''])[1 + n %% 3], 'removed', now(), 1
    FROM generate_series(1, 20000) AS n
"""


def plan(sql: str, parameters: dict[str, object]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_neighbours_are_counted_by_indexes_of_decided_items_only() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [])
        cursor.execute("ANALYZE hotline_contentitem")
    parameters = {
        "host": "7.test",
        "network": 64507,
        "item": 1,
        "cap": 1000,
        "places": ["host", "network"],
        "verdicts": ["illegal"],
    }
    found = plan(selectors._DECISIONS, parameters)
    assert "Seq Scan on hotline_contentitem" not in found
    assert ("item_host_verdict" in found, "item_network_verdict" in found) == (True, True)


def test_the_list_of_decisions_uses_the_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [])
        cursor.execute("ANALYZE hotline_contentitem")
    chosen = ContentItem.objects.filter(network__exact="64507", verdict__exact="illegal").order_by("-id")[:50]
    assert "item_network_verdict" in chosen.explain()
    by_host = ContentItem.objects.filter(host__exact="7.test", verdict__exact="illegal").order_by("-id")[:50]
    assert "item_host_verdict" in by_host.explain()
