"""The hash chain of the audit trail: linking, detection of changes, and required keys."""

import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone
from pytest_django import Settings

from clicksafely.common import tasks
from clicksafely.common.audit import chain
from clicksafely.common.audit.audit_log import AuditEntry, record, record_many
from clicksafely.common.audit.chain import ChainHead, current_head, link_events, verify_chain
from clicksafely.common.logs import PrivateFormatter
from clicksafely.common.models import AuditEvent, AuditLink
from tests.database import as_role_of
from tests.waiting import until

NOW = datetime(2026, 11, 25, 12, 30, 15, 123456, tzinfo=UTC)
# The number of the oldest open transaction of the whole server.
OLDEST = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(3600)]


def happen(count: int = 1, *, now: datetime = NOW, settled: bool = True) -> list[int]:
    """Record events and, by default, number them as if every open transaction had started later."""
    events = record_many(
        [AuditEntry("case.seen", None, {"number": n, "codes": ["b", "a"]}) for n in range(count)], actor=None, now=now
    )
    ids = [event.pk for event in events]
    if settled:
        with tampering() as execute:
            execute(f"UPDATE common_auditevent SET txid = {OLDEST} - 1 WHERE id = ANY(%s)", [ids])  # noqa: S608 - a constant
    return ids


def settle(events: list[int]) -> None:
    """Wait for transactions of other test processes on the same server: linking waits for the oldest of them.

    Some are open for as long as the longest test, so only tests that depend on transaction numbers wait. Linked events have none.
    """

    def are_past() -> bool:
        with connection.cursor() as cursor:
            past = f"coalesce(bool_and(txid < {OLDEST}), true)"
            cursor.execute(f"SELECT {past} FROM common_auditevent WHERE id = ANY(%s)", [events])  # noqa: S608 - a constant
            return bool(cursor.fetchone()[0])

    until(are_past, seconds=1500, what="the end of older transactions")


def chained_event_ids() -> list[int]:
    return list(AuditLink.objects.order_by("seq").values_list("event_id", flat=True))


@contextmanager
def tampering() -> Iterator[Callable[..., None]]:
    """Act as an attacker with full access to the database: without triggers and foreign keys."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor.execute


class Elsewhere:
    """A thread with its own connection, which holds a transaction open during the test."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._ready, self._finish = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Elsewhere":
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def commit(self) -> None:
        self._finish.set()
        self._thread.join(60)

    def __exit__(self, *error: object) -> None:
        self.commit()

    def _run(self) -> None:
        try:
            with transaction.atomic():
                self._work()
                self._ready.set()
                self._finish.wait(60)
        finally:
            connections.close_all()


def test_committed_events_are_linked_once_in_order_and_their_transaction_numbers_erased() -> None:
    assert (link_events(), verify_chain(current_head()).broken, current_head().seq) == (0, "", 0)
    events = happen(3, settled=False)
    settle(events)
    with as_role_of("worker"):
        assert link_events() == 3
    assert not AuditEvent.objects.filter(txid__isnull=False).exists()
    assert link_events() == 0
    events += happen(2, settled=False)
    settle(events)
    assert link_events() == 2
    assert chained_event_ids() == events
    assert list(AuditLink.objects.order_by("seq").values_list("seq", flat=True)) == [1, 2, 3, 4, 5]
    verdict = verify_chain()
    assert (verdict.broken, verdict.unlinked, verdict.oldest) == ("", 0, None)
    assert verdict.head == current_head() == ChainHead(5, bytes(AuditLink.objects.get(seq=5).mac))


def test_more_than_a_batch_is_linked_at_once_and_verified_with_progress() -> None:
    events = happen(2 * chain.BATCH + 1)
    assert link_events() == len(events)
    assert chained_event_ids() == events
    positions: list[int] = []
    assert verify_chain(progress=positions.append).head.seq == len(events)
    assert positions == [chain.BATCH, 2 * chain.BATCH]


