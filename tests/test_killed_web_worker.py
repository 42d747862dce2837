"""A process of the web server is killed under load: the other one serves every visitor, and a new one starts."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from honcho.environ import parse_procfile

from tests.servers import BASE_DIR
from tests.waiting import until
from tests.web_portal import WebPortal, running_web_portal

pytestmark = [pytest.mark.timing, pytest.mark.timeout(600)]

BAR_SECONDS = 1.0
CLIENTS = 4
PATHS = ("/sr/", "/sr/report/cyberbullying/", "/sr/search/?q=lozinka")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebPortal]:
    # The number of production.
    assert "WEB_WORKERS:-2" in parse_procfile((BASE_DIR / "Procfile").read_text()).processes["web"]
    with running_web_portal(tmp_path_factory.mktemp("killed"), WEB_WORKERS="2") as running:
        yield running


def longest_refusal(portal: WebPortal, path: str, stop: threading.Event) -> float:
    """Request the path on new connections; return the longest time without an answer from the first failure on, in seconds."""
    longest, failing_since = 0.0, None
    while not stop.is_set():
        began = time.monotonic()
        try:
            status, _body = portal.get(path, seconds=10)
            assert status == 200
            if failing_since is not None:
                longest, failing_since = max(longest, time.monotonic() - failing_since), None
        except OSError:
            failing_since = failing_since or began
    return longest


def listening(portal: WebPortal, before: list[psutil.Process]) -> bool:
    """Whether a process that is not among `before` accepts connections."""
    new = [each for each in portal.workers() if each not in before]
    return any(connection.status == psutil.CONN_LISTEN for each in new for connection in each.net_connections())


def test_no_visitor_is_refused_for_more_than_a_second(portal: WebPortal) -> None:
    first, second = portal.workers()
    for path in PATHS * 4:
        portal.get(path)
    stop = threading.Event()
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(longest_refusal, portal, PATHS[number % len(PATHS)], stop) for number in range(CLIENTS)]
        try:
            for victim in (first, second):
                time.sleep(1)
                before = portal.workers()
                victim.kill()
                # A new process listens before the other one is killed.
                until(lambda before=before: listening(portal, before), what="a new process")
        finally:
            stop.set()
        refusals = [client.result() for client in clients]
    assert max(refusals) < BAR_SECONDS, refusals
