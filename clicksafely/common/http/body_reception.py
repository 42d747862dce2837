"""WSGI wrapper that limits the threads occupied by slow senders of request bodies."""

import contextlib
import io
import os
import socket
import stat
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final
from wsgiref.types import InputStream, StartResponse, WSGIApplication, WSGIEnvironment

from clicksafely.common.http.client_id import client_network

# The Procfile starts 96 threads for requests in each process: enough for cached pages besides all of these.
DJANGO_THREADS: Final = 4
UPLOAD_THREADS: Final = 8
# A larger body is not held in memory: it is read by a thread for uploads while it arrives.
MAX_BYTES_IN_MEMORY: Final = 1024 * 1024
RECEIVED_AT_ONCE: Final = 48
# For one network: without a proxy that buffers bodies, a school is one. Its quick bodies wait for a place of each other.
RECEIVED_OF_NETWORK: Final = 24
UPLOADS_OF_NETWORK: Final = 4
PLACE_SECONDS: Final = 1.0
# Seconds without a byte in either direction until the reception of a body ends.
SILENCE_SECONDS: Final = 20.0
# Seconds until the reception of a body ends although bytes arrive, and the bytes that extend them by a second.
BODY_SECONDS: Final = 120.0
BYTES_PER_SECOND: Final = 5 * 1024
_CHECK_SECONDS: Final = 2.0
# Needs no database, and must answer whatever else is waiting.
_LIVENESS: Final = "/healthz"
# struct tcp_info of Linux (4.1 or later): eight bytes, 32-bit numbers, 64-bit numbers; the times are in milliseconds.
_TCP_INFO: Final = struct.Struct("8B24I4Q")
_LAST_SENT, _LAST_RECEIVED, _BYTES_RECEIVED = 8 + 9, 8 + 11, 8 + 24 + 3


class BodyNotReceived(OSError):
    """The body is not read. This network sends too many bodies at once, or the sender has stopped or is too slow."""


class _NoBody(io.RawIOBase):
    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        raise BodyNotReceived


class _ArrivingBody:
    """The body of an upload. `on_end` is called when its last byte has been read. Raises BodyNotReceived if it ends before."""

    def __init__(self, body: InputStream, size: int, on_end: Callable[[], None]) -> None:
        self._body = body
        self._missing = size
        self._on_end = on_end

    def read(self, size: int = -1) -> bytes:
        return self._count(self._body.read(size), size)

    def readline(self, size: int = -1) -> bytes:
        return self._count(self._body.readline(size), size)

    def _count(self, data: bytes, size: int) -> bytes:
        if not data and size and self._missing > 0:
            # The web server returns nothing, and Django would take what it has for the whole file.
            raise BodyNotReceived
        self._missing -= len(data)
        if self._missing <= 0:
            self._on_end()
        return data


