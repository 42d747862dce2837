"""Detection of a hanging database server: limits of waits, alone and together."""

import socket
import threading
import time
from collections.abc import Iterator

import psycopg2
import pytest
from django.conf import settings
from django.db import connections
from psycopg2 import extensions

from clicksafely.common import db_time_limits
from clicksafely.common.db_time_limits import REQUEST_OPTIONS, HangDetector

SILENCE = 0.6


class Connection:
    """A connection of psycopg2 as its callback sees it; `reply` is what the server does."""

    def __init__(self, status: int = extensions.STATUS_READY) -> None:
        self.status = status
        self._own, self._server = socket.socketpair()
        self._own.setblocking(False)

    def poll(self) -> int:
        try:
            return extensions.POLL_READ if self._own.recv(1) == b"-" else extensions.POLL_OK
        except BlockingIOError:
            return extensions.POLL_READ

    def fileno(self) -> int:
        return self._own.fileno()

    def reply(self, data: bytes = b"+") -> None:
        self._server.send(data)

    def __del__(self) -> None:
        self._own.close()
        self._server.close()


class Waiting(threading.Thread):
    """A thread of the web server that waits; `error` is None after a reply."""

    def __init__(self, detector: HangDetector, connection: Connection) -> None:
        super().__init__(daemon=True)
        self.detector, self.connection = detector, connection
        self.error: Exception | None = None
        self.began = time.monotonic()
        self.start()

    def run(self) -> None:
        try:
            self.detector.wait(self.connection)
        except psycopg2.OperationalError as error:
            self.error = error

    def seconds(self) -> float:
        """Wait for the end of the thread, and return its duration."""
        self.join(30)
        assert not self.is_alive()
        return time.monotonic() - self.began


@pytest.fixture
def detector() -> HangDetector:
    return HangDetector(SILENCE)


@pytest.fixture
def hanging(detector: HangDetector) -> HangDetector:
    """A detector that has noticed a hang."""
    with pytest.raises(psycopg2.OperationalError, match="has not replied for"):
        detector.wait(Connection())
    return detector


def test_a_silent_server_ends_all_waits_together(detector: HangDetector) -> None:
    first = Waiting(detector, Connection())
    time.sleep(SILENCE / 2)
    second = Waiting(detector, Connection())
    assert first.seconds() < 30
    # It does not wait for its own limit.
    assert second.seconds() < SILENCE + db_time_limits._SLICE_SECONDS
    assert first.error
    assert second.error


def test_a_slow_statement_is_no_hang_while_others_get_replies(detector: HangDetector) -> None:
    slow = Waiting(detector, Connection())
    until = time.monotonic() + 3 * SILENCE
    while time.monotonic() < until:
        quick = Connection()
        quick.reply()
        detector.wait(quick)
        time.sleep(SILENCE / 6)
    assert slow.is_alive()
    slow.connection.reply()
    slow.seconds()
    assert slow.error is None


def test_a_connection_being_established_has_its_own_limit(detector: HangDetector) -> None:
    connecting = Waiting(detector, Connection(extensions.STATUS_SETUP))
    while connecting.is_alive():
        quick = Connection()
        quick.reply()
        detector.wait(quick)
        assert time.monotonic() - connecting.began < 20
    assert connecting.error
    # The server replies to others: it does not hang.
    assert not detector._hangs


def test_after_a_hang_one_thread_waits_and_the_others_fail_at_once(hanging: HangDetector) -> None:
    probe = Waiting(hanging, Connection())
    while not hanging._probe.locked():
        assert probe.is_alive()
    began = time.monotonic()
    for _request in range(20):
        with pytest.raises(psycopg2.OperationalError, match="does not reply"):
            hanging.wait(Connection())
    assert time.monotonic() - began < SILENCE / 4
    probe.seconds()
    assert probe.error


@pytest.mark.parametrize("data", [b"+", b"-+"], ids=["whole", "in parts"])
def test_one_reply_ends_the_hang(hanging: HangDetector, data: bytes) -> None:
    probe = Waiting(hanging, Connection())
    probe.connection.reply(data)
    probe.seconds()
    assert probe.error is None
    assert not hanging._hangs
    other = Connection()
    other.reply()
    hanging.wait(other)


@pytest.fixture
def _own_callback() -> Iterator[None]:
    options = connections["default"].settings_dict["OPTIONS"]
    before = dict(options)
    try:
        yield
    finally:
        extensions.set_wait_callback(None)
        options.clear()
        options.update(before)


@pytest.mark.usefixtures("_own_callback")
def test_requests_have_limits_of_the_server_too() -> None:
    db_time_limits.limit_waits(options=REQUEST_OPTIONS)
    parameters = connections["default"].get_connection_params()
    parameters.pop("cursor_factory", None)
    connection = psycopg2.connect(**parameters | {"dbname": "postgres"})
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
            assert cursor.fetchone() == ("30s", "10s")
            cursor.execute("SELECT n FROM generate_series(1, 100000) n")
            assert sum(number for (number,) in cursor) == 5000050000
            with pytest.raises(psycopg2.errors.DivisionByZero):
                cursor.execute("SELECT 1 / 0")
    finally:
        connection.close()


def test_every_process_notices_a_dead_network() -> None:
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options["tcp_user_timeout"] <= 30_000
    assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] <= 30
