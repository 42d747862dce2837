"""Look-ups of hosts: the row is the queue."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings

from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.dns import DnsServer, Name
from hotline.hosting import lookup, resolver
from hotline.hosting.lookup import PAUSES, KnownHost, request_lookup_of_item, request_lookups, run_due_lookups
from hotline.models import Host, NetworkFileState
from tests.hotline.review.conftest import make_case, make_item, make_user
from tests.waiting import until

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, 31, 12, tzinfo=UTC)
HOUR = datetime(2026, 3, 2, 10, tzinfo=UTC)
FOUND: dict[str, object] = {"country": "RS", "asn": 64500, "looked_up_at": HOUR}
PUBLIC, GERMAN = "192.31.196.7", "192.175.48.7"


def host(name: str = "a.test") -> Host:
    return Host.objects.get(name=name)


def want(*names: str, hour: datetime = HOUR) -> dict[str, KnownHost]:
    return request_lookups(names=names, hour=hour)


# --- What is wanted ---


@pytest.mark.parametrize(
    ("columns", "known", "due_at"),
    [
        (FOUND | {"expires_at": HOUR + timedelta(hours=1)}, KnownHost("RS", 64500, pending=False), None),
        (FOUND | {"expires_at": HOUR, "tries": 3}, KnownHost("RS", 64500, pending=False), HOUR),
        ({"problem": "timeout", "tries": 9}, KnownHost("", None, pending=False), HOUR),
        ({"next_lookup_at": HOUR}, KnownHost("", None, pending=True), HOUR),
    ],
    ids=["fresh", "expired", "failed", "queued"],
)
def test_a_known_host_is_queried_unless_it_is_fresh(
    columns: dict[str, object], known: KnownHost, due_at: datetime | None
) -> None:
    Host.objects.create(name="a.test", **columns)
    assert want("a.test") == {"a.test": known}
    assert (host().next_lookup_at, host().tries) == (due_at, 0)


def test_a_new_host_is_due_at_once() -> None:
    assert want("a.test", "a.test", "") == {"a.test": KnownHost("", None, pending=False)}
    assert (host().next_lookup_at, Host.objects.count()) == (HOUR, 1)


# --- What is found ---


def test_a_lookup_stores_its_result_and_rounds_its_time(dns: DnsServer) -> None:
    dns.zone["a.test"] = Name(alias="edge.test")
    dns.zone["edge.test"] = Name((PUBLIC, "2001:db8::1"))
    want("a.test")
    (found,) = run_due_lookups(now=NOW)
    assert found == host()
    assert host().addresses == [
        {"ip": PUBLIC, "country": "RS", "asn": 64500, "organisation": "Primer hosting Beograd"},
        {
            "ip": "2001:db8::1",
            "country": "RS",
            "asn": 64500,
            "organisation": "Primer hosting Beograd",
            "special": "reserved",
        },
    ]
    assert (host().country, host().asn, host().organisation) == ("RS", 64500, "Primer hosting Beograd")
    assert (host().aliases, host().problem, host().tries) == (["edge.test"], "", 0)
    assert (host().looked_up_at, host().expires_at, host().next_lookup_at) == (HOUR, HOUR + timedelta(hours=24), None)
    assert run_due_lookups(now=NOW) == []


@pytest.mark.parametrize(
    ("addresses", "country", "special"),
    [(("10.0.0.1", GERMAN), "DE", ["private", ""]), (("127.0.0.1", "10.0.0.1"), "", ["loopback", "private"])],
)
def test_private_addresses_are_stored_and_flagged_and_hide_no_public_one(
    dns: DnsServer, addresses: tuple[str, ...], country: str, special: list[str]
) -> None:
    dns.zone["a.test"] = Name(addresses)
    want("a.test")
    run_due_lookups(now=NOW)
    assert (host().country, [place.special for place in host().places]) == (country, special)


@pytest.mark.parametrize("name", [PUBLIC, "[2001:db8::1]"])
def test_an_ip_literal_is_located_without_a_query(dns: DnsServer, name: str) -> None:
    want(name)
    run_due_lookups(now=NOW)
    assert (host(name).country, dns.queries) == ("RS", [])


def test_the_number_of_addresses_is_stored(dns: DnsServer) -> None:
    dns.zone["a.test"] = Name(count=100)
    want("a.test")
    run_due_lookups(now=NOW)
    assert (host().address_count, len(host().addresses)) == (200, 16)


# --- What fails ---


def test_a_failure_keeps_the_known_data_and_is_retried(dns: DnsServer) -> None:
    Host.objects.create(
        name="a.test", country="RS", addresses=[{"ip": PUBLIC}], looked_up_at=HOUR, expires_at=HOUR, next_lookup_at=HOUR
    )
    dns.zone["a.test"] = Name(rcode="SERVFAIL")
    run_due_lookups(now=NOW)
    assert (host().problem, host().tries, host().country, host().addresses) == ("servfail", 1, "RS", [{"ip": PUBLIC}])
    assert host().next_lookup_at == datetime(2026, 3, 2, 10, 35, tzinfo=UTC)
    dns.zone["a.test"] = Name((GERMAN,))
    run_due_lookups(now=NOW + timedelta(minutes=10))
    assert (host().problem, host().tries, host().country, host().next_lookup_at) == ("", 0, "DE", None)


def test_pauses_grow_and_end(dns: DnsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    dns.silent.set()
    want("a.test")
    now, gaps = NOW, []
    monkeypatch.setattr(resolver, "LIFETIME", 0.1)
    while run_due_lookups(now=now):
        due = host().next_lookup_at
        if due:
            gaps.append(due - now)
            now = due
    assert [gap >= pause for gap, pause in zip(gaps, PAUSES, strict=True)] == [True] * len(PAUSES)
    assert gaps == sorted(gaps)
    assert (host().problem, host().tries, host().next_lookup_at) == ("timeout", len(PAUSES) + 1, None)


def test_invalid_name_is_not_retried(dns: DnsServer) -> None:
    want(f"{'x' * 64}.test")
    run_due_lookups(now=NOW)
    assert (host(f"{'x' * 64}.test").problem, host(f"{'x' * 64}.test").next_lookup_at) == ("bad_name", None)


def test_one_bad_name_does_not_spoil_the_others(dns: DnsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    dns.zone.update({"a.test": Name((PUBLIC,)), "b.test": Name(silent=True), "c.test": Name(rcode="REFUSED")})
    want("a.test", "b.test", "c.test", "d.test")
    # All are asked at once, so those that answer have no more time than the silent one.
    monkeypatch.setattr(resolver, "LIFETIME", 5)
    run_due_lookups(now=NOW)
    assert [host(f"{letter}.test").problem for letter in "abcd"] == ["", "timeout", "refused", "nxdomain"]


# --- The queue ---


def test_a_batch_is_bounded_and_the_rest_follows(dns: DnsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "BATCH", 2)
    want("a.test", "b.test", "c.test")
    assert [len(run_due_lookups(now=NOW)) for _ in range(3)] == [2, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_never_look_up_the_same_and_no_transaction_is_open_meanwhile(
    dns: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dns.silent.set()
    want("a.test", "b.test")
    # The questions are repeated after two fifths of it.
    monkeypatch.setattr(resolver, "LIFETIME", 5)
    lookup_counts: list[int] = []

    def work() -> None:
        try:
            lookup_counts.append(len(run_due_lookups(now=NOW)))
        finally:
            connection.close()

    first = threading.Thread(target=work)
    first.start()
    until(lambda: dns.queries, what="the first question")
    assert run_due_lookups(now=NOW) == []
    # No lock is held: the rows can be written during the query.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        Host.objects.update(registrar="x")
    dns.silent.clear()
    first.join()
    assert lookup_counts == [2]


def test_lookup_of_a_killed_process_is_due_again(dns: DnsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    want("a.test")
    monkeypatch.setattr("hotline.hosting.lookup.Resolver.resolve", _die)
    with pytest.raises(KeyboardInterrupt):
        run_due_lookups(now=NOW)
    assert run_due_lookups(now=NOW) == []
    monkeypatch.undo()
    assert [found.name for found in run_due_lookups(now=NOW + lookup.LEASE)] == ["a.test"]


def _die(*arguments: object) -> None:
    raise KeyboardInterrupt


def test_analyst_can_request_a_lookup_at_any_time(dns: DnsServer) -> None:
    item = make_item(host="a.test")
    case, actor = make_case(item), make_user("ana", "analyst")
    Host.objects.create(name="a.test", tries=9, problem="timeout")
    request_lookup_of_item(item=item, report=case, actor=actor, now=NOW)
    assert (host().next_lookup_at, host().tries) == (HOUR, 0)
    event = AuditEvent.objects.get(action="host.lookup_requested")
    assert (event.subject_id, event.actor_id, event.data) == (case.pk, actor.pk, {"item": item.pk})


# --- Databases of networks ---


def test_damaged_network_database_is_reported_and_stops_no_lookup(dns: DnsServer, tmp_path: Path) -> None:
    dns.zone["a.test"] = Name((PUBLIC,))
    broken = tmp_path / "asn.mmdb"
    broken.write_bytes(b"no database")
    want("a.test")
    with override_settings(MMDB_ASN=str(broken), MMDB_COUNTRY=""):
        run_due_lookups(now=NOW)
    assert (host().problem, host().country, host().asn, host().places[0].ip) == ("", "", None, PUBLIC)
    state = NetworkFileState.objects.get()
    assert (state.kind, state.problem, state.in_use, state.changed_at) == ("asn", "broken", False, NOW)


# --- What the database refuses ---


@pytest.mark.parametrize(
    "columns",
    [
        {"name": "a.test"},
        {"name": ""},
        {"name": "B.test"},
        {"name": "b.test", "problem": "bored"},
        {"name": "b.test", "looked_up_at": NOW},
        {"name": "b.test", "expires_at": NOW},
        {"name": "b.test", "asn": 0},
        {"name": "b.test", "asn": 2**32},
    ],
)
def test_the_database_refuses_rows_that_make_no_sense(columns: dict[str, object]) -> None:
    Host.objects.create(name="a.test")
    with pytest.raises(IntegrityError), transaction.atomic():
        Host.objects.create(**columns)


@pytest.mark.parametrize("columns", [{"kind": "cities"}, {"kind": "asn", "problem": "odd"}, {"kind": "country"}])
def test_the_database_refuses_odd_states_of_files(columns: dict[str, object]) -> None:
    NetworkFileState.objects.create(kind="country", changed_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        NetworkFileState.objects.create(**({"changed_at": NOW} | columns))
