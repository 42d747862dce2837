"""Time limits of database connections to a server that hangs."""

import select
import threading
import time
from typing import Any, Final

from django.db import connections
from psycopg2 import OperationalError, extensions

# Without any reply of the server to this process for this long, it hangs. Visitors get a page within 5 s.
SILENCE_SECONDS: Final = 2.5
# Limits that the server itself applies to requests.
REQUEST_OPTIONS: Final = "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000"
_SLICE_SECONDS: Final = 0.25
_EVENTS: Final = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}


class HangDetector:
    """Waits for replies of the server, and fails all waits together after `silence` seconds without any reply.

    A server that hangs, unlike one that is down, never returns an error. The library libpq waits for an established
    connection without a limit. A stopped server on this machine answers TCP keepalives. With psycopg2, a callback waits
    instead (https://www.psycopg.org/docs/advanced.html#support-for-coroutine-libraries).

    A slow statement is not a hang while other connections of this process receive replies. The page cache reads the
    content version twice a second. After a hang, one thread at a time waits for the server, for a quarter of the limit.
    Waits of other threads fail at once, so that they show the page for a missing database. The next reply ends this. A
    connection being established has its own limit.
    """

    def __init__(self, silence: float) -> None:
        self._silence = silence
        self._replied = time.monotonic()
        self._hangs = False
        self._probe = threading.Lock()

    def wait(self, connection: Any) -> None:
        """Wait until the connection has finished its operation; the callback of psycopg2. Raises OperationalError, which closes it."""
        if not self._hangs:
            self._wait(connection, self._silence)
        elif self._probe.acquire(blocking=False):
            try:
                self._wait(connection, self._silence / 4, probes=True)
            finally:
                self._probe.release()
        else:
            raise OperationalError("the database server does not reply")

    def _wait(self, connection: Any, limit: float, *, probes: bool = False) -> None:
        began = time.monotonic()
        alone = probes or connection.status == extensions.STATUS_SETUP
        while (state := connection.poll()) != extensions.POLL_OK:
            sockets = select.poll()
            sockets.register(connection.fileno(), _EVENTS[state])
            while not sockets.poll(_SLICE_SECONDS * 1000):
                silent = time.monotonic() - (began if alone else max(began, self._replied))
                if silent > limit or (self._hangs and not probes):
                    self._hangs = self._hangs or self._replied < began
                    raise OperationalError(f"the database server has not replied for {silent:.1f} s")
            if state == extensions.POLL_READ:
                self._record_reply()
        self._record_reply()

    def _record_reply(self) -> None:
        self._replied = time.monotonic()
        self._hangs = False


def limit_waits(silence: float = SILENCE_SECONDS, *, options: str = "") -> None:
    """Use a HangDetector for all connections of this process from now on; `options` are server settings of new connections."""
    extensions.set_wait_callback(HangDetector(silence).wait)
    if options:
        connections["default"].settings_dict["OPTIONS"].setdefault("options", options)
