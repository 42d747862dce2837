"""Rate limits per client network, for at most an hour, and short-lived marks. Stored in Valkey, or in the process while it is down."""

import threading
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import zip_longest
from time import monotonic

from django.conf import settings
from django.http import HttpRequest
from redis import Redis
from redis.backoff import NoBackoff
from redis.commands.core import Script
from redis.exceptions import RedisError
from redis.retry import Retry

from clicksafely.common.http.client_id import client_digest

MAX_WINDOW = 3600
# Both limit the delay of a request while Valkey is unavailable: 100 ms, once in `PAUSE_SECONDS`.
CONNECT_SECONDS = ANSWER_SECONDS = 0.05
PAUSE_SECONDS = 5.0
LOCAL_KEYS = 10_000
# One round trip for all keys; no key ever exists without an expiry. Keys behind one that is over its bound are not counted.
COUNT = """
local counts = {}
for place, key in ipairs(KEYS) do
  counts[place] = redis.call('INCRBY', key, ARGV[1])
  if counts[place] <= tonumber(ARGV[1]) then redis.call('EXPIRE', key, ARGV[2]) end
  if ARGV[2 + place] and counts[place] > tonumber(ARGV[2 + place]) then break end
end
return counts
"""
# All networks together may do this many times the limit of one, unless the caller overrides it.
GLOBAL_LIMIT_FACTOR = 200
# The visitors that cannot be told apart, as those of the onion service, count as one network with the limit of all.
UNKNOWN_CLIENT = "unknown"


def over_limit(
    request: HttpRequest, *, scope: str, limit: int, window: int, everyone: int | None = None, step: int = 1
) -> bool:
    """Count this request and return whether its network did `scope` more than `limit` times in `window` seconds.

    `window` is 3600 at most. `everyone` limits all networks together (`GLOBAL_LIMIT_FACTOR` times `limit` by default).
    It counts only requests within the limit of their network, so that one network cannot use it up. `step` 0 queries
    the limit of the network without counting. A right code is then accepted although all networks together tried too
    many wrong ones.

    Never raises if Valkey is down, because this process then counts. Requests that cannot be counted are over the
    limit.
    """
    if window > MAX_WINDOW:
        raise ValueError(f"a counter of a network lasts at most {MAX_WINDOW} s")
    total = GLOBAL_LIMIT_FACTOR * limit if everyone is None else everyone
    client = client_digest(request)
    bounds = {f"{scope}:{client}": limit} if client else {f"{scope}:{UNKNOWN_CLIENT}": total}
    if client and step:
        bounds[f"{scope}:all"] = total
    counts = increment_counters(list(bounds), window=window, step=step, bounds=list(bounds.values()))
    return len(counts) < len(bounds) or counts[-1] > list(bounds.values())[-1]


def increment_counters(keys: list[str], *, window: int, step: int = 1, bounds: Sequence[int] = ()) -> list[int]:
    """Add `step` to each key and return the new counts; a key expires `window` seconds after its first count.

    With `bounds`, one for each key, the keys behind the first count over its bound are neither counted nor returned.
    """
    if _breaker.closed():
        try:
            counts: list[int] = _script(settings.REDIS_URL)(
                keys=[f"limit:{key}" for key in keys], args=[step, window, *bounds]
            )
            return counts
        except (RedisError, OSError):
            _breaker.open()
    counts = []
    for key, bound in zip_longest(keys, bounds):
        counts.append(_local.add(key, window, step))
        if bound is not None and counts[-1] > bound:
            break
    return counts


def write_mark(key: str, value: str, *, seconds: int, replace: bool) -> None:
    """Remember a short text under a key, and replace an earlier one if wanted. This process remembers it while Valkey is down."""
    if _breaker.closed():
        try:
            _redis(settings.REDIS_URL).set(f"mark:{key}", value, ex=seconds, nx=not replace)
            return
        except (RedisError, OSError):
            _breaker.open()
    _local.add(f"mark:{key}:{value}", seconds)


def read_mark(key: str, values: Iterable[str]) -> str | None:
    """Return the text that `write_mark` remembers under a key, or None. Of those of this process, the first in `values`."""
    if _breaker.closed():
        try:
            found = _redis(settings.REDIS_URL).get(f"mark:{key}")
        except (RedisError, OSError):
            _breaker.open()
        else:
            if isinstance(found, bytes):
                return found.decode()
    return next((value for value in values if _local.has(f"mark:{key}:{value}")), None)


class CircuitBreaker:
    """Circuit breaker: after a failure of Valkey, only one request in `PAUSE_SECONDS` waits for it."""

    def __init__(self) -> None:
        self._until = 0.0

    def closed(self) -> bool:
        """Return whether Valkey should be tried."""
        return monotonic() >= self._until

    def open(self) -> None:
        """Stop trying for `PAUSE_SECONDS`."""
        self._until = monotonic() + PAUSE_SECONDS


class LocalCounter:
    """Counters of this process, at most `LOCAL_KEYS`; a key that does not fit counts as far over any limit."""

    OVER = 2**31

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    def add(self, key: str, window: int, step: int = 1) -> int:
        """Add `step` and return the count in the window since the key's first count."""
        now = monotonic()
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

    def has(self, key: str) -> bool:
        """Return whether the key was counted in its window."""
        with self._lock:
            return key in self._counts and self._counts[key][1] > monotonic()

    def clear(self) -> None:
        """Delete all counters."""
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
