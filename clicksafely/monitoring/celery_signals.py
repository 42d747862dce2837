"""Celery signal handlers: request IDs in task messages, and heartbeats of workers and beat. Imports no models, because beat uses it."""

from contextlib import suppress
from time import monotonic, time
from typing import Any, Final

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from redis.exceptions import RedisError

from clicksafely.common.logs import request_id
from clicksafely.common.queue import heartbeat

# Message headers: the ID of the sending request or task, and the time in seconds since 1970.
REQUEST_ID_HEADER: Final = "request_number"
QUEUED_AT_HEADER: Final = "queued_at"
EVERY: Final = 5.0

_recorded_at: dict[str, float] = {}


@before_task_publish.connect  # type: ignore[untyped-decorator]
def add_message_headers(headers: dict[str, Any], **_: Any) -> None:
    """Add the time and the request ID, which also appears in the log lines of the task."""
    headers[QUEUED_AT_HEADER] = int(time())
    if number := request_id.get():
        headers[REQUEST_ID_HEADER] = number


@task_prerun.connect  # type: ignore[untyped-decorator]
def restore_request_id(task_id: str, task: Any, **_: Any) -> None:
    """Use the request ID of the message, or the task's ID, in log lines until the next task."""
    if not task.request.is_eager:
        request_id.set(getattr(task.request, REQUEST_ID_HEADER, None) or task_id.replace("-", "")[:12])


@task_postrun.connect  # type: ignore[untyped-decorator]
def record_worker_heartbeat(task: Any, **_: Any) -> None:
    """Record a heartbeat of the workers of this queue."""
    if not task.request.is_eager:
        request_id.set("")
        queue = (task.request.delivery_info or {}).get("routing_key", "")
        if sign := heartbeat.HEARTBEAT_BY_QUEUE.get(str(queue)):
            _record(sign)


def record_beat_heartbeat(**_: Any) -> None:
    """Record a heartbeat of beat; connected only in its process."""
    _record("beat")


def _record(sign: str) -> None:
    now = monotonic()
    if now - _recorded_at.get(sign, float("-inf")) >= EVERY:
        # Other checks report an unavailable broker.
        with suppress(RedisError):
            heartbeat.record_heartbeat(settings.REDIS_URL, sign)
            _recorded_at[sign] = now
