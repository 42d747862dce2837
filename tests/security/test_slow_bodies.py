"""Slow bodies of one network against the web server with its production command: statuses only. Times: `test_one_client`."""

import contextlib
import http.client
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from honcho.environ import parse_procfile

from clicksafely.common.http import body_reception
from clicksafely.devserver.ports import free_port
from tests.servers import BASE_DIR
from tests.waiting import until

ATTACKER, VISITOR = "203.0.113.9", "198.51.100.7"
AT_ONCE = 50


def visit(port: int, method: str = "GET", size: int = 0) -> int:
    """Return the status for a visitor of another network with a body of this size; 0 without an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection), contextlib.suppress(OSError):
        connection.request(method, "/", b"x" * size or None, {"X-Forwarded-For": VISITOR})
        return connection.getresponse().status
    return 0


@contextlib.contextmanager
def web_server(**variables: str) -> Iterator[int]:
    """Run `slow_body_app` in place of the portal; yield the port."""
    port = free_port()
    command = parse_procfile((BASE_DIR / "Procfile").read_text()).processes["web"]
    program = command.replace("clicksafely.wsgi:application", "tests.security.slow_body_app:application")
    assert program != command
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": "1",
        "TRUSTED_PROXIES": "127.0.0.0/8",
        **variables,
    }
    with subprocess.Popen(["sh", "-c", f"exec {program}"], cwd=BASE_DIR, env=environment) as process:
        try:
            until(lambda: process.poll() is not None or visit(port) == 200, what="the web server")
            assert process.poll() is None
            yield port
        finally:
            process.terminate()


def slow_body(port: int, length: int) -> socket.socket:
    """Open a connection that sends the head and no byte of the body."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {ATTACKER}\r\nContent-Length: {length}\r\n\r\n"
    connection.sendall(head.encode())
    return connection


def answered(connections: list[socket.socket]) -> list[socket.socket]:
    """Return the connections whose answer or end has arrived."""
    return select.select(connections, [], [], 0)[0]


@pytest.mark.parametrize(
    ("length", "share"),
    [(100_000, body_reception.RECEIVED_OF_NETWORK), (40_000_000, body_reception.UPLOADS_OF_NETWORK)],
    ids=["small", "upload"],
)
def test_visitors_are_served_during_slow_bodies(length: int, share: int) -> None:
    with web_server() as port, contextlib.ExitStack() as stack:
        slow = [stack.enter_context(slow_body(port, length)) for _each in range(AT_ONCE)]
        # Those above the share of a network are refused while the others keep their places.
        until(lambda: len(answered(slow)) >= AT_ONCE - share, what="the refusals")
        assert [visit(port), visit(port, "POST", 1000), visit(port, "POST", 2_000_000)] == [200] * 3
        assert {connection.recv(12) for connection in answered(slow)} == {b"HTTP/1.1 503"}


def test_slow_bodies_end_with_an_answer() -> None:
    with web_server(SHORT_LIMITS="1") as port, contextlib.ExitStack() as stack:
        silent, trickling = (
            [stack.enter_context(slow_body(port, length)) for length in (100_000, 40_000_000)] for _each in range(2)
        )

        def have_ended() -> bool:
            for connection in set(trickling) - set(answered(trickling)):
                with contextlib.suppress(OSError):
                    connection.sendall(b"x")
            return len(answered([*silent, *trickling])) == 4

        until(have_ended, what="the end of all")
        assert {connection.recv(12) for connection in silent} == {b"HTTP/1.1 503"}
