"""Reception of bodies: who waits for a slow sender, and how many."""

import io
import os
import socket
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from clicksafely.common.http import body_reception
from clicksafely.common.http.body_reception import (
    BODY_SECONDS,
    BYTES_PER_SECOND,
    BodyNotReceived,
    BodyReception,
    SlowConnectionCloser,
    Traffic,
    traffic_of,
)
from tests.waiting import until


class SlowBody(io.RawIOBase):
    """A body whose sender stops until `go_on` is set."""

    def __init__(self, data: bytes) -> None:
        self.data = io.BytesIO(data)
        self.read_started, self.go_on = threading.Event(), threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.read_started.set()
        self.go_on.wait(60)
        return self.data.read(size)


def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Return the thread's name and the body."""
    try:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    except BodyNotReceived:
        body = b"not received"
    return [threading.current_thread().name.encode(), body]


def request(
    body: io.RawIOBase | io.BytesIO, size: int, *, address: str = "192.0.2.1", path: str = "/"
) -> WSGIEnvironment:
    length = {"CONTENT_LENGTH": str(size)} if size else {}
    return {"REMOTE_ADDR": address, "SERVER_PORT": "80", "PATH_INFO": path, "wsgi.input": body, **length}


def start(*_: object) -> None:
    raise NotImplementedError


@pytest.fixture
def reception() -> BodyReception:
    return BodyReception(answer)


def test_a_body_arrives_before_a_thread_of_django_is_taken(reception: BodyReception) -> None:
    slow = [SlowBody(b"abc") for _each in range(body_reception.DJANGO_THREADS + 2)]
    with ThreadPoolExecutor(len(slow)) as server:
        waiting = [server.submit(reception, request(body, 3), start) for body in slow]
        for body in slow:
            assert body.read_started.wait(30)
        name, none = reception(request(io.BytesIO(), 0, address="198.51.100.1"), start)
        assert (name[:6], none) == (b"django", b"")
        for body in slow:
            body.go_on.set()
        assert {tuple(each.result())[1] for each in waiting} == {b"abc"}


@pytest.mark.parametrize(
    ("size", "limit"),
    [(3, body_reception.RECEIVED_OF_NETWORK), (2 * 1024 * 1024, body_reception.UPLOADS_OF_NETWORK)],
    ids=["small", "upload"],
)
def test_one_network_has_a_share(
    reception: BodyReception, size: int, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_reception, "PLACE_SECONDS", 0.2)
    slow = [SlowBody(b"x" * size) for _each in range(limit)]
    with ThreadPoolExecutor(len(slow)) as server:
        waiting = [server.submit(reception, request(body, size), start) for body in slow]
        for body in slow:
            assert body.read_started.wait(30)
        quick = b"y" * size
        assert list(reception(request(io.BytesIO(quick), size, address="192.0.2.200"), start))[1] == b"not received"
        assert list(reception(request(io.BytesIO(quick), size, address="198.51.100.1"), start))[1] == quick
        for body in slow:
            body.go_on.set()
        assert all(len(list(each.result())[1]) == size for each in waiting)
    # Its share is free again, and nothing is remembered of it.
    assert list(reception(request(io.BytesIO(quick), size), start))[1] == quick
    assert {network for (_kind, network), count in reception._running.items() if count} == set()


def test_quick_bodies_of_one_network_are_queued(reception: BodyReception) -> None:
    slow = [SlowBody(b"abc") for _each in range(body_reception.RECEIVED_OF_NETWORK + 8)]
    with ThreadPoolExecutor(len(slow)) as server:
        waiting = [server.submit(reception, request(body, 3), start) for body in slow]
        until(
            lambda: sum(body.read_started.is_set() for body in slow) == body_reception.RECEIVED_OF_NETWORK,
            what="its share",
        )
        for body in slow:
            body.go_on.set()
        assert {list(each.result())[1] for each in waiting} == {b"abc"}


def test_a_claimed_address_is_believed_of_a_trusted_proxy_only(
    reception: BodyReception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_reception, "PLACE_SECONDS", 0.2)
    slow = [SlowBody(b"abc") for _each in range(body_reception.RECEIVED_OF_NETWORK)]
    with ThreadPoolExecutor(len(slow)) as server:
        for number, body in enumerate(slow):
            server.submit(reception, request(body, 3) | {"HTTP_X_FORWARDED_FOR": f"198.51.{number}.1"}, start)
            assert body.read_started.wait(30)
        assert list(reception(request(io.BytesIO(b"abc"), 3), start))[1] == b"not received"
        for body in slow:
            body.go_on.set()


