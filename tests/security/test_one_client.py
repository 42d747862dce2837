"""One client alone, without an account and without a proxy before the web server, must not slow down other visitors (R4)."""

import contextlib
import http.client
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.waiting import until
from tests.web_portal import WebPortal, running_web_portal
from tests.youthpanel.member_auth.slips import JOIN, picked

pytestmark = [pytest.mark.timing, pytest.mark.timeout(600)]

ATTACKER, VISITOR = "203.0.113.9", "198.51.100.7"
BAR_SECONDS = 2.0
PATH = "/sr/report/cyberbullying/"
AT_ONCE = 50


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebPortal]:
    with running_web_portal(tmp_path_factory.mktemp("one"), WEB_WORKERS="1", TRUSTED_PROXIES="127.0.0.0/8") as running:
        yield running


def slow_body(portal: WebPortal, *, length: int) -> socket.socket:
    """Open a connection that sends the head and the first bytes of a body."""
    connection = socket.create_connection(("127.0.0.1", portal.port), timeout=30)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {ATTACKER}\r\nContent-Length: {length}\r\n"
        'Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\nContent-Disposition: form-data; name="urls"\r\n\r\n'
    )
    connection.sendall(head.encode())
    return connection


def slow_head(portal: WebPortal) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", portal.port), timeout=30)
    connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    return connection


def seconds_of_visitor(portal: WebPortal, method: str, path: str, body: bytes = b"") -> tuple[int, float]:
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)
    with contextlib.closing(connection):
        began = time.monotonic()
        headers = {"X-Forwarded-For": VISITOR, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, time.monotonic() - began


def visits(portal: WebPortal) -> dict[str, float]:
    """Visit one page of each kind. Return the seconds of each."""
    seconds_of_visitor(portal, "GET", "/sr/topics/")
    found = {
        "cached": seconds_of_visitor(portal, "GET", "/sr/topics/"),
        "search": seconds_of_visitor(portal, "GET", "/sr/search/?q=lozinka"),
        "liveness": seconds_of_visitor(portal, "GET", "/healthz"),
        "form": seconds_of_visitor(portal, "GET", PATH),
        "small body": seconds_of_visitor(portal, "POST", PATH, b"urls="),
        "large body": seconds_of_visitor(portal, "POST", PATH, b"urls=" + b"x" * 2_000_000),
    }
    assert {name: status for name, (status, _seconds) in found.items() if status >= 500} == {}
    return {name: seconds for name, (_status, seconds) in found.items()}


@pytest.fixture(scope="module")
def bar(portal: WebPortal) -> float:
    """BAR_SECONDS, or on a slow machine five times the longest visit without an attack."""
    # The first requests of a process load code and templates.
    visits(portal)
    return max(BAR_SECONDS, 5 * max(visits(portal).values()))


def serves_others(portal: WebPortal, bar: float) -> None:
    found = visits(portal)
    assert max(found.values()) < bar, found


def first_bytes(connection: socket.socket) -> bytes:
    """Read the connection to its end and return the first bytes."""
    connection.settimeout(40)
    first = b""
    with contextlib.suppress(ConnectionError):
        first = connection.recv(100)
        while connection.recv(65536):
            pass
    return first


@pytest.mark.parametrize("length", [100_000, 40_000_000], ids=["small", "upload"])
def test_slow_bodies_do_not_block_others_and_end(portal: WebPortal, bar: float, length: int) -> None:
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(slow_body(portal, length=length)) for _each in range(AT_ONCE)]
        serves_others(portal, bar)
        # Most are refused at once with a page, in any order; the others end after 20 seconds without a byte.
        refused = sum(b" 503 " in first_bytes(connection) for connection in slow)
        assert refused > AT_ONCE / 2
        serves_others(portal, bar)


def test_slow_heads_end_too(portal: WebPortal, bar: float) -> None:
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(slow_head(portal)) for _each in range(AT_ONCE)]
        serves_others(portal, bar)
        for connection in slow:
            connection.settimeout(25)
            with contextlib.suppress(ConnectionError):
                while connection.recv(65536):
                    pass


def test_bytes_that_trickle_in_do_not_block_others(portal: WebPortal, bar: float) -> None:
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(slow_body(portal, length=100_000)) for _each in range(AT_ONCE)]
        until_then = time.monotonic() + 6
        while time.monotonic() < until_then:
            for connection in slow:
                with contextlib.suppress(OSError):
                    connection.send(b"x")
            serves_others(portal, bar)
    until(lambda: seconds_of_visitor(portal, "GET", "/healthz")[0] == 200, what="the web server")


def slow_hash(portal: WebPortal) -> http.client.HTTPConnection:
    """Send a slip of the youth panel with wrong pictures, for which the server computes a slow hash."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=30)
    form = {"code": "7K3MQ9TZV4HD2XNB", **picked()}
    headers = {
        "X-Forwarded-For": ATTACKER,
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
    }
    connection.request("POST", JOIN, urlencode(form), headers)
    return connection


def test_slow_hashes_do_not_block_others(portal: WebPortal, bar: float) -> None:
    # The first requests of a process load code and templates.
    for path in ("/sr/search/?q=lozinka", PATH, JOIN):
        seconds_of_visitor(portal, "GET", path)
    began = time.monotonic()
    with contextlib.closing(slow_hash(portal)) as first:
        assert first.getresponse().status == 422
    one_hash = time.monotonic() - began
    with contextlib.ExitStack() as stack:
        guesses = [stack.enter_context(contextlib.closing(slow_hash(portal))) for _each in range(AT_ONCE)]
        # Hashes take processors from pages.
        serves_others(portal, max(bar, 5 * one_hash))
        statuses = {guess.getresponse().status for guess in guesses}
        # Wrong, or above the share of a network.
        assert 422 in statuses
        assert statuses <= {422, 429, 503}
