"""The sign of life of beat and worker together: a task that beat sends every five seconds leaves a key that soon expires."""

from redis import Redis
from redis.exceptions import RedisError

KEY = "clicksafely:heartbeat"
# A worker may be at one long task, or beat be started anew, without anybody being alarmed.
SECONDS = 60
TIMEOUT = 1.0


def beat(redis_url: str) -> None:
    """Leave the sign for `SECONDS`. Raises RedisError."""
    with _client(redis_url) as client:
        client.set(KEY, 1, ex=SECONDS)


def is_alive(redis_url: str) -> bool:
    """Whether the sign was left within the last `SECONDS`. Raises RedisError."""
    with _client(redis_url) as client:
        return bool(client.exists(KEY))


def forget(redis_url: str) -> None:
    """Take the sign of an earlier run away; without a server there is none."""
    try:
        with _client(redis_url) as client:
            client.delete(KEY)
    except RedisError:
        pass


def _client(redis_url: str) -> Redis:
    return Redis.from_url(redis_url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT)
