"""The Celery application: tasks are found in every package's `tasks` module."""

import gc
import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.app.amqp import AMQP
from celery.signals import task_prerun, worker_before_create_process
from kombu.connection import Connection

from clicksafely.common.db_connections import close_stale_connections
from clicksafely.monitoring import celery_signals  # noqa: F401 - connects its signal handlers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clicksafely.settings")

BASE_DIR = Path(__file__).resolve().parent.parent
APPS = ("clicksafely", "awareness", "hotline", "youthpanel")


class FastReconnectConnection(Connection):
    """A worker's broker connection that retries every three seconds at most; the default is thirty."""

    def ensure_connection(self, errback: Any = None, max_retries: int | None = None, **options: Any) -> Any:
        """Return self, connected. `max_retries` None: retry without limit."""
        intervals = {"interval_start": 1, "interval_step": 1, "interval_max": 3}
        return super().ensure_connection(errback, max_retries, **(intervals | options))  # type: ignore[no-untyped-call]


class FastReconnectAMQP(AMQP):  # type: ignore[misc]
    """Celery's AMQP class with FastReconnectConnection."""

    Connection = FastReconnectConnection


app = Celery("clicksafely", amqp=FastReconnectAMQP)
app.config_from_object("django.conf:settings", namespace="CELERY")


def packages_with_tasks() -> list[str]:
    """Return every package of the project with a `tasks` module, so that none can be omitted from a list."""
    found = (path.parent.relative_to(BASE_DIR) for name in APPS for path in (BASE_DIR / name).rglob("tasks.py"))
    return sorted(".".join(package.parts) for package in found)


app.autodiscover_tasks(packages_with_tasks)


@worker_before_create_process.connect  # type: ignore[untyped-decorator]
def freeze_shared_memory(**_: Any) -> None:
    """Freeze objects before the fork: garbage collection would otherwise copy the shared memory pages."""
    gc.collect()
    gc.freeze()


@task_prerun.connect  # type: ignore[untyped-decorator]
def check_database_connection(sender: Any, **_: Any) -> None:
    """Before a task, once a second at most: replace a connection broken by a database restart."""
    if not sender.request.is_eager:
        close_stale_connections()