def test_uncommitted_events_are_linked_after_their_commit() -> None:
    with Elsewhere(lambda: happen(settled=False)) as slow:
        later = happen(2, settled=False)
        # An earlier transaction may still commit: all later events must wait too.
        assert link_events() == 0
        slow.commit()
        settle(later)
        assert link_events() == 3
    assert sorted(chained_event_ids()) == sorted(AuditEvent.objects.values_list("pk", flat=True))
    assert chained_event_ids()[1:] == later
    assert verify_chain().broken == ""


def test_one_chainer_at_a_time() -> None:
    happen(3)

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [chain._LOCK])

    with Elsewhere(hold):
        assert link_events() == 0
    assert link_events() == 3


def test_many_writers_and_chainers_at_once() -> None:
    def write_and_link() -> None:
        try:
            for _ in range(10):
                happen(2, settled=False)
                link_events()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write_and_link) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settle(list(AuditEvent.objects.values_list("pk", flat=True)))
    link_events()
    verdict = verify_chain()
    assert (verdict.head.seq, verdict.broken, verdict.unlinked) == (80, "", 0)


def test_events_after_a_restore_are_linked_although_transaction_numbers_begin_anew() -> None:
    before = happen(3)
    link_events()
    unlinked = happen(2)
    with tampering() as execute:  # the state after pg_restore in a new cluster: numbers from the future
        execute("UPDATE common_auditevent SET txid = txid + 1000000000")
        execute("DELETE FROM common_auditlink")
    assert link_events(everything=True) == 5
    after = happen(2)
    assert link_events() == 2
    assert link_events() == 0
    assert chained_event_ids() == before + unlinked + after
    assert verify_chain().broken == ""


def test_the_daily_run_links_events_with_a_removed_link() -> None:
    old = happen()
    new = happen()
    assert link_events() == 2
    with tampering() as execute:
        execute("DELETE FROM common_auditlink WHERE event_id = %s", [old[0]])
        execute("UPDATE common_auditlink SET seq = 1")
    assert link_events() == 0
    assert link_events(everything=True) == 1
    assert chained_event_ids() == new + old


CHANGED = "event {third} of link 3 was changed"


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE common_auditevent SET action = 'case.closed' WHERE id = {third}", CHANGED),
        ("UPDATE common_auditevent SET actor_id = 1 WHERE id = {third}", CHANGED),
        ("UPDATE common_auditevent SET data = '{{}}' WHERE id = {third}", CHANGED),
        ("UPDATE common_auditevent SET txid = 7 WHERE id = {third}", CHANGED),
        (
            "UPDATE common_auditlink SET mac = repeat('x', 32)::bytea WHERE seq = 3",
            "the MAC of link 3 was changed, its event {third} was not",
        ),
        (
            "UPDATE common_auditlink SET mac = repeat('x', 32)::bytea WHERE seq = 3;"
            "UPDATE common_auditevent SET data = '{{}}' WHERE id = {third}",
            "event {third} or its link 3 was changed",
        ),
        # For the last link, no later link shows which of the two was changed.
        ("UPDATE common_auditevent SET actor_id = 1 WHERE id = {fifth}", "event {fifth} or its link 5 was changed"),
        ("DELETE FROM common_auditevent WHERE id = {third}", "event {third} of link 3 is missing"),
        ("DELETE FROM common_auditlink WHERE seq = 1", "link 1 is missing: the next one is 2"),
        # An event removed, and the later numbers shifted.
        (
            "DELETE FROM common_auditlink WHERE seq = 3; DELETE FROM common_auditevent WHERE id = {third};"
            "UPDATE common_auditlink SET seq = 3 WHERE seq = 4; UPDATE common_auditlink SET seq = 4 WHERE seq = 5",
            "event {fourth} or its link 3 was changed",
        ),
        # Two events exchanged under their links.
        (
            "UPDATE common_auditlink SET event_id = 0 WHERE seq = 3;"
            "UPDATE common_auditlink SET event_id = {third} WHERE seq = 5;"
            "UPDATE common_auditlink SET event_id = {fifth} WHERE seq = 3",
            "the order was changed: link 3 belongs to event {third}, but refers to event {fifth}",
        ),
        # An event inserted, with a forged link.
        (
            "UPDATE common_auditlink SET seq = 6 WHERE seq = 5; UPDATE common_auditlink SET seq = 5 WHERE seq = 4;"
            "UPDATE common_auditlink SET seq = 4 WHERE seq = 3;"
            "INSERT INTO common_auditevent (id, at, action, subject_table, data, txid)"
            " SELECT 0, at, action, subject_table, data, txid FROM common_auditevent WHERE id = {third};"
            "INSERT INTO common_auditlink (event_id, seq, mac) VALUES (0, 3, repeat('x', 32)::bytea)",
            "the order was changed: link 3 belongs to event {third}, but refers to event 0",
        ),
    ],
)
def test_the_first_break_is_named(statement: str, broken: str) -> None:
    events = happen(5)
    link_events()
    names = dict(zip(("first", "second", "third", "fourth", "fifth"), events, strict=True))
    with tampering() as execute:
        execute(statement.format(**names))
    verdict = verify_chain()
    assert verdict.broken == broken.format(**names)
    first_broken = next(number for number in (1, 3, 5) if f"link {number}" in broken)
    assert verdict.head.seq == first_broken - 1


