"""The order of checks, and the task that runs them."""

import logging
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clicksafely.devserver.mock_services.dns import DnsServer, Name
from clicksafely.devserver.mock_services.web import LOOPBACK, Page, WebServer
from hotline.availability import scheduling, services, tasks
from hotline.availability.scheduling import BATCH, HOST_PAUSE, LEASE, claim_due
from hotline.availability.url_checker import Checker
from hotline.hosting import resolver
from hotline.models import AvailabilityCheck, CheckResult, CheckRun, Host, RuleHit, TriageRule
from tests.factories.availability_checks import person
from tests.hotline.availability.conftest import PUBLIC
from tests.hotline.review.conftest import NOW, make_item

pytestmark = pytest.mark.django_db
F = CheckResult


def check(
    host: str = "a.test", due: datetime | None = NOW, *, path: str = "", port: int = 80, **columns: object
) -> AvailabilityCheck:
    """A check of an address at `host`, of an item under decision, which needs no case."""
    count = AvailabilityCheck.objects.count()
    address = f"http://{host}:{port}/{path or count}"
    item = make_item(address, host=host, registrable_domain=host, state="assessed")
    return AvailabilityCheck.objects.create(item=item, host=host, began_at=NOW, next_check_at=due, **columns)


def claimed(now: datetime = NOW) -> set[int]:
    return {each.pk for each in claim_due(now=now)}


# --- The queue ---


def test_due_checks_are_leased() -> None:
    first, _later, _never = check(), check("b.test", NOW + timedelta(seconds=1)), check("c.test", None)
    assert claimed() == {first.pk}
    first.refresh_from_db()
    assert (first.claimed_until, first.next_check_at) == (NOW + LEASE, NOW + LEASE)
    assert claimed() == set()


def test_a_host_gets_one_check_at_a_time_and_a_pause() -> None:
    first, second = check(), check()
    other = check("b.test")
    assert claimed() == {first.pk, other.pk}
    second.refresh_from_db()
    assert second.next_check_at == NOW + HOST_PAUSE * 2
    # Still at work on the first.
    assert claimed(NOW + HOST_PAUSE * 2) == set()
    AvailabilityCheck.objects.filter(pk=first.pk).update(
        claimed_until=None, checked_at=NOW + HOST_PAUSE * 2, next_check_at=None
    )
    soon = NOW + HOST_PAUSE * 4
    AvailabilityCheck.objects.filter(pk=first.pk).update(next_check_at=NOW + timedelta(hours=1))
    AvailabilityCheck.objects.filter(pk=second.pk).update(next_check_at=NOW)
    assert claimed(NOW + HOST_PAUSE * 2 + HOST_PAUSE / 2) == set()
    assert claimed(soon + HOST_PAUSE) == {second.pk}


def test_a_batch_is_bounded() -> None:
    for number in range(BATCH + 3):
        check(f"h{number}.test")
    assert len(claimed()) == BATCH
    assert len(claimed()) == 3


def test_a_host_with_many_checks_does_not_delay_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduling, "AHEAD", 5)
    for _ in range(12):
        check("many.test", NOW - timedelta(minutes=1))
    other = check("b.test")
    check_ids: set[int] = set()
    for _ in range(4):
        check_ids |= claimed()
    assert other.pk in check_ids
    assert len(check_ids) == 2
    # No check is lost, and they are spread.
    due = AvailabilityCheck.objects.filter(host="many.test").values_list("next_check_at", flat=True)
    assert all(at is not None for at in due)
    assert len(set(due)) > 4


@pytest.mark.django_db(transaction=True)
def test_concurrent_workers_never_claim_the_same_host() -> None:
    for _ in range(6):
        check("a.test")
        check("b.test")
    hosts: list[str] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        try:
            barrier.wait()
            hosts.extend(each.host for each in claim_due(now=NOW))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(hosts) == ["a.test", "b.test"]


def test_claiming_takes_a_constant_number_of_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(8):
        check(f"h{number}.test")
    with django_assert_max_num_queries(5):  # savepoint, lock, claim, release, rows
        assert len(claim_due(now=NOW)) == 8


# --- A batch ---


