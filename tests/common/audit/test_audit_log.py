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


def test_an_event_has_actor_action_and_subject_or_none(group: Group) -> None:
    user = User.objects.create_user("analyst1")
    event = record(action="group.seen", subject=group, actor=user, data={"fields": ["words"], "round": 2}, now=NOW)
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (stored.at, stored.action, stored.actor_id) == (NOW, "group.seen", user.pk)
    assert (stored.subject_table, stored.subject_id) == ("auth_group", group.pk)
    assert stored.data == {"fields": ["words"], "round": 2}
    assert stored.txid == event.txid
    event = record(action="keys.added", subject=None, actor=None, now=NOW)
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (stored.actor_id, stored.subject_table, stored.subject_id, stored.data) == (None, "", None, {})


def test_recording_many_is_one_insert_in_their_order(
    group: Group, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert record_many([], actor=None, now=NOW) == []
    entries = [AuditEntry(f"group.seen{number}", group, {"number": number}) for number in range(50)]
    with django_assert_num_queries(1):
        record_many(entries, actor=None, now=NOW)
    stored = AuditEvent.objects.order_by("pk").values_list("action", "data")
    assert list(stored) == [(f"group.seen{number}", {"number": number}) for number in range(50)]


@pytest.mark.parametrize(
    "value", ["a text", "реч", "person@example.org", "x" * 65, "two\nlines", ["code", "not a code"], {"a": "dict"}, 1.5]
)
def test_data_other_than_ids_and_codes_is_refused(group: Group, value: Any) -> None:
    with pytest.raises(ValueError, match="reason"):
        record(action="group.seen", subject=group, actor=None, data={"reason": value}, now=NOW)
    with pytest.raises(ValueError, match="reason"):
        audit_cte(action="group.made", subject=Group, rows="made", actor=None, now=NOW, data={"reason": value})
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("value", ["", "hate-speech", "2026-11-25T12:00:00+00:00", 7, True, None, [1, "a"], ()])
def test_ids_and_codes_are_accepted(group: Group, value: Any) -> None:
    event = record(action="group.seen", subject=group, actor=None, data={"code": value}, now=NOW)
    assert AuditEvent.objects.get(pk=event.pk).data == {"code": list(value) if isinstance(value, tuple) else value}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE common_auditevent SET action = 'group.unseen'",
        "UPDATE common_auditevent SET txid = txid + 1",
        "UPDATE common_auditevent SET txid = NULL, action = 'group.unseen'",
        "DELETE FROM common_auditevent",
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


def test_only_the_transaction_number_of_a_linked_event_can_be_erased_and_a_second_mac_is_set_once(group: Group) -> None:
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
        cursor.execute("UPDATE common_auditlink SET mac_without_txid = mac")
        with pytest.raises(DatabaseError, match="is append-only"), transaction.atomic():
            cursor.execute("UPDATE common_auditlink SET mac_without_txid = NULL")


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


def test_only_a_database_of_tests_can_be_emptied(another_database: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT starts_with(current_database(), 'test_')")
        assert cursor.fetchone() == (True,)
    with another_database.cursor() as cursor:
        for table in ("common_auditevent", "common_auditlink"):
            cursor.execute(f"INSERT INTO {table} VALUES (1)")  # noqa: S608 - a constant
            with pytest.raises(psycopg2.errors.RestrictViolation, match="is append-only"):
                cursor.execute(f"TRUNCATE {table}")
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a constant
            assert cursor.fetchone() == (1,)
