"""What a load balancer or an operator asks: does the process live, and can it serve."""

import functools

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from clicksafely.common import heartbeat
from clicksafely.common.methods import read_only

BROKER_TIMEOUT = 1.0


@read_only
def healthz(request: HttpRequest) -> HttpResponse:
    """200 and `ok` as long as the process answers, whatever the database does."""
    return _plain(HttpResponse("ok\n", content_type="text/plain; charset=utf-8"))


@read_only
def readyz(request: HttpRequest) -> HttpResponse:
    """JSON of `database`, `broker`, `migrations` and `worker`, each `ok` or what is wrong; 503 unless the first three are `ok`.

    `worker` stands for beat and worker together. Without them reports are accepted and wait, so a door is not closed for it.
    """
    state = {"database": _database(), "broker": _broker()}
    state["migrations"] = _migrations() if state["database"] == "ok" else "unknown"
    ready = all(value == "ok" for value in state.values())
    state["worker"] = _worker() if state["broker"] == "ok" else "unknown"
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


def _worker() -> str:
    try:
        return "ok" if heartbeat.is_alive(settings.REDIS_URL) else "no sign of life"
    except redis.RedisError:
        return "unknown"


def _migrations() -> str:
    try:
        return _all_applied()
    except (_Pending, Error):
        return "pending"


class _Pending(Exception):
    """Some migration is not applied."""


@functools.cache
def _all_applied() -> str:
    """`ok`, remembered, since nobody takes migrations back under a running process; else raises _Pending."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Pending
    return "ok"
