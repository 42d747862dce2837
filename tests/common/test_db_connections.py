"""Persistent connections: checked once a second, replaced when broken, never queried before every request."""

import psycopg2
import pytest
from django.core.signals import request_finished, request_started
from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    close_old_connections,
    connection,
)
from django.db import connections as connections_of_django
from django.dispatch import Signal

from clicksafely.common import db_connections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def check_results(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The results of all connection checks."""
    answers: list[bool] = []
    # The connection of this thread: `connection` differs once a browser's event loop is active.
    own = connections_of_django["default"]
    ask = own.is_usable

    def recorded_check() -> bool:
        answers.append(ask())
        return answers[-1]

    monkeypatch.setattr(own, "is_usable", recorded_check)
    return answers


def work() -> int:
    """Run a statement as a request does; return the process ID of the server."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number: int = cursor.fetchone()[0]
        return number


def end(server_process: int) -> None:
    """Terminate a connection, as a restart of the database does."""
    with psycopg2.connect(**connection.get_connection_params()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [server_process])


@pytest.mark.parametrize(("interval", "checks"), [(3600, 1), (0, 3)])
def test_many_requests_check_once_in_an_interval(
    check_results: list[bool], monkeypatch: pytest.MonkeyPatch, interval: int, checks: int
) -> None:
    monkeypatch.setattr(db_connections, "CHECK_INTERVAL_SECONDS", interval)
    connection.ensure_connection()
    for _request in range(3):
        db_connections.close_stale_connections()
        work()
    assert check_results == [True] * checks


def test_a_broken_connection_is_replaced_by_the_next_check(
    check_results: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db_connections, "CHECK_INTERVAL_SECONDS", 0)
    before = work()
    end(before)
    db_connections.close_stale_connections()
    assert work() != before
    assert check_results == [False]


def test_after_an_error_the_next_request_checks_immediately(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db_connections, "CHECK_INTERVAL_SECONDS", 3600)
    db_connections.close_stale_connections()
    before = work()
    end(before)
    db_connections.close_stale_connections()
    with pytest.raises(OperationalError):
        work()
    db_connections.close_stale_connections()
    assert work() != before


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        # The message of libpq if the server was killed during a response.
        (DatabaseError("error with status PGRES_TUPLES_OK and no message from the libpq"), OperationalError),
        (IntegrityError("one_text_a_field"), IntegrityError),
        (ProgrammingError("syntax"), ProgrammingError),
    ],
)
def test_a_server_that_dies_while_it_answers_is_a_lost_one(error: Exception, expected: type[Exception]) -> None:
    def fail(*_: object) -> None:
        raise error

    assert db_connections.translate_lost_connection in connection.execute_wrappers
    # Inside the translating wrapper, like the driver.
    connection.execute_wrappers.append(fail)
    try:
        with pytest.raises(expected) as raised, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.execute_wrappers.remove(fail)
    assert type(raised.value) is expected


def test_requests_of_the_web_server_do_so() -> None:
    def listening(signal: Signal) -> list[object]:
        return [each for each in signal._live_receivers(None)[0] if each in WATCHERS]

    assert listening(request_started) == listening(request_finished) == [close_old_connections]
    try:
        db_connections.throttle_connection_checks()
        assert listening(request_started) == [db_connections.close_stale_connections]
        assert listening(request_finished) == []
    finally:
        request_started.disconnect(db_connections.close_stale_connections)
        for moment in (request_started, request_finished):
            moment.connect(close_old_connections)


WATCHERS = [close_old_connections, db_connections.close_stale_connections]
