"""Options of tasks that run again after the connection to the database was lost."""

from typing import Any, Final

from django.db import InterfaceError, OperationalError

DATABASE_RETRIES: Final[dict[str, Any]] = {
    "autoretry_for": (OperationalError, InterfaceError),
    "max_retries": 4,
    "retry_backoff": 1,
    "retry_backoff_max": 8,
    "retry_jitter": True,
}
