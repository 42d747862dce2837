"""Effects of look-ups on items and waiting cases; triage never waits for a name server."""

import threading
from collections.abc import Callable

import pytest
from celery import current_app
from django.db import connection, transaction

from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.dns import DnsServer, Name
from hotline.hosting import enqueue
from hotline.hosting.lookup import run_due_lookups
from hotline.models import ContentItem, Host, Report, SiteTypeRule, TriageRule
from hotline.priority import WEIGHTS, PriorityReason
from hotline.review.claims import claim_case
from hotline.triage import tasks
from hotline.triage.host_priority import apply_lookups, look_up_hosts, prioritise_serbian
from hotline.triage.rules.services import save_rule
from hotline.triage.services import triage_report
from tests.database import blocks_another
from tests.factories.received_reports import NOW, RECEIVED, make_report
from tests.hotline.review.conftest import make_user
from tests.waiting import until

pytestmark = pytest.mark.django_db
SERBIAN, GERMAN = "192.31.196.7", "192.175.48.7"
ADDRESS = "https://forum.example.org/a"


def triaged(addresses: str = ADDRESS, **columns: object) -> Report:
    report = make_report(addresses, **columns)
    triage_report(report_id=report.pk, now=NOW)
    report.refresh_from_db()
    return report


def raised() -> list[tuple[int | None, object]]:
    return list(AuditEvent.objects.filter(action="report.prioritised").order_by("id").values_list("subject_id", "data"))


def test_triage_schedules_host_lookups_without_dns_queries(dns: DnsServer) -> None:
    triaged(f"{ADDRESS} https://192.0.2.9/b http://{'a' * 56}.onion/ magnet:?xt=urn:btih:{'0' * 40}")
    assert sorted(Host.objects.values_list("name", "next_lookup_at")) == [
        ("192.0.2.9", RECEIVED),
        ("forum.example.org", RECEIVED),
    ]
    assert dns.queries == []


def test_a_report_about_content_in_serbia_is_put_forward_once(dns: DnsServer) -> None:
    dns.zone["forum.example.org"] = Name((SERBIAN,))
    report = triaged()
    assert (report.priority_reasons, report.priority) == ([], 0)
    for _ in range(2):
        assert look_up_hosts(now=NOW, seconds=300) in (1, 0)
        Host.objects.update(next_lookup_at=RECEIVED)
    report.refresh_from_db()
    assert (report.priority_reasons, report.priority) == (["serbian_host"], WEIGHTS[PriorityReason.SERBIAN_HOST])
    assert raised() == [(report.pk, {"reasons": ["serbian_host"], "priority": report.priority})]
    assert AuditEvent.objects.get(action="report.prioritised").at == RECEIVED


def test_a_later_report_of_a_known_host_is_put_forward_at_once_and_its_item_knows_the_network(dns: DnsServer) -> None:
    dns.zone["forum.example.org"] = Name((SERBIAN,))
    triaged()
    look_up_hosts(now=NOW, seconds=300)
    later = triaged("https://forum.example.org/b")
    assert (later.priority_reasons, later.items.get().network) == (["serbian_host"], 64500)
    assert len(raised()) == 1


def test_content_elsewhere_is_not_put_forward(dns: DnsServer) -> None:
    dns.zone["forum.example.org"] = Name((GERMAN,))
    report = triaged()
    look_up_hosts(now=NOW, seconds=300)
    report.refresh_from_db()
    assert (report.priority_reasons, report.items.get().network) == ([], 64503)


