"""What a message to a worker carries beside its task, and the signs of life that tasks leave. Knows no model, for the clock uses it too."""

import time
from contextlib import suppress
from typing import Any, Final

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.conf import settings
from redis.exceptions import RedisError

from clicksafely.common.logs import request_id
from clicksafely.common.queue import heartbeat

# Headers of a message: the request (or the task) that sent it, and when, in seconds since 1970.
REQUEST_ID_HEADER: Final = "request_number"
QUEUED_AT_HEADER: Final = "queued_at"
EVERY: Final = 5.0

_left: dict[str, float] = {}


@before_task_publish.connect  # type: ignore[untyped-decorator]
def add_message_headers(headers: dict[str, Any], **_: Any) -> None:
    """Say when, and on behalf of which request: it is in the log lines of the task, too."""
    headers[QUEUED_AT_HEADER] = int(time.time())
    if number := request_id.get():
        headers[REQUEST_ID_HEADER] = number


@task_prerun.connect  # type: ignore[untyped-decorator]
def restore_request_id(task_id: str, task: Any, **_: Any) -> None:
    """Until the next task the log lines are those of the request that sent this one, or of the task itself."""
    if not task.request.is_eager:
        request_id.set(getattr(task.request, REQUEST_ID_HEADER, None) or task_id.replace("-", "")[:12])


@task_postrun.connect  # type: ignore[untyped-decorator]
def record_worker_heartbeat(task: Any, **_: Any) -> None:
    """The workers of this queue are alive."""
    if not task.request.is_eager:
        request_id.set("")
        queue = (task.request.delivery_info or {}).get("routing_key", "")
        if sign := heartbeat.HEARTBEAT_BY_QUEUE.get(str(queue)):
            _leave(sign)


def record_beat_heartbeat(**_: Any) -> None:
    """Beat is alive; connected in its process alone."""
    _leave("beat")


def _leave(sign: str) -> None:
    now = time.monotonic()
    if now - _left.get(sign, float("-inf")) >= EVERY:
        # A broker that is away is noticed by others.
        with suppress(RedisError):
            heartbeat.record_heartbeat(settings.REDIS_URL, sign)
            _left[sign] = now
