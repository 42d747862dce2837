"""A PostgreSQL that hangs (SIGSTOP) instead of failing: what visitors get, and the recovery."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.waiting import until
from tests.web_portal import WebPortal, running_web_portal

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CACHED, UNCACHED = "/sr/topics/", "/sr/search/?q=lozinka"
BAR_SECONDS = 5.0


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebPortal]:
    with running_web_portal(tmp_path_factory.mktemp("hang"), WEB_WORKERS="1") as running:
        yield running


@contextmanager
def hanging_database(portal: WebPortal) -> Iterator[None]:
    assert portal.get(CACHED)[0] == portal.get(UNCACHED)[0] == 200
    for process in portal.database():
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in portal.database():
            process.send_signal(signal.SIGCONT)


def visit[T](visitor: Callable[[str], T]) -> dict[str, list[T]]:
    """Request pages, more at once than the server has threads for the database. Return the visitors' results by page."""
    with ThreadPoolExecutor(40) as pool:
        visits = {
            path: [pool.submit(visitor, path) for _each in range(count)]
            for path, count in {UNCACHED: 24, CACHED: 8, "/healthz": 4, "/readyz": 1}.items()
        }
        return {path: [each.result() for each in results] for path, results in visits.items()}


def test_while_the_database_hangs_visitors_get_pages(portal: WebPortal) -> None:
    with hanging_database(portal):
        found = visit(lambda path: portal.get(path)[0])
        assert {path: set(statuses) for path, statuses in found.items()} == {
            UNCACHED: {503}, CACHED: {200}, "/healthz": {200}, "/readyz": {503},
        }  # fmt: skip
        assert portal.get("/healthz")[0] == 200
    until(lambda: portal.get(UNCACHED)[0] == portal.get("/readyz")[0] == 200, what="recovery")


@pytest.mark.timing
def test_a_hanging_database_causes_no_long_wait(portal: WebPortal) -> None:
    def waiting_time(path: str) -> float:
        began = time.monotonic()
        portal.get(path)
        return time.monotonic() - began

    with hanging_database(portal):
        slowest = {path: max(waits) for path, waits in visit(waiting_time).items()}
        assert max(slowest.values()) < BAR_SECONDS, slowest
        # Once noticed, no request waits for the server except one.
        assert waiting_time("/healthz") < 1
    until(lambda: portal.get(UNCACHED)[0] == portal.get("/readyz")[0] == 200, seconds=10, what="recovery")
