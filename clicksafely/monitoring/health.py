"""Health endpoints for load balancers and administrators: liveness and readiness."""

import functools
import shutil
from pathlib import Path

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from clicksafely.common.crypto import keyring
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.storage import media_storage
from clicksafely.common.http.decorators import read_only
from clicksafely.common.queue import heartbeat

BROKER_TIMEOUT = 1.0
MIN_FREE_BYTES = 256 * 1024 * 1024


@read_only
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200 and `ok` while the process runs, independently of the database."""
    return _plain(HttpResponse("ok\n", content_type="text/plain; charset=utf-8"))


@read_only
def readyz(request: HttpRequest) -> HttpResponse:
    """Return JSON with `ok` or an error for each entry.

    The status is 503 unless `database`, `broker`, `migrations` and `key_ring` are `ok`. `beat`, the workers of each
    queue (`worker`, `outside`, `sealed`) and `disk` do not cause 503. Without them, reports are accepted and queued.
    """
    state = {"database": _database(), "broker": _broker(), "key_ring": _key_ring()}
    state["migrations"] = _migrations() if state["database"] == "ok" else "unknown"
    ready = all(value == "ok" for value in state.values())
    state |= _signs(broker_answers=state["broker"] == "ok") | {"disk": _disk()}
    return _plain(JsonResponse(state, status=200 if ready else 503))


def _plain(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unreachable"
    return "ok"


def _broker() -> str:
    timeouts = {"socket_connect_timeout": BROKER_TIMEOUT, "socket_timeout": BROKER_TIMEOUT}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **timeouts) as client:
            client.ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


def _signs(*, broker_answers: bool) -> dict[str, str]:
    try:
        alive = heartbeat.live_processes(settings.REDIS_URL) if broker_answers else None
    except redis.RedisError:
        alive = None
    if alive is None:
        return dict.fromkeys(heartbeat.HEARTBEATS, "unknown")
    return {sign: "ok" if sign in alive else "no sign of life" for sign in heartbeat.HEARTBEATS}


def _key_ring() -> str:
    """Return whether reports can be sealed, and in the staff process opened."""
    try:
        public = keyring.read_public(settings.SEALING_PUBLIC_KEYS)
        private = keyring.read_private(settings.SEALING_PRIVATE_KEYS) if settings.PORTAL != "public" else public
    except (OSError, ValueError):
        return "unusable"
    if not all(public.get(ring) for ring in keyring.RINGS):
        return "incomplete"
    return "ok" if any(private.values()) else "no private keys"


def _disk() -> str:
    """Return whether the media folder is writable, and whether the bucket, if configured, accepts the key."""
    try:
        if not media_storage().answers():
            return "bucket unreachable"
    except StorageUnavailable:
        return "bucket unusable"
    root = Path(settings.MEDIA_ROOT)
    folder = next(path for path in (root, *root.parents) if path.exists())
    try:
        return "ok" if shutil.disk_usage(folder).free >= MIN_FREE_BYTES else "nearly full"
    except OSError:
        return "unreachable"


def _migrations() -> str:
    try:
        return _all_applied()
    except (_Pending, Error):
        return "pending"


class _Pending(Exception):
    """Some migration is not applied."""


@functools.cache
def _all_applied() -> str:
    """Return `ok` and remember it, because migrations are not reversed under a running process; otherwise raise _Pending."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Pending
    return "ok"
