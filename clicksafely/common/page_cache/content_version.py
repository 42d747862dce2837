"""The generation of the public content: one number that grows with everything published or withdrawn."""

import atexit
import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection, connections
from django.utils.module_loading import import_string


def bump() -> None:
    """Make every stored page old; call it in the transaction that publishes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO common_contentversion (id, number) VALUES (1, 1)"
            " ON CONFLICT (id) DO UPDATE SET number = common_contentversion.number + 1"
        )


def current() -> int:
    """The number of the present generation, one query; 0 before the first."""
    # Every page asks: putting the query together by the ORM takes as long as the answer.
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM common_contentversion")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


logger = logging.getLogger(__name__)

# Twice a second: an edit is seen within the promised second even when the reading itself is slow.
POLL_SECONDS = 0.5


class ContentVersionPoller:
    """Calls `confirm` with the generation twice a second, on a connection of its own, as long as the database answers.

    `read` is a function or its dotted name, which is resolved in the thread, when Django is ready.
    """

    def __init__(self, read: str | Callable[[], int], confirm: Callable[[int], None]) -> None:
        self._read = read
        self._confirm = confirm
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.started = False

    def start(self) -> None:
        """Begin, in the process that serves requests: a thread does not survive the fork of a worker."""
        with self._lock:
            if not self.started:
                self._thread = threading.Thread(target=self._run, name="content generation", daemon=True)
                self._thread.start()
                self.started = True
                atexit.register(self.stop)

    def stop(self) -> None:
        """End the thread and its connection."""
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
                    logger.info("the database answers again")
                reachable = True
            except (DatabaseError, InterfaceError):
                connections.close_all()
                if reachable:
                    logger.warning("the database does not answer: public pages are served as they are stored")
                reachable = False
            except Exception:
                # Whatever it is, the reading must go on, or no edit would ever be seen again.
                logger.exception("the content generation cannot be read")
            self._stop.wait(POLL_SECONDS)
        connections.close_all()