class BodyReception:
    """Runs the application in a few threads of its own, each with a database connection, after the body has arrived.

    The web server passes a body on while it arrives, without a limit. A thread therefore waits for the sender. A
    slow sender occupies no thread that runs Django, and only a limited share of the threads that receive bodies. A body
    over a limit is not read. The application then gets BodyNotReceived from `wsgi.input`, which Django turns into
    UnreadablePostError.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self._django = ThreadPoolExecutor(DJANGO_THREADS, thread_name_prefix="django")
        self._uploads = ThreadPoolExecutor(UPLOAD_THREADS, thread_name_prefix="upload")
        self._places = threading.Condition()
        self._running: Counter[tuple[str, bytes]] = Counter()
        self._closer = SlowConnectionCloser()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return the response of the application."""
        size = _body_size(environ)
        if not size:
            if environ["PATH_INFO"] == _LIVENESS:
                return self.app(environ, start_response)
            return self._django.submit(self.app, environ, start_response).result()
        kind = "upload" if size > MAX_BYTES_IN_MEMORY else "small"
        with self._reception(kind, environ) as admitted, contextlib.ExitStack() as watch:
            if admitted:
                watch.enter_context(
                    self._closer.watched(environ.get("REMOTE_ADDR", ""), environ.get("SERVER_PORT", ""))
                )
            if admitted and kind == "upload":
                # The application may work for longer than a sender may be silent.
                environ["wsgi.input"] = _ArrivingBody(environ["wsgi.input"], size, watch.close)
                return self._uploads.submit(self.app, environ, start_response).result()
            body = environ["wsgi.input"].read(size) if admitted else b""
        environ["wsgi.input"] = io.BytesIO(body) if len(body) == size else io.BufferedReader(_NoBody())
        return self._django.submit(self.app, environ, start_response).result()

    @contextlib.contextmanager
    def _reception(self, kind: str, environ: WSGIEnvironment) -> Iterator[bool]:
        """Whether the body may be received, with its place counted until the end of the block."""
        network = client_network(environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", ""))
        own, all_ = (kind, network), (kind, b"all")
        limit, total = (
            (UPLOADS_OF_NETWORK, UPLOAD_THREADS) if kind == "upload" else (RECEIVED_OF_NETWORK, RECEIVED_AT_ONCE)
        )
        with self._places:
            admitted = self._places.wait_for(
                lambda: self._running[own] < limit and self._running[all_] < total, PLACE_SECONDS
            )
            if admitted:
                self._running.update((own, all_))
        if not admitted:
            yield False
            return
        try:
            yield True
        finally:
            with self._places:
                self._running.subtract((own, all_))
                if not self._running[own]:
                    del self._running[own]
                self._places.notify_all()


@dataclass(frozen=True)
class Traffic:
    """Traffic of a connection according to the kernel.

    `since_sent` and `since_received` are the seconds since the last byte. `received` is the number of bytes received so
    far.
    """

    since_sent: float
    since_received: float
    received: int

    def is_too_slow(self, silence: float = SILENCE_SECONDS) -> bool:
        """Return whether a body of this connection is no longer waited for.

        Nothing is sent while a body arrives, so it is not older than the last byte sent.
        """
        if min(self.since_sent, self.since_received) > silence:
            return True
        return self.since_sent > BODY_SECONDS + self.received / BYTES_PER_SECOND


class SlowConnectionCloser:
    """Ends the reception of bodies whose sender has stopped or is too slow. Linux only.

    The web server does not name the socket of a request. While a body of an address is overdue, the receiving side of
    slow connections of this address is therefore closed. The application answers with an error page.
    """

    def __init__(self, seconds: float = SILENCE_SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._began: dict[object, tuple[float, str, str]] = {}
        self._thread: threading.Thread | None = None

    @contextlib.contextmanager
    def watched(self, address: str, port: str) -> Iterator[None]:
        """Watch the connections of this address to this port of ours during the block."""
        token = object()
        with self._lock:
            self._began[token] = (time.monotonic(), address, port)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="slow connections", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                del self._began[token]

    def _run(self) -> None:
        while True:
            time.sleep(_CHECK_SECONDS)
            due = time.monotonic() - self._seconds
            with self._lock:
                overdue = {(address, port) for began, address, port in self._began.values() if began < due}
            if overdue:
                self._close(overdue)

    def _close(self, overdue: set[tuple[str, str]]) -> None:
        for name in os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else []:
            # A descriptor of the list may be closed or reused in the meantime.
            with contextlib.suppress(OSError):
                if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                    self._close_if_slow(os.dup(int(name)), overdue)

    def _close_if_slow(self, duplicate: int, overdue: set[tuple[str, str]]) -> None:
        """Close the receiving side if the connection is overdue and slow, and the duplicate of its descriptor in any case."""
        try:
            connection = socket.socket(fileno=duplicate)
        except OSError:
            os.close(duplicate)
            raise
        with connection:
            if connection.type != socket.SOCK_STREAM or connection.family not in {socket.AF_INET, socket.AF_INET6}:
                return
            ends = connection.getpeername()[0], str(connection.getsockname()[1])
            if ends in overdue and traffic_of(connection).is_too_slow(self._seconds):
                connection.shutdown(socket.SHUT_RD)


def traffic_of(connection: socket.socket) -> Traffic:
    """Return the traffic of a TCP connection. Raises OSError."""
    info = _TCP_INFO.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size))
    return Traffic(info[_LAST_SENT] / 1000, info[_LAST_RECEIVED] / 1000, info[_BYTES_RECEIVED])


def _body_size(environ: WSGIEnvironment) -> int:
    """Return the length of the body; 0 without one. Django reads no body without a length."""
    try:
        return max(0, int(environ.get("CONTENT_LENGTH") or 0))
    except ValueError:
        return 0