@pytest.mark.parametrize("of_body", [1, 2], ids=["half of it", "all of it"])
def test_an_upload_is_watched_until_its_last_byte(of_body: int) -> None:
    """A view may take longer for a document than a sender may be silent."""
    watched: list[int] = []

    def read_and_work(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for _part in range(of_body):
            environ["wsgi.input"].read(body_reception.MAX_BYTES_IN_MEMORY)
        watched.append(len(reception._closer._began))
        return []

    reception = BodyReception(read_and_work)
    size = 2 * body_reception.MAX_BYTES_IN_MEMORY
    list(reception(request(io.BytesIO(b"x" * size), size), start))
    assert watched == [2 - of_body]
    assert reception._closer._began == {}


@pytest.mark.parametrize("size", [3, 2 * 1024 * 1024], ids=["small", "upload"])
def test_the_rest_of_a_body_that_ends_early_is_not_received(size: int) -> None:
    def read_twice(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if size > body_reception.MAX_BYTES_IN_MEMORY:
            assert environ["wsgi.input"].read(2) == b"ab"
        with pytest.raises(BodyNotReceived):
            environ["wsgi.input"].read(2)
        return [b"not received"]

    assert list(BodyReception(read_twice)(request(io.BytesIO(b"ab"), size), start)) == [b"not received"]


@pytest.mark.parametrize("length", ["-1", "x", ""])
def test_a_length_that_is_no_number_means_no_body(length: str) -> None:
    thread_names: list[bytes] = []

    def record(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        thread_names.append(threading.current_thread().name.encode())
        return []

    BodyReception(record)(request(io.BytesIO(b"abc"), 0) | {"CONTENT_LENGTH": length}, start)
    assert thread_names[0].startswith(b"django")


def test_liveness_needs_no_thread_of_django(reception: BodyReception) -> None:
    name, _body = reception(request(io.BytesIO(), 0, path="/healthz"), start)
    assert name.decode() == threading.current_thread().name


@pytest.mark.parametrize(
    ("traffic", "slow"),
    [
        (Traffic(since_sent=19, since_received=19, received=300), False),
        (Traffic(since_sent=21, since_received=21, received=300), True),
        # A page is being sent.
        (Traffic(since_sent=1, since_received=300, received=300), False),
        # One byte a second.
        (Traffic(since_sent=BODY_SECONDS - 1, since_received=1, received=119), False),
        (Traffic(since_sent=BODY_SECONDS + 1, since_received=1, received=121), True),
        # A picture over a weak connection, for ten minutes.
        (Traffic(since_sent=600, since_received=1, received=600 * BYTES_PER_SECOND), False),
        (Traffic(since_sent=600, since_received=1, received=300 * BYTES_PER_SECOND), True),
    ],
)
def test_the_time_limit_of_a_body_grows_with_received_bytes(traffic: Traffic, slow: bool) -> None:
    assert traffic.is_too_slow() is slow


def test_a_body_that_trickles_ends_with_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the kernel is replaced: the connection is as old as the limit."""
    closer = SlowConnectionCloser()
    monkeypatch.setattr(
        body_reception, "traffic_of", lambda connection: Traffic(BODY_SECONDS + 10, 0, traffic_of(connection).received)
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        overdue = {("127.0.0.1", str(server.getsockname()[1]))}
        with (
            socket.create_connection(server.getsockname()) as slow,
            socket.create_connection(server.getsockname()) as quick,
        ):
            of_slow, of_quick = server.accept()[0], server.accept()[0]
            with of_slow, of_quick:
                quick.sendall(b"x" * 11 * BYTES_PER_SECOND)
                until(lambda: traffic_of(of_quick).received > 10 * BYTES_PER_SECOND, what="the quick body")
                slow.sendall(b"x")
                assert of_slow.recv(10) == b"x"
                closer._close(overdue)
                assert of_slow.recv(10) == b""
                of_slow.sendall(b"HTTP/1.1 503")
                assert slow.recv(100) == b"HTTP/1.1 503"
                of_quick.setblocking(False)
                assert len(of_quick.recv(10)) == 10


def test_a_silent_connection_is_closed_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_reception, "_CHECK_SECONDS", 0.1)
    closer = SlowConnectionCloser(0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        silent, lively = (socket.create_connection(("127.0.0.1", port)) for _each in range(2))
        ours = [server.accept()[0] for _each in range(2)]
        with silent, lively, ours[0], ours[1], closer.watched("127.0.0.1", str(port)):
            ours[0].settimeout(30)
            done = threading.Event()

            def talk() -> None:
                while not done.is_set():
                    lively.send(b"x")
                    ours[1].recv(10)
                    time.sleep(0.05)

            talking = threading.Thread(target=talk, daemon=True)
            talking.start()
            assert ours[0].recv(1) == b""
            assert talking.is_alive()
            done.set()
            talking.join()
        until(lambda: not closer._began, what="the end of the watch")


def test_looking_for_silent_connections_leaves_no_descriptor_open() -> None:
    """The process has files and pipes too. A copy of a pipe would keep the program at its other end waiting."""
    closer = SlowConnectionCloser(0.0)
    reading, writing = os.pipe()
    left, right = socket.socketpair()
    with left, right, socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            ours = server.accept()[0]
            with ours:
                before = len(os.listdir("/proc/self/fd"))
                closer._close({("127.0.0.1", str(port))})
                assert len(os.listdir("/proc/self/fd")) == before
    os.close(writing)
    assert os.read(reading, 1) == b""
    os.close(reading)
