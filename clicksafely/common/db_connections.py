"""Persistent database connections: checked once a second instead of before every request or task, and errors of a stopping server."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import DatabaseError, OperationalError, close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

CHECK_INTERVAL_SECONDS = 1.0
_looked = threading.local()


def close_stale_connections(**_: Any) -> None:
    """Close broken and expired connections of this thread, if the last check is `SECONDS` ago or an error occurred.

    Django queries the database before every request, which takes half as long as storing a report.
    """
    now = monotonic()
    if now >= getattr(_looked, "next", 0.0) or any(each.errors_occurred for each in connections.all(True)):
        close_old_connections()
        _looked.next = now + CHECK_INTERVAL_SECONDS


def throttle_connection_checks() -> None:
    """Use this check for the requests of this process; for the web server only."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    request_started.connect(close_stale_connections)


def translate_lost_connection[**P, Result](execute: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Run a statement. A plain DatabaseError of psycopg2 means that the server was killed during the response."""
    try:
        return execute(*args, **kwargs)
    except DatabaseError as error:
        if type(error) is DatabaseError:
            raise OperationalError(*error.args) from error
        raise


def detect_lost_connections() -> None:
    """Install the translation on every connection; in every process."""
    connection_created.connect(_wrap)


def _wrap(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if translate_lost_connection not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, translate_lost_connection)
