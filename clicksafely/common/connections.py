"""Database connections that stay open: looked after once a second, not before every request or task."""

import threading
import time
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections

SECONDS = 1.0
_looked = threading.local()


def check_connections(**_: Any) -> None:
    """Have the connections of this thread closed that are broken or too old, where the last look is `SECONDS` ago or something went wrong.

    Django asks the database before every request, which costs as much as keeping half a report.
    """
    now = time.monotonic()
    if now >= getattr(_looked, "next", 0.0) or any(each.errors_occurred for each in connections.all(True)):
        close_old_connections()
        _looked.next = now + SECONDS


def check_once_a_second() -> None:
    """Let the requests of this process do with that; for the web server alone."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    request_started.connect(check_connections)
