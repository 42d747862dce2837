"""The audit trail: one writer, only IDs and codes, append-only."""

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import psycopg2
import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.audit.audit_log import AuditEntry, audit_cte, record, record_many
from clicksafely.common.models import AuditEvent, AuditLink

NOW = datetime(2026, 11, 25, 12, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def group() -> Group:
    return Group.objects.create(name="a subject")


def test_an_event_has_actor_action_and_subject(group: Group) -> None:
    user = User.objects.create_user("analyst1")
    event = record(action="group.seen", subject=group, actor=user, data={"fields": ["words"], "round": 2}, now=NOW)
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (stored.at, stored.action, stored.actor_id) == (NOW, "group.seen", user.pk)
    assert (stored.subject_table, stored.subject_id) == ("auth_group", group.pk)
    assert stored.data == {"fields": ["words"], "round": 2}
    assert stored.txid == event.txid
    assert str(stored) == f"group.seen #{stored.pk}"


def test_the_system_may_act_on_nothing() -> None:
    event = AuditEvent.objects.get(pk=record(action="keys.added", subject=None, actor=None, now=NOW).pk)
    assert (event.actor_id, event.subject_table, event.subject_id, event.data) == (None, "", None, {})


def test_recording_is_one_insert(group: Group, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1) as queries:
        record(action="group.seen", subject=group, actor=None, now=NOW)
    assert queries.captured_queries[0]["sql"].startswith("INSERT INTO")


def test_recording_many_is_one_insert_in_their_order(
    group: Group, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    entries = [AuditEntry(f"group.seen{number}", group, {"number": number}) for number in range(50)]
    with django_assert_num_queries(1):
        record_many(entries, actor=None, now=NOW)
    stored = AuditEvent.objects.order_by("pk").values_list("action", "data")
    assert list(stored) == [(f"group.seen{number}", {"number": number}) for number in range(50)]


def test_as_a_part_of_a_larger_statement(group: Group) -> None:
    user = User.objects.create_user("analyst1")
    sql, values = audit_cte(
        action="group.made", subject=Group, rows="made", actor=user, now=NOW, data={"channel": "web", "round": 2}
    )
    with connection.cursor() as cursor:
        groups = "INSERT INTO auth_group (name) VALUES ('a'), ('b') RETURNING id"
        cursor.execute(f"WITH made AS ({groups}), event AS ({sql}) SELECT id FROM made", values)  # noqa: S608
        group_ids = [row[0] for row in cursor.fetchall()]
    stored = AuditEvent.objects.order_by("subject_id")
    assert [(event.at, event.action, event.actor_id, event.subject_table) for event in stored] == [
        (NOW, "group.made", user.pk, "auth_group")
    ] * 2
    assert [event.subject_id for event in stored] == sorted(group_ids)
    assert [event.data for event in stored] == [{"channel": "web", "round": 2}] * 2
    assert {event.txid for event in stored} == {record(action="group.seen", subject=group, actor=None, now=NOW).txid}


def test_a_part_holds_codes_only_too() -> None:
    with pytest.raises(ValueError, match=r"^group\.made: reason is not an ID or a code$"):
        audit_cte(action="group.made", subject=Group, rows="made", actor=None, now=NOW, data={"reason": "a text"})


def test_no_happenings_are_no_event() -> None:
    assert record_many([], actor=None, now=NOW) == []


@pytest.mark.parametrize(
    "value",
    [
        "a text with words",
        "оштра реч",
        "person@example.org",
        "https://example.org/",
        "x" * 65,
        "two\nlines",
        ["code", "not a code"],
        [["nested"]],
        {"a": "dict"},
        1.5,
        b"bytes",
        NOW,
    ],
)
def test_data_other_than_ids_and_codes_is_refused(group: Group, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^group\.seen: reason is not an ID or a code$"):
        record(action="group.seen", subject=group, actor=None, data={"reason": value}, now=NOW)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "value",
    [
        "",
        "second_review",
        "hate-speech",
        "7b0f4c1e-0000-4000-8000-000000000000",
        "2026-11-25T12:00:00+00:00",
        7,
        True,
        None,
        [1, "a"],
        (),
    ],
)
def test_ids_and_codes_are_accepted(group: Group, value: Any) -> None:
    event = record(action="group.seen", subject=group, actor=None, data={"code": value}, now=NOW)
    assert AuditEvent.objects.get(pk=event.pk).data == {"code": list(value) if isinstance(value, tuple) else value}


def test_an_event_is_rolled_back_with_its_transaction(group: Group) -> None:
    with transaction.atomic():
        record(action="group.seen", subject=group, actor=None, now=NOW)
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE common_auditevent SET action = 'group.unseen'",
        "UPDATE common_auditevent SET data = data",
        "UPDATE common_auditevent SET txid = txid + 1",
        "UPDATE common_auditevent SET txid = NULL, action = 'group.unseen'",
        "DELETE FROM common_auditevent",
        "UPDATE common_auditlink SET seq = 7",
        "UPDATE common_auditlink SET seq = 7, mac_without_txid = mac",
        "DELETE FROM common_auditlink",
    ],
)
def test_the_database_refuses_to_change_it(group: Group, statement: str) -> None:
    event = record(action="group.seen", subject=group, actor=None, now=NOW)
    AuditLink.objects.create(event=event, seq=1, mac=bytes(32))
    with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get().action == "group.seen"
    assert AuditLink.objects.get().seq == 1


