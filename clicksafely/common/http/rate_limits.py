"""How often something may be done: counters in Valkey by client network, for an hour at most; a bounded counter here when it is down."""

import threading
import time
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from redis import Redis
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import RedisError
from redis.retry import Retry

from clicksafely.common.http.client_id import client_digest

LONGEST_WINDOW = 3600
# Together they bound what a sick Valkey may cost a request: 100 ms, and only the first request in `PAUSE_SECONDS`.
CONNECT_SECONDS = ANSWER_SECONDS = 0.05
PAUSE_SECONDS = 5.0
LOCAL_KEYS = 10_000
# One way to Valkey and back for all keys, and no moment at which a key is there without its end.
COUNT = """
local counts = {}
for place, key in ipairs(KEYS) do
  counts[place] = redis.call('INCRBY', key, ARGV[1])
  if counts[place] <= tonumber(ARGV[1]) then redis.call('EXPIRE', key, ARGV[2]) end
end
return counts
"""
# All networks together may do this many times what one may, unless the caller knows better.
GLOBAL_LIMIT_FACTOR = 200


def over_limit(
    request: HttpRequest, *, scope: str, limit: int, window: int, everyone: int | None = None, step: int = 1
) -> bool:
    """Count this request and say whether its network did `scope` more than `limit` times in `window` seconds (3600 at most).

    `step` 0 asks without counting. `everyone` is the backstop for all networks together (`BACKSTOP` times `limit` unless given) and the only limit over the
    onion service. Never raises for Valkey's sake: when it is down, this process counts for itself; what cannot be counted is over.
    """
    bounds = {f"{scope}:all": GLOBAL_LIMIT_FACTOR * limit if everyone is None else everyone}
    if client := client_digest(request):
        bounds[f"{scope}:{client}"] = limit
    counts = increment_counters(list(bounds), window=window, step=step)
    return any(counted > bound for counted, bound in zip(counts, bounds.values(), strict=True))


def increment_counters(keys: list[str], *, window: int, step: int = 1) -> list[int]:
    """Add `step` to each key and return the new counts; a key is forgotten `window` seconds after its first count."""
    if window > LONGEST_WINDOW:
        raise ValueError(f"a counter lives at most {LONGEST_WINDOW} s")
    if _breaker.closed():
        try:
            counts: list[int] = _script(settings.REDIS_URL)(keys=[f"limit:{key}" for key in keys], args=[step, window])
            return counts
        except (RedisError, OSError):
            _breaker.open()
    return [_local.add(key, window, step) for key in keys]


class CircuitBreaker:
    """Remembers for `PAUSE_SECONDS` that Valkey did not answer, so that only one request in that time waits for it."""

    def __init__(self) -> None:
        self._until = 0.0

    def closed(self) -> bool:
        """Whether it is worth asking."""
        return time.monotonic() >= self._until

    def open(self) -> None:
        """Do not ask for a while."""
        self._until = time.monotonic() + PAUSE_SECONDS

    def reset(self) -> None:
        """Ask at once."""
        self._until = 0.0


class LocalCounter:
    """Counts of this process, at most `LOCAL_KEYS` at a time; what does not fit counts as far over any limit."""

    OVER = 2**31

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def add(self, key: str, window: int, step: int = 1) -> int:
        """Add `step` and return the count in the window that the key's first count opened."""
        now = time.monotonic()
        with self._lock:
            counted, ends = self._counts.get(key, (0, 0.0))
            if ends <= now:
                counted, ends = 0, now + window
                if len(self._counts) >= LOCAL_KEYS:
                    self._counts = {k: v for k, v in self._counts.items() if v[1] > now}
                if len(self._counts) >= LOCAL_KEYS:
                    return self.OVER
            self._counts[key] = (counted + step, ends)
            return counted + step

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._counts.clear()


@cache
def _redis(url: str) -> Redis:
    return Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )


@cache
def _script(url: str) -> Script:
    return _redis(url).register_script(COUNT)


_breaker = CircuitBreaker()
_local = LocalCounter()
