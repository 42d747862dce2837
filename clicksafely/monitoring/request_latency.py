"""Response times by route, counted in each process and added up in Valkey every few seconds."""

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
# Monitoring requests are not measured.
NOT_COUNTED: Final = frozenset({"healthz", "readyz", "metrics"})


class LatencyCounters:
    """Thread-safe counters of this process that are not in Valkey yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._started = False

    def add(self, route: str, status: int, seconds: float) -> None:
        """Count one response."""
        bucket = next((str(limit) for limit in BUCKETS if seconds <= limit), "+Inf")
        with self._lock:
            self._counts[f"{route} status {status // 100}xx"] += 1
            self._counts[f"{route} le {bucket}"] += 1
            self._counts[f"{route} microseconds -"] += int(seconds * 1_000_000)

    def flush(self) -> None:
        """Add the counters to those in Valkey; keep them while Valkey is unavailable."""
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
        """Start the flush thread of this process, once."""
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
    """Outermost middleware: measures the response time of Django. Pages served by the page cache are not counted."""

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
    """Return the class of a request's route: `admin`, `public`, `static`, or a name in `NOT_COUNTED`.

    It is `none` if no pattern matches.
    All pages of visitors are one route. A counter for the report form, read every few seconds, would date each report.
    """
    if request.resolver_match is None:
        return "static" if request.path.startswith(settings.STATIC_URL) else "none"
    first = request.resolver_match.route.partition("/")[0]
    return first if first == "admin" or first in NOT_COUNTED else "public"


def stored_counts() -> dict[tuple[str, str, str, str], int]:
    """Return the counters of all processes and machines: (portal, route, kind of counter, label) -> count.

    Raises RedisError.
    """
    found: dict[tuple[str, str, str, str], int] = {}
    with heartbeat.redis_client(settings.REDIS_URL) as server:
        for portal in ("public", "staff", "all"):
            for name, count in server.hgetall(f"{KEY}:{portal}").items():
                route, kind, label = name.decode().split(" ")
                found[portal, route, kind, label] = int(count)
    return found
