"""Version of the public content: one number, incremented by every publication or withdrawal."""

import atexit
import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection, connections
from django.utils.module_loading import import_string


def bump() -> None:
    """Invalidate every stored page; call it in the publishing transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_contentversion (id, number) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET number = common_contentversion.number + 1"
        )


def current() -> int:
    """Return the current version with one query; 0 before the first."""
    # Every page runs this query: building it with the ORM takes as long as the query itself.
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM common_contentversion")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


logger = logging.getLogger(__name__)

# Twice a second: an edit is visible within the promised second even if the query is slow.
POLL_SECONDS = 0.5


class ContentVersionPoller:
    """Calls `confirm` with the version twice a second, on its own connection, while the database responds.

    `read` is a function or its dotted name, resolved in the thread after Django is set up.
    """

    def __init__(self, read: str | Callable[[], int], confirm: Callable[[int], None]) -> None:
        self._read = read
        self._confirm = confirm
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.started = False

    def start(self) -> None:
        """Start the thread in a process that serves requests: threads do not survive the fork of a worker."""
        with self._lock:
            if not self.started:
                self._thread = threading.Thread(target=self._run, name="content generation", daemon=True)
                self._thread.start()
                self.started = True
                atexit.register(self.stop)

    def stop(self) -> None:
        """Stop the thread and close its connection."""
        self._stop.set()
        if self.started:
            self._thread.join(timeout=2)
            atexit.unregister(self.stop)

    def _run(self) -> None:
        read = import_string(self._read) if isinstance(self._read, str) else self._read
        reachable = True
        while not self._stop.is_set():
            try:
                self._confirm(read())
                if not reachable:
                    logger.info("the database responds again")
                reachable = True
            except (DatabaseError, InterfaceError):
                connections.close_all()
                if reachable:
                    logger.warning("the database is not responding: public pages are served from the cache")
                reachable = False
            except Exception:
                # Continue after any error; otherwise later edits would never become visible.
                logger.exception("the content version cannot be read")
            self._stop.wait(POLL_SECONDS)
        connections.close_all()