def test_only_the_transaction_number_of_a_linked_event_can_be_erased(group: Group) -> None:
    erase = "UPDATE common_auditevent SET txid = NULL"
    event = record(action="group.seen", subject=group, actor=None, now=NOW)
    with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(erase)
    AuditLink.objects.create(event=event, seq=1, mac=bytes(32))
    with connection.cursor() as cursor:
        cursor.execute(erase)
        assert AuditEvent.objects.get().txid is None
        with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic():
            cursor.execute("UPDATE common_auditevent SET txid = 7")


def test_a_second_mac_cannot_be_changed(group: Group) -> None:
    event = record(action="group.seen", subject=group, actor=None, now=NOW)
    AuditLink.objects.create(event=event, seq=1, mac=bytes(32))
    AuditLink.objects.update(mac_without_txid=bytes(32))
    with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic():
        AuditLink.objects.update(mac_without_txid=None)


def test_an_event_has_one_link_and_a_link_one_place(group: Group) -> None:
    one, other = (record(action="group.seen", subject=group, actor=None, now=NOW) for _ in range(2))
    AuditLink.objects.create(event=one, seq=1, mac=bytes(32))
    for event, seq in ((one, 2), (other, 1)):
        with pytest.raises(DatabaseError, match="duplicate key"), transaction.atomic():
            AuditLink.objects.create(event=event, seq=seq, mac=bytes(32))


@pytest.fixture
def another_database() -> Any:
    """A connection to a database whose name is not that of a test database, with the two tables and their triggers."""
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters = {name: value for name, value in parameters.items() if name in {"host", "port", "user", "password"}}
    name = f"emptied_{connection.settings_dict['NAME']}"
    server = psycopg2.connect(**parameters, dbname="postgres")
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
        other = psycopg2.connect(**parameters, dbname=name)
        other.autocommit = True
        with other.cursor() as inside:
            inside.execute("CREATE TABLE common_auditevent (id bigint); CREATE TABLE common_auditlink (seq bigint)")
            inside.execute(import_module("clicksafely.common.migrations.0002_functions").APPEND_ONLY)
            inside.execute(import_module("clicksafely.common.migrations.0004_erasable_transaction_numbers").ERASABLE)
        yield other
        other.close()
        cursor.execute(f'DROP DATABASE "{name}"')
    server.close()


@pytest.mark.parametrize("table", ["common_auditevent", "common_auditlink"])
def test_only_a_database_of_tests_can_be_emptied(another_database: Any, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT starts_with(current_database(), 'test_')")
        assert cursor.fetchone() == (True,)
    with another_database.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} VALUES (1)")  # noqa: S608 - a constant
        with pytest.raises(psycopg2.errors.RestrictViolation, match="is append-only"):
            cursor.execute(f"TRUNCATE {table}")
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a constant
        assert cursor.fetchone() == (1,)