def test_a_batch_of_real_checks(web: WebServer, checker: Checker, names: DnsServer) -> None:
    web.pages["/there"] = Page()
    there = check("a.test", path="there", port=web.port)
    gone = check("b.test", path="gone", port=web.port)
    private = check("lan.test", path="x")
    assert services.run_due_checks(checker=checker, now=NOW) == 3
    for each, result in ((there, F.AVAILABLE), (gone, F.GONE), (private, F.PRIVATE)):
        each.refresh_from_db()
        assert (each.result, each.checked_at, each.claimed_until) == (result, NOW, None)
    # Their hosts are looked up, to detect a move.
    assert set(Host.objects.values_list("name", flat=True)) == {"a.test", "b.test", "lan.test"}
    assert services.run_due_checks(checker=checker, now=NOW) == 0


def test_content_under_do_not_fetch_is_not_requested(web: WebServer, checker: Checker) -> None:
    by_column, by_hit = check("a.test", port=web.port), check("b.test", port=web.port)
    by_column.item.do_not_fetch = True
    by_column.item.save()
    rule = TriageRule.objects.create(
        kind="host", value="b.test", do_not_fetch=True, author=person("lead"), created_at=NOW, changed_at=NOW
    )
    RuleHit.objects.create(rule=rule, item=by_hit.item)
    assert services.run_due_checks(checker=checker, now=NOW) == 2
    assert web.requests == []
    for each in (by_column, by_hit):
        each.refresh_from_db()
        assert (each.result, each.attention) == ("not_checked", "not_checked")
        assert each.next_check_at is not None
        assert each.next_check_at >= NOW + timedelta(days=1)
    rule.active = False
    rule.save()
    assert services.run_due_checks(checker=checker, now=NOW + timedelta(days=2)) == 2
    by_hit.refresh_from_db()
    assert (by_hit.result, by_hit.attention, len(web.requests)) == ("gone", "", 1)


def test_checks_that_all_fail_are_inconclusive(checker: Checker, names: DnsServer) -> None:
    checks = [check(f"nowhere{number}.test") for number in range(3)]
    services.run_due_checks(checker=checker, now=NOW)
    for each in checks:
        each.refresh_from_db()
        assert (each.result, each.misses) == ("inconclusive", 0)


# --- The task ---


@pytest.fixture
def as_settings(names: DnsServer, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    monkeypatch.setattr(resolver, "LIFETIME", 10)
    with override_settings(
        AVAILABILITY_CHECKS=True,
        AVAILABILITY_ALLOW_NETWORKS=list(PUBLIC),
        DNS_RESOLVERS=[names.address],
    ):
        yield web


def test_the_task_runs_due_checks_once(as_settings: WebServer) -> None:
    due = timezone.now() - timedelta(minutes=1)
    each = check("a.test", due, port=as_settings.port)
    tasks.check_availability()
    tasks.check_availability()
    each.refresh_from_db()
    assert (each.result, each.checks, len(as_settings.requests)) == ("gone", 1, 1)


def test_switched_off_nothing_is_requested(as_settings: WebServer) -> None:
    check("a.test", timezone.now() - timedelta(minutes=1), port=as_settings.port)
    with override_settings(AVAILABILITY_CHECKS=False):
        tasks.check_availability()
    assert as_settings.requests == []


def test_nothing_of_a_page_is_anywhere_afterwards(
    as_settings: WebServer,
    names: DnsServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """The text of the page is in no table, no log and no output."""
    caplog.set_level(logging.DEBUG)
    marker = b"SECRETMARKER"
    body = b"<html><title>" + marker + b"</title>" + marker * 200
    as_settings.pages |= {
        "/page": Page(body=body, headers={"X-Said": marker.decode(), "Set-Cookie": f"a={marker.decode()}"}),
        "/gone": Page(404, body),
        "/broken": Page(500, body, {"X-Said": marker.decode()}),
    }
    names.zone["c.test"] = Name((LOOPBACK,))
    for host, path in (("a.test", "page"), ("b.test", "gone"), ("c.test", "broken")):
        check(host, timezone.now() - timedelta(minutes=1), path=path, port=as_settings.port)
    tasks.check_availability()
    assert CheckRun.objects.count() == 3
    assert as_settings.sent > 2000
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE %s', ["%secretmarker%"])  # noqa: S608
            assert cursor.fetchone() == (0,), table
    assert "SECRETMARKER" not in caplog.text + "".join(capfd.readouterr())
