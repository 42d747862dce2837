"""A PostgreSQL that hangs (SIGSTOP) instead of failing: what visitors get, and the recovery."""

import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

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


def timed(ask: Callable[[], tuple[int, bytes]]) -> tuple[int, float]:
    began = time.monotonic()
    status, _body = ask()
    return status, time.monotonic() - began


def stop_database(portal: WebPortal) -> None:
    for process in portal.database():
        process.send_signal(signal.SIGSTOP)


def continue_database(portal: WebPortal) -> None:
    for process in portal.database():
        process.send_signal(signal.SIGCONT)


def test_while_the_database_hangs_visitors_get_pages(portal: WebPortal) -> None:
    assert portal.get(CACHED)[0] == portal.get(UNCACHED)[0] == 200
    stop_database(portal)
    try:
        with ThreadPoolExecutor(40) as pool:
            # More requests at once than the server has threads for the database.
            uncached = [pool.submit(timed, lambda: portal.get(UNCACHED)) for _each in range(24)]
            cached = [pool.submit(timed, lambda: portal.get(CACHED)) for _each in range(8)]
            health = [pool.submit(timed, lambda: portal.get("/healthz")) for _each in range(4)]
            ready = pool.submit(timed, lambda: portal.get("/readyz"))
            found = {
                "uncached": [each.result() for each in uncached],
                "cached": [each.result() for each in cached],
                "healthz": [each.result() for each in health],
                "readyz": [ready.result()],
            }
        assert {name: {status for status, _seconds in each} for name, each in found.items()} == {
            "uncached": {503}, "cached": {200}, "healthz": {200}, "readyz": {503},
        }  # fmt: skip
        slowest = {name: max(seconds for _status, seconds in each) for name, each in found.items()}
        assert max(slowest.values()) < BAR_SECONDS, slowest
        # Once noticed, no request waits for the server except one.
        status, seconds = timed(lambda: portal.get("/healthz"))
        assert (status, seconds < 1) == (200, True)
    finally:
        continue_database(portal)
    until(lambda: portal.get(UNCACHED)[0] == portal.get("/readyz")[0] == 200, seconds=10, what="recovery")
