"""How long requests take, by route: counted in each process, added up in Valkey every few seconds, where all processes and machines meet.

A route is the first word of a pattern of `urls.py`, never what somebody typed. Pages out of the page cache do not come here.
"""

import atexit
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from redis.exceptions import RedisError

from clicksafely.common.queue import heartbeat

GetResponse = Callable[[HttpRequest], HttpResponseBase]

BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
KEY: Final = "clicksafely:latency"
EVERY: Final = 5.0
# Of the operator's own questions nobody wants to know how long they take.
NOT_COUNTED: Final = frozenset({"healthz", "readyz", "metrics"})


class LatencyCounters:
    """Counters of this process that Valkey does not have yet; threads share them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._started = False

    def add(self, route: str, status: int, seconds: float) -> None:
        """One answer."""
        bucket = next((str(limit) for limit in BUCKETS if seconds <= limit), "+Inf")
        with self._lock:
            self._counts[f"{route} status {status // 100}xx"] += 1
            self._counts[f"{route} le {bucket}"] += 1
            self._counts[f"{route} microseconds -"] += int(seconds * 1_000_000)

    def flush(self) -> None:
        """Add them to those in Valkey; while that is away they wait here."""
        with self._lock:
            taken, self._counts = self._counts, Counter()
        if not taken:
            return
        try:
            with heartbeat.redis_client(settings.REDIS_URL) as server, server.pipeline() as together:
                for name, count in taken.items():
                    together.hincrby(f"{KEY}:{settings.PORTAL}", name, count)
                together.execute()
        except RedisError:
            with self._lock:
                self._counts += taken

    def flush_regularly(self) -> None:
        """From a thread of this process, once."""
        with self._lock:
            if self._started:
                return
            self._started = True
        threading.Thread(target=self._keep_flushing, name="latency", daemon=True).start()
        atexit.register(self.flush)

    def _keep_flushing(self) -> None:
        while True:
            time.sleep(EVERY)
            self.flush()


counts = LatencyCounters()


class LatencyMiddleware:
    """Around all others: measures what Django takes for an answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        route = route_of(request)
        if route not in NOT_COUNTED:
            counts.add(route, response.status_code, time.perf_counter() - began)
        return response


def route_of(request: HttpRequest) -> str:
    """The class of a request's route: `report`, `admin`, `home`; `static`; `none` where no pattern fits."""
    if request.resolver_match is None:
        return "static" if request.path.startswith(settings.STATIC_URL) else "none"
    parts = request.resolver_match.route.split("/")
    if parts[0] in dict(settings.LANGUAGES):
        parts = parts[1:]
    word = parts[0] if parts else ""
    return "home" if not word else word if word.replace("-", "").replace(".", "").isalnum() else "other"


def stored_counts() -> dict[tuple[str, str, str, str], int]:
    """What all processes have counted: (door, route, kind of counter, its label) -> count. Raises RedisError."""
    found: dict[tuple[str, str, str, str], int] = {}
    with heartbeat.redis_client(settings.REDIS_URL) as server:
        for door in ("public", "staff", "all"):
            for name, count in server.hgetall(f"{KEY}:{door}").items():
                route, kind, label = name.decode().split(" ")
                found[door, route, kind, label] = int(count)
    return found
