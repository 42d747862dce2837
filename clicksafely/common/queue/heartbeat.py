"""Heartbeats of beat and of the workers of each queue, as expiring keys in Valkey."""

from typing import Final

from redis import Redis
from redis.exceptions import RedisError

# The heartbeat of a queue's workers, by the queue's name.
HEARTBEAT_BY_QUEUE: Final = {"celery": "worker", "outside": "outside", "sealed": "sealed"}
HEARTBEATS: Final = (*HEARTBEAT_BY_QUEUE.values(), "beat")
KEY: Final = "clicksafely:heartbeat"
# Long enough for a long task or a restart of beat without an alarm.
TTL_SECONDS: Final = {"worker": 60, "beat": 60, "outside": 180, "sealed": 180}
TIMEOUT: Final = 1.0


def record_heartbeat(redis_url: str, sign: str = "worker") -> None:
    """Record one of the `HEARTBEATS`. Raises RedisError.

    Beat records its heartbeat when it sends a task. A worker records that of its queue when it has run a task. Beat
    sends a task to every queue at least twice a minute, so a worker's heartbeat covers beat and worker.
    """
    with redis_client(redis_url) as server:
        server.set(f"{KEY}:{sign}", 1, ex=TTL_SECONDS[sign])


def live_processes(redis_url: str) -> set[str]:
    """Return the heartbeats that have not expired. Raises RedisError."""
    with redis_client(redis_url) as server:
        found = server.mget([f"{KEY}:{sign}" for sign in HEARTBEATS])
    return {sign for sign, value in zip(HEARTBEATS, found, strict=True) if value is not None}


def clear_heartbeats(redis_url: str) -> None:
    """Delete the heartbeats of an earlier run; does nothing without a server."""
    try:
        with redis_client(redis_url) as server:
            server.delete(*(f"{KEY}:{sign}" for sign in HEARTBEATS))
    except RedisError:
        pass


def redis_client(redis_url: str) -> Redis:
    """Return a client with a timeout of `TIMEOUT` seconds."""
    return Redis.from_url(redis_url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT)
