"""The proxy of the test portal ends its open connections with it, so that no later test reports them."""

import gc
import socket

from clicksafely.devserver.ports import free_port
from tests.one_origin import one_origin


def test_an_open_connection_ends_with_the_proxy() -> None:
    """A browser waits for an answer that the server does not send."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        upstream, port = server.getsockname()[1], free_port()
        with one_origin(public_port=upstream, staff_port=upstream, port=port):
            browser = socket.create_connection(("127.0.0.1", port), timeout=60)
            browser.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            relayed, _address = server.accept()
        with browser, relayed:
            assert browser.recv(1) == b""
    # Warnings about unclosed sockets and pending tasks fail the test.
    gc.collect()