def test_another_key_makes_another_chain(settings: Settings) -> None:
    event, *_ = happen(2)
    link_events()
    settings.AUDIT_KEY = "a key that an attacker with only the database might guess"
    assert verify_chain().broken == (
        f"event {event} or its link 1 was changed, or AUDIT_KEY is not the key of the chain"
    )


def test_without_its_key_the_chain_does_not_continue(settings: Settings) -> None:
    """A default in place of a missing key would be publicly known."""
    happen(1)
    link_events()
    happen(1)
    settings.AUDIT_KEY = ""
    for act in (link_events, verify_chain, tasks.link_audit_events):
        with pytest.raises(ImproperlyConfigured, match="AUDIT_KEY is missing"):
            act()
    assert AuditLink.objects.count() == 1


def test_a_chain_that_was_cut_at_the_end_misses_the_noted_head() -> None:
    happen(5)
    link_events()
    head = ChainHead.parse(str(current_head()))
    happen(1)
    link_events()
    assert verify_chain(head).broken == ""
    with tampering() as execute:
        execute("DELETE FROM common_auditlink WHERE seq > 4")
        execute("DELETE FROM common_auditevent WHERE NOT EXISTS (SELECT FROM common_auditlink WHERE event_id = id)")
    assert verify_chain().broken == ""
    assert verify_chain(head).broken == f"the expected head {head} is not in the chain, which ends at link 4"


def test_the_command_reports_a_valid_chain() -> None:
    happen(3)
    call_command("chain_audit", stdout=(out := StringIO()))
    assert str(current_head()) in out.getvalue()
    # The time of an event is rounded to the hour.
    happen(2, now=timezone.now() - timedelta(hours=1, seconds=10))
    call_command("verify_audit", head=current_head(), stdout=(out := StringIO()))
    assert out.getvalue().splitlines()[1].startswith("2 ")


