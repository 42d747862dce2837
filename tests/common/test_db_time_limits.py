"""Detection of a hanging database server: limits of waits, alone and together."""

import socket
import threading
from collections import Counter
from collections.abc import Iterator

import psycopg2
import pytest
from django.db import connections
from psycopg2 import extensions

from clicksafely.common import db_time_limits
from clicksafely.common.db_time_limits import REQUEST_OPTIONS, HangDetector
from tests.waiting import until

SILENCE = 0.6


class Clock:
    """Replaces the module `time`: time passes only by `advance`."""

    def __init__(self) -> None:
        self._now = 0.0
        self._reads: Counter[threading.Thread] = Counter()

    def monotonic(self) -> float:
        self._reads[threading.current_thread()] += 1
        return self._now

    def advance(self, seconds: float, *waiting: threading.Thread) -> None:
        """Return once each of the waiting threads has acted on the new time."""
        self._now += seconds
        for thread in waiting:
            # One reading may have begun before.
            enough = self._reads[thread] + 2
            until(lambda: self._reads[thread] > enough or not thread.is_alive(), what="a look at the clock")  # noqa: B023


class Connection:
    """A connection of psycopg2 as its callback sees it; `reply` is what the server does."""

    def __init__(self, status: int = extensions.STATUS_READY) -> None:
        self.status = status
        self._own, self._server = socket.socketpair()
        self._own.setblocking(False)
        self.polled = threading.Event()

    def poll(self) -> int:
        self.polled.set()
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
        self.start()
        # It waits for the first reply.
        assert connection.polled.wait(30)

    def run(self) -> None:
        try:
            self.detector.wait(self.connection)
        except psycopg2.OperationalError as error:
            self.error = error

    def end(self) -> None:
        """Wait for the end of the thread."""
        self.join(30)
        assert not self.is_alive()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(db_time_limits, "time", clock)
    monkeypatch.setattr(db_time_limits, "_SLICE_SECONDS", 0.01)
    return clock


@pytest.fixture
def detector(clock: Clock) -> HangDetector:
    detector = HangDetector(SILENCE)
    # The last reply came before the waits of the test.
    clock.advance(SILENCE)
    return detector


@pytest.fixture
def hanging(detector: HangDetector, clock: Clock) -> HangDetector:
    """A detector that has noticed a hang."""
    first = Waiting(detector, Connection())
    clock.advance(SILENCE + 0.1, first)
    first.end()
    assert "has not replied for" in str(first.error)
    return detector


def test_a_silent_server_ends_all_waits_together(detector: HangDetector, clock: Clock) -> None:
    first = Waiting(detector, Connection())
    clock.advance(SILENCE / 2, first)
    second = Waiting(detector, Connection())
    # The second does not wait for its own limit.
    clock.advance(SILENCE / 2 + 0.1, first, second)
    first.end()
    second.end()
    assert first.error
    assert second.error


def test_a_slow_statement_is_no_hang_while_others_get_replies(detector: HangDetector, clock: Clock) -> None:
    slow = Waiting(detector, Connection())
    for _ in range(18):
        clock.advance(SILENCE / 6, slow)
        quick = Connection()
        quick.reply()
        detector.wait(quick)
    assert slow.is_alive()
    slow.connection.reply()
    slow.end()
    assert slow.error is None


def test_a_connection_being_established_has_its_own_limit(detector: HangDetector, clock: Clock) -> None:
    connecting = Waiting(detector, Connection(extensions.STATUS_SETUP))
    for _ in range(9):
        quick = Connection()
        quick.reply()
        detector.wait(quick)
        clock.advance(SILENCE / 6, connecting)
    connecting.end()
    assert connecting.error
    # The server replies to others: it does not hang.
    assert not detector._hangs


def test_after_a_hang_one_thread_waits_and_the_others_fail_at_once(hanging: HangDetector, clock: Clock) -> None:
    probe = Waiting(hanging, Connection())
    # The time stands still: one that waited would not end.
    for _request in range(20):
        with pytest.raises(psycopg2.OperationalError, match="does not reply"):
            hanging.wait(Connection())
    assert probe.is_alive()
    clock.advance(SILENCE / 4 + 0.1, probe)
    probe.end()
    assert probe.error


@pytest.mark.parametrize("data", [b"+", b"-+"], ids=["whole", "in parts"])
def test_one_reply_ends_the_hang(hanging: HangDetector, data: bytes) -> None:
    probe = Waiting(hanging, Connection())
    probe.connection.reply(data)
    probe.end()
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
