"""Requests whose end is ambiguous between two servers: the web server responds to one and closes the connection."""

import contextlib
import re
import socket
from concurrent.futures import ThreadPoolExecutor

from tests.live_portal import Site

GET = "GET /healthz HTTP/1.1\r\nHost: {host}\r\n"
SMUGGLED = "GET /robots.txt HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
CASES = {
    "both lengths": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "a list of lengths": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0, 44\r\n\r\n",
    "a signed length": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: +0\r\n\r\n",
    "a negative length": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n",
    "a length in hex": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0x0\r\n\r\n",
    "a blank before the colon": GET + "Content-Length : 44\r\n\r\n",
    "a folded line": GET + "X: a\r\n Content-Length: 44\r\n\r\n",
    "an unknown coding": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "a coding twice": (
        "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n"
        "Transfer-Encoding: x\r\n\r\n0\r\n\r\n"
    ),
    "a coding with a tab": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    "a chunk that lies": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    "a chunk too large to count": "POST /sr/report/case/ HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    + "f" * 40
    + "\r\n\r\n",
    "a carriage return alone": GET + "X: a\rContent-Length: 44\r\n\r\n",
    "a NUL byte": GET + "X: a\0b\r\n\r\n",
    "no host": "GET /healthz HTTP/1.1\r\n\r\n",
    "two hosts": GET + "Host: evil.invalid\r\n\r\n",
    "a host in the line": "GET http://evil.invalid/healthz HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "no version": "GET /healthz\r\n\r\n",
    "another protocol": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}
# These are complete requests and may be answered as such: the rest is a second request, without hidden content.
HARMLESS = {"a folded line", "no host", "two hosts", "a host in the line", "a coding with a tab"}


def answers(site: Site, request: str) -> tuple[list[int], str]:
    """Return the statuses received before the server closes the connection, and all data."""
    read = b""
    with socket.create_connection(("127.0.0.1", site.port), timeout=120) as connection:
        connection.sendall(request.replace("{host}", f"127.0.0.1:{site.port}").encode("latin-1"))
        with contextlib.suppress(ConnectionResetError):
            while more := connection.recv(65536):
                read += more
    text = read.decode("latin-1")
    return [int(status) for status in re.findall(r"HTTP/1\.1 (\d{3}) ", text)], text


def test_one_request_is_one_request(site: Site) -> None:
    plain, _text = answers(site, GET + "Connection: close\r\n\r\n")
    assert plain == [200]
    wrong = {}
    with ThreadPoolExecutor() as senders:
        answered = senders.map(lambda head: answers(site, head + SMUGGLED), CASES.values())
    for name, (statuses, text) in zip(CASES, answered, strict=True):
        # A refusal is one response of 400 or more, after which the connection is closed.
        refused = len(statuses) <= 1 and all(400 <= status < 500 for status in statuses)
        harmless = name in HARMLESS and len(statuses) <= 2 and all(status < 500 for status in statuses)
        if not (refused or harmless) or "evil.invalid" in text:
            wrong[name] = statuses
    assert wrong == {}