def test_the_command_fails_if_events_are_unlinked_for_too_long_or_changed() -> None:
    event = happen(1, now=timezone.now() - timedelta(hours=2))[0]
    with pytest.raises(CommandError, match="no link"):
        call_command("verify_audit", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("verify_audit", "--head=link7")
    link_events()
    with tampering() as execute:
        execute("UPDATE common_auditevent SET action = 'case.closed' WHERE id = %s", [event])
    with pytest.raises(CommandError, match=f"event {event} "):
        call_command("verify_audit", stdout=StringIO())


@pytest.mark.parametrize("text", ["link7", "linkx:00", "link7:xyz", "link7:00"])
def test_an_invalid_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - int and bytes.fromhex have words of their own
        ChainHead.parse(text)


def test_the_tasks_link_and_log_the_head(caplog: pytest.LogCaptureFixture) -> None:
    happen(2)
    tasks.link_audit_events()
    tasks.link_audit_events()
    assert AuditLink.objects.count() == 2
    happen(1)
    with caplog.at_level(logging.INFO, logger="clicksafely.common.audit.chain"):
        tasks.log_audit_head()
    line = json.loads(PrivateFormatter().format(caplog.records[-1]))
    assert (line["event"], line["head"]) == ("audit.head", str(current_head()))
    assert current_head().seq == 3


def test_the_link_of_an_event_covers_all_its_fields(settings: Settings) -> None:
    settings.AUDIT_KEY = "key"
    event = record(action="case.seen", subject=None, actor=None, data={"b": 1, "a": ["x"]}, now=NOW)
    settle([event.pk])
    link_events()
    canonical = f'[{event.pk},"2026-11-25T12:30:15.123456+00:00","case.seen",null,"",null,{{"a":["x"],"b":1}}]'
    mac = chain.hmac.digest(b"key", bytes(32) + (1).to_bytes(8) + canonical.encode(), "sha256")
    assert current_head() == ChainHead(1, mac)


class TestLinksOfTheFirstRelease:
    """Version 1.0.0 kept the number, and its MAC covers the number."""

    @staticmethod
    def linked(count: int) -> list[int]:
        happen(count)
        head = current_head()
        seq, mac = head.seq, head.mac
        for event in AuditEvent.objects.filter(link=None).order_by("pk"):
            columns = [event.pk, event.at, event.action, None, "", None, event.data, event.txid]
            seq, mac = seq + 1, chain._mac(mac, seq + 1, columns)
            AuditLink.objects.create(event=event, seq=seq, mac=mac)
        return chained_event_ids()

    def test_they_stay_valid_when_their_numbers_are_erased(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(chain, "BATCH", 4)
        self.linked(5)
        noted = current_head()
        happen(2)
        link_events()
        with as_role_of("worker"):
            tasks.link_audit_events()
        assert not AuditEvent.objects.filter(txid__isnull=False).exists()
        assert verify_chain(noted).broken == ""
        assert [chain.is_valid_link(link) for link in chain.read_links(chained_event_ids()).values()] == [True] * 7
        assert chain.erase_old_numbers() == 0

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE common_auditevent SET action = 'case.closed' WHERE id = {third}",
            "UPDATE common_auditevent SET txid = 7 WHERE id = {third}",
            "UPDATE common_auditlink SET mac = repeat('x', 32)::bytea WHERE seq = 3",
            "UPDATE common_auditlink SET mac_without_txid = repeat('x', 32)::bytea WHERE seq = 3",
            "UPDATE common_auditlink SET mac_without_txid = NULL WHERE seq = 3",
            "UPDATE common_auditlink SET seq = 13 WHERE seq = 3; UPDATE common_auditlink SET seq = 3 WHERE seq = 4;"
            "UPDATE common_auditlink SET seq = 4 WHERE seq = 13",
        ],
    )
    def test_a_change_after_the_erasure_is_found(self, statement: str) -> None:
        third = self.linked(5)[2]
        assert chain.erase_old_numbers() == 5
        with tampering() as execute:
            execute(statement.format(third=third))
        assert f"event {third}" in verify_chain().broken
        assert verify_chain().head.seq == 2

    def test_an_event_changed_before_the_erasure_or_under_another_key_keeps_its_number(
        self, settings: Settings
    ) -> None:
        third = self.linked(5)[2]
        with tampering() as execute:
            execute("UPDATE common_auditevent SET action = 'case.closed' WHERE id = %s", [third])
        key, settings.AUDIT_KEY = settings.AUDIT_KEY, "another key"
        assert chain.erase_old_numbers() == 0
        settings.AUDIT_KEY = key
        assert chain.erase_old_numbers() == 4
        assert AuditEvent.objects.get(txid__isnull=False).pk == third
        assert verify_chain().broken == f"event {third} of link 3 was changed"
