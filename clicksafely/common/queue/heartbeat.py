"""Signs of life, each a key that soon expires: of beat when it sends a task, and of the workers of a queue when one of them has run a task.

Beat sends something to every queue twice a minute at least, so a worker's sign stands for beat and worker together.
"""

from typing import Final

from redis import Redis
from redis.exceptions import RedisError

# The sign of a queue's workers, by the queue's name.
HEARTBEAT_BY_QUEUE: Final = {"celery": "worker", "outside": "outside", "sealed": "sealed"}
HEARTBEATS: Final = (*HEARTBEAT_BY_QUEUE.values(), "beat")
KEY: Final = "clicksafely:heartbeat"
# A worker may be at one long task, or beat be started anew, without anybody being alarmed.
TTL_SECONDS: Final = {"worker": 60, "beat": 60, "outside": 180, "sealed": 180}
TIMEOUT: Final = 1.0


def record_heartbeat(redis_url: str, sign: str = "worker") -> None:
    """Leave one of the `SIGNS` for its `SECONDS`. Raises RedisError."""
    with redis_client(redis_url) as server:
        server.set(f"{KEY}:{sign}", 1, ex=TTL_SECONDS[sign])


def live_processes(redis_url: str) -> set[str]:
    """The signs that have not expired. Raises RedisError."""
    with redis_client(redis_url) as server:
        found = server.mget([f"{KEY}:{sign}" for sign in HEARTBEATS])
    return {sign for sign, value in zip(HEARTBEATS, found, strict=True) if value is not None}


def clear_heartbeats(redis_url: str) -> None:
    """Take the signs of an earlier run away; without a server there are none."""
    try:
        with redis_client(redis_url) as server:
            server.delete(*(f"{KEY}:{sign}" for sign in HEARTBEATS))
    except RedisError:
        pass


def redis_client(redis_url: str) -> Redis:
    """A client that waits for a dead server no longer than `TIMEOUT` seconds."""
    return Redis.from_url(redis_url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT)
