"""Queries of hosting for the case page."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.hosting import selectors
from hotline.hosting.selectors import Decisions, Hosting, decisions_nearby
from hotline.models import AbuseContact, ContentItem, Host
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


@pytest.mark.parametrize(("kind", "host"), [("onion", f"{'a' * 56}.onion"), ("app", "")])
def test_item_without_host_has_no_lookup(kind: str, host: str) -> None:
    hosting = Hosting(make_item(kind=kind, host=host, registrable_domain=""), NOW)
    assert (hosting.can_be_looked_up, hosting.host, hosting.contacts) == (False, None, ())
    assert hosting.is_hidden == (kind == "onion")


# --- At any size ---