def test_a_lookup_during_triage_still_raises_the_priority(
    dns: DnsServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dns.zone["forum.example.org"] = Name((SERBIAN,))
    triaged()
    later = make_report("https://forum.example.org/b")
    link = triage_report.__globals__["link_items"]

    def link_after_the_look_up(**arguments: object) -> object:
        (host,) = run_due_lookups(now=NOW)
        apply_lookups(hosts=[host], now=NOW)
        return link(**arguments)

    monkeypatch.setitem(triage_report.__globals__, "link_items", link_after_the_look_up)
    triage_report(report_id=later.pk, now=NOW)
    later.refresh_from_db()
    assert (later.priority_reasons, later.items.get().network) == (["serbian_host"], 64500)


def test_claimed_case_is_unchanged_and_reasons_stay_in_their_order() -> None:
    claimed, other = triaged(), triaged(danger_now=True, category="cyberbullying")
    claim_case(report_id=claimed.pk, actor=make_user("ana", "analyst"), now=NOW)
    prioritise_serbian(hosts=["forum.example.org"], now=NOW)
    claimed.refresh_from_db()
    other.refresh_from_db()
    assert "serbian_host" not in claimed.priority_reasons
    assert other.priority_reasons == ["danger_now", "repeated", "serbian_host", "cyberbullying"]


def test_a_changed_network_reaches_every_item_of_the_host_except_those_with_an_override() -> None:
    triaged(" ".join(f"https://forum.example.org/{letter}" for letter in "abc"))
    ContentItem.objects.filter(canonical__endswith="c").update(host_override="b.example.org")
    host = Host.objects.get()
    for asn in (64500, 64501):
        Host.objects.update(asn=asn)
        host.refresh_from_db()
        apply_lookups(hosts=[host], now=NOW)
        assert list(ContentItem.objects.order_by("canonical").values_list("network", flat=True)) == [asn, asn, None]


@pytest.fixture
def rule() -> Callable[..., None]:
    """Makes a rule about forum.example.org with the given effects."""

    def make(**effects: object) -> None:
        author = make_user("lead", "supervisor")
        new = TriageRule(kind="host", value="forum.example.org", note="x", **effects)
        save_rule(rule=new, actor=author, now=NOW)

    return make


def test_the_host_set_by_a_rule_is_queried_instead(rule: Callable[..., None]) -> None:
    rule(set_host="b.example.org")
    item = triaged().items.get()
    assert (item.host_override, [host.name for host in Host.objects.all()]) == ("b.example.org", ["b.example.org"])


def test_content_under_do_not_fetch_has_no_host_lookup(rule: Callable[..., None]) -> None:
    rule(do_not_fetch=True)
    assert (triaged().items.get().do_not_fetch, Host.objects.count()) == (True, 0)


@pytest.mark.parametrize("typed", ["Somewhere In Town", "B.EXAMPLE.ORG"])
def test_invalid_host_of_a_rule_does_not_stop_triage(rule: Callable[..., None], typed: str) -> None:
    rule(set_host=typed)
    assert (triaged().state, Host.objects.filter(name=typed).count()) == ("triaged", 0)


# --- Site types ---


def test_the_kind_of_a_new_item_is_guessed_and_marked_so() -> None:
    SiteTypeRule.objects.create(host="pictures.example.org", site_type=20)
    triaged("https://a.pictures.example.org/1 https://example.org/forum/2 https://example.org/3")
    found = ContentItem.objects.order_by("canonical").values_list("canonical", "site_type", "site_type_guessed")
    assert list(found) == [
        ("https://a.pictures.example.org/1", 20, True),
        ("https://example.org/3", 1, False),
        ("https://example.org/forum/2", 6, True),
    ]
    ContentItem.objects.filter(site_type=6).update(site_type=22, site_type_guessed=False)
    triaged("https://example.org/forum/2")
    assert ContentItem.objects.get(canonical="https://example.org/forum/2").site_type == 22


# --- The tasks ---


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What is given to the broker to have hosts looked up."""
    messages: list[dict[str, object]] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: messages.append({"name": name, **options}))
    return messages


def test_triage_enqueues_the_lookup_task(sent: list[dict[str, object]]) -> None:
    report = make_report()
    tasks.triage_report.apply(kwargs={"report_id": report.pk}, throw=True)
    assert sent == [{"name": "hotline.look_up_hosts", "kwargs": {}, "countdown": None, "retry": False}]
    tasks.triage_report.apply(kwargs={"report_id": report.pk}, throw=True)
    assert len(sent) == 1


def test_many_reports_wake_it_twice_and_the_second_time_after_all_of_them(sent: list[dict[str, object]]) -> None:
    for _ in range(100):
        enqueue.enqueue_lookups()
    assert len(sent) == 2
    assert sent[1]["countdown"] == enqueue.PAUSE_SECONDS


def test_the_task_queries_due_hosts_and_may_run_again(dns: DnsServer) -> None:
    dns.zone["forum.example.org"] = Name((SERBIAN,))
    triaged()
    for _ in range(2):
        tasks.look_up_hosts.apply(throw=True)
        assert Host.objects.get().country == "RS"
    assert len(dns.queries) == 2  # one question a family


def test_a_run_ends_after_its_time_and_leaves_the_rest_due(dns: DnsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotline.hosting.lookup.BATCH", 1)
    triaged("https://a.test/ https://b.test/ https://c.test/")
    assert look_up_hosts(now=NOW, seconds=0) == 1
    assert Host.objects.filter(next_lookup_at=RECEIVED).count() == 2


def test_a_backlog_of_reports_delays_lookups_except_in_the_sweep(
    dns: DnsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.triage.host_priority.BEHIND", 1)
    monkeypatch.setattr("hotline.hosting.lookup.BATCH", 1)
    triaged("https://a.test/ https://b.test/ https://c.test/")
    make_report()
    last = make_report()
    assert look_up_hosts(now=NOW, seconds=300) == 0
    assert look_up_hosts(now=NOW, seconds=300, at_least=1) == 1
    triage_report(report_id=last.pk, now=NOW)
    assert look_up_hosts(now=NOW, seconds=300) == 3


@pytest.mark.django_db(transaction=True)
def test_items_are_locked_in_the_order_in_which_triage_locks_them() -> None:
    """Otherwise two transactions could deadlock."""
    triaged(" ".join(f"https://forum.example.org/{number}" for number in range(30)))
    Host.objects.update(asn=64500)
    host = Host.objects.get()
    by_digest = list(ContentItem.objects.order_by("digest").values_list("pk", flat=True))

    def settle() -> None:
        try:
            apply_lookups(hosts=[host], now=NOW)
        finally:
            connection.close()

    settling = threading.Thread(target=settle)
    with transaction.atomic():
        ContentItem.objects.select_for_update().get(pk=by_digest[10])
        settling.start()
        until(blocks_another, what="the one who settles")
        free = ContentItem.objects.order_by("digest").select_for_update(skip_locked=True)
        assert [item.pk for item in free] == by_digest[10:]
    settling.join()
    assert ContentItem.objects.filter(network=64500).count() == 30
