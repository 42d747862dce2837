"""Permanently failed tasks: recorded for staff, who retry or dismiss them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery import current_app
from celery.signals import task_failure, task_success
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, connections, transaction
from django.utils import timezone

from clicksafely.common.audit import audit_log
from clicksafely.common.db_connections import close_stale_connections
from clicksafely.common.models import FailedTask, FailedTaskState

# Header with the number of the row that a retried task resolves.
FAILED_TASK_HEADER = "failed_task"

_COUNT_UP = """
    INSERT INTO common_failedtask (task, kwargs, digest, error, tries, first_failed_at, failed_at)
    VALUES (%s, %s::jsonb, %s, %s, %s, %s, %s)
    ON CONFLICT (digest) DO UPDATE
    SET error = excluded.error, tries = common_failedtask.tries + excluded.tries, failed_at = excluded.failed_at, state = 'open'
"""


class NotRetryable(Exception):
    """The row is not open (another user was faster), its arguments were not stored, or the task no longer exists. Nothing was changed."""


def record_failure(
    *, task: str, args: Any, kwargs: Mapping[str, Any], error: BaseException, tries: int, now: datetime
) -> None:
    """Record that `task` failed permanently after `tries` runs; one row per task and arguments."""
    stored_kwargs = dict(kwargs) if not args and all(map(audit_log.is_code, kwargs.values())) else None
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT_UP,
            [task, _as_json(stored_kwargs), _digest(task, stored_kwargs), _class_of(error)[:200], tries, now, now],
        )


def resolve_failure(*, task: str, kwargs: Mapping[str, Any], number: int | None) -> None:
    """Resolve the failure of a successful `task`.

    It is row `number` of a retry, or the row of a periodic task without arguments. Other successes are not looked up,
    because they are the vast majority, and each would cost a query.
    """
    rows = FailedTask.objects.exclude(state=FailedTaskState.DONE)
    if number is not None:
        rows.filter(pk=number).update(state=FailedTaskState.DONE)
    elif not kwargs:
        rows.filter(digest=_digest(task, {})).update(state=FailedTaskState.DONE)


def retry_failed_task(*, failed: FailedTask, actor: AbstractBaseUser, now: datetime) -> None:
    """Queue an open task again. Raises NotRetryable, and the broker's exceptions; nothing is changed then."""
    current_app.loader.import_default_modules()
    if failed.kwargs is None or failed.task not in current_app.tasks:
        raise NotRetryable
    with transaction.atomic():
        _move(failed, FailedTaskState.RETRIED, "task.retried", actor, now)
        # Before the commit: if the broker is unavailable, the row must stay open. A task that starts earlier waits for the row lock.
        current_app.send_task(failed.task, kwargs=failed.kwargs, headers={FAILED_TASK_HEADER: failed.pk})


def dismiss_failed_task(*, failed: FailedTask, actor: AbstractBaseUser, now: datetime) -> None:
    """Resolve an open task without running it again. Raises NotRetryable if it is not open."""
    with transaction.atomic():
        _move(failed, FailedTaskState.DONE, "task.dismissed", actor, now)


def count_open() -> int:
    """Return the number of open failed tasks."""
    return FailedTask.objects.filter(state=FailedTaskState.OPEN).count()


def _move(failed: FailedTask, to: FailedTaskState, action: str, actor: AbstractBaseUser, now: datetime) -> None:
    if not FailedTask.objects.filter(pk=failed.pk, state=FailedTaskState.OPEN).update(state=to):
        raise NotRetryable
    audit_log.record(action=action, subject=failed, actor=actor, now=now, data={"task": failed.task})


def _digest(task: str, kwargs: Mapping[str, Any] | None) -> bytes:
    return hashlib.sha256(f"{task} {_as_json(kwargs)}".encode()).digest()


def _as_json(kwargs: Mapping[str, Any] | None) -> str | None:
    return None if kwargs is None else json.dumps(kwargs, sort_keys=True)


def _class_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


@task_failure.connect  # type: ignore[untyped-decorator]
def on_task_failure(sender: Any, exception: BaseException, args: Any, kwargs: dict[str, Any], **_: Any) -> None:
    """Record a failure without further retries. If the database is down, it is logged, and the sweeps repeat the work."""
    request = sender.request
    if request.is_eager:
        return
    close_stale_connections()
    try:
        record_failure(
            task=sender.name,
            args=args,
            kwargs=kwargs,
            error=exception,
            tries=request.retries + 1,
            now=timezone.now(),
        )
    finally:
        if isinstance(exception, TimeLimitExceeded | WorkerLostError):
            # The worker's parent process handles this; the next child it forks must not inherit its connection.
            connections.close_all()


@task_success.connect  # type: ignore[untyped-decorator]
def on_task_success(sender: Any, **_: Any) -> None:
    """Resolve an earlier failure of a successful task."""
    request = sender.request
    if not request.is_eager:
        number = (request.headers or {}).get(FAILED_TASK_HEADER)
        resolve_failure(task=sender.name, kwargs=request.kwargs, number=number)
