"""What a worker does when a task has failed for good, or succeeded after that."""

from typing import Any

from billiard.exceptions import TimeLimitExceeded, WorkerLostError
from celery.signals import task_failure, task_success
from django.db import connections
from django.utils import timezone

from clicksafely.common import failedtasks
from clicksafely.common.connections import check_connections


@task_failure.connect  # type: ignore[untyped-decorator]
def keep_failure(sender: Any, exception: BaseException, args: Any, kwargs: dict[str, Any], **_: Any) -> None:
    """When no retry is left: what failed is shown to staff. Where the database is away this is logged, and the sweeps come round."""
    request = sender.request
    if request.is_eager:
        return
    check_connections()
    try:
        failedtasks.record_failure(
            task=sender.name,
            args=args,
            kwargs=kwargs,
            error=exception,
            tries=request.retries + 1,
            now=timezone.now(),
        )
    finally:
        if isinstance(exception, TimeLimitExceeded | WorkerLostError):
            # The worker's first process noticed, and the next one that it forks must not inherit its connection.
            connections.close_all()


@task_success.connect  # type: ignore[untyped-decorator]
def settle_failure(sender: Any, **_: Any) -> None:
    """A task that failed before has succeeded."""
    request = sender.request
    if not request.is_eager:
        number = (request.headers or {}).get(failedtasks.HEADER)
        failedtasks.settle(task=sender.name, kwargs=request.kwargs, number=number)
