"""Mock web server on loopback with configurable pages and faults, and proxies that lead to it."""

import contextlib
import gzip
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from clicksafely.devserver.mock_services.certificates import Certificate

LOOPBACK = "127.0.0.1"
MANY = 400_000


@dataclass(frozen=True)
class Page:
    """A response. `manner` other than "" misbehaves:

    hang: no response; hang_head: half a header, then no more; drop: the connection is closed; garbage: bytes that are
    no HTTP; endless: a body without end; drip: a header one byte at a time; headers: unlimited headers; many: a
    thousand short ones.
    """

    status: int = 200
    body: bytes = b"<html><title>Page</title><p>Something</p></html>"
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "text/html; charset=utf-8"
    manner: str = ""


def leads_to(address: str, status: int = 302) -> Page:
    """Return a redirect."""
    return Page(status, b"", {"Location": address})


def bomb() -> Page:
    """Return a page of 50 MB that takes 50 KB compressed."""
    return Page(body=gzip.compress(b"0" * 50_000_000), headers={"Content-Encoding": "gzip"})


@dataclass
class WebServer:
    """A context manager. `pages` by path, or by host and path (`a.test/x`). Other paths give 404.

    `requests` are the requests so far: (requested host, path, {header: value}), `bodies` their bodies. `sent` counts the body
    bytes that clients received.
    """

    certificate: Certificate | None = None
    address: str = LOOPBACK
    pages: dict[str, Page] = field(default_factory=dict)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    sent: int = 0
    # The response for unlisted paths.
    fallback: Page = field(default_factory=lambda: Page(404))

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        context = self.certificate.server_context() if self.certificate else None
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        self._server = _serve(self.address, family, lambda sock: self._talk(sock, context))
        self.port: int = self._server.server_address[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        _end(self._server)

    def url(self, host: str = LOOPBACK, path: str = "/") -> str:
        """Return the URL of a page."""
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}{path}"

    def _talk(self, raw: socket.socket, context: ssl.SSLContext | None) -> None:
        sock = context.wrap_socket(raw, server_side=True) if context else raw
        with sock:
            head = b""
            while b"\r\n\r\n" not in head:
                more = sock.recv(65536)
                if not more:
                    return
                head += more
            head, body = head.split(b"\r\n\r\n", 1)
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            missing = int(headers.get("content-length", 0)) - len(body)
            self.bodies.append(body + (_read(sock, missing) if missing > 0 else b""))
            path, host = first.split(" ")[1], headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
            self.requests.append((headers.get("host", ""), path, headers))
            page = self.pages.get(f"{host}{path}") or self.pages.get(path) or self.fallback
            self._answer(sock, page)

    def _answer(self, sock: socket.socket, page: Page) -> None:
        start = f"HTTP/1.1 {page.status} X\r\nContent-Type: {page.kind}\r\n".encode()
        manner = page.manner
        if manner == "hang":
            self._stop.wait(30)
        elif manner == "garbage":
            sock.sendall(b"\xff\xfe" * 200 + b"\r\n\r\n")
        elif manner == "hang_head":
            sock.sendall(start)
            self._stop.wait(30)
        elif manner == "drip":
            sock.sendall(start + b"X-Drip: ")
            while not self._stop.wait(0.05):
                sock.sendall(b"x")
        elif manner == "headers":
            for number in range(MANY):
                sock.sendall(start * (not number) + f"X-{number}: {'x' * 1000}\r\n".encode())
        elif manner == "many":
            lines = "".join(f"X-{number}: y\r\n" for number in range(1000))
            sock.sendall(start + lines.encode() + b"Content-Length: 2\r\n\r\nok")
        elif manner == "endless":
            sock.sendall(start + b"\r\n")
            while not self._stop.is_set():
                sock.sendall(b"<p>and so on</p>" * 4096)
                self.sent += 65536
        elif manner != "drop":
            extra = "".join(f"{name}: {value}\r\n" for name, value in page.headers.items())
            sock.sendall(start + extra.encode() + f"Content-Length: {len(page.body)}\r\n\r\n".encode())
            self.sent += len(page.body)
            sock.sendall(page.body)


@dataclass
class Proxy:
    """A context manager: an HTTP or SOCKS5 proxy that leads every connection to `ports` ({requested port: local port}).

    `targets` are the requested (host, port)s. `refusal` is a status or reply code for refusals. `login`: (name,
    password).
    """

    scheme: str
    ports: Mapping[int, int] = field(default_factory=dict)
    refusal: int = 0
    login: tuple[str, str] | None = None
    targets: list[tuple[str, int]] = field(default_factory=list)
    silent: bool = False

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        talk = self._http if self.scheme == "http" else self._socks
        self._server = _serve(LOOPBACK, socket.AF_INET, talk)
        self.port: int = self._server.server_address[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        _end(self._server)

    @property
    def url(self) -> str:
        name = f"{self.login[0]}:{self.login[1]}@" if self.login else ""
        return f"{self.scheme}://{name}{LOOPBACK}:{self.port}"

    def _http(self, sock: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            more = sock.recv(1)
            if not more:
                return
            head += more
        host, _, port = head.split(b" ")[1].decode().rpartition(":")
        self.targets.append((host.strip("[]"), int(port)))
        if self.silent:
            self._stop.wait(30)
        elif self.refusal:
            sock.sendall(f"HTTP/1.1 {self.refusal} No\r\n\r\n".encode())
        else:
            self._lead(sock, int(port), b"HTTP/1.1 200 Connected\r\n\r\n")

    def _socks(self, sock: socket.socket) -> None:
        _version, count = _read(sock, 2)
        methods = _read(sock, count)
        if self.login:
            if 2 not in methods:
                sock.sendall(b"\x05\xff")
                return
            sock.sendall(b"\x05\x02")
            name = _read(sock, _read(sock, 2)[1])
            password = _read(sock, _read(sock, 1)[0])
            right = (name.decode(), password.decode()) == self.login
            sock.sendall(b"\x01\x00" if right else b"\x01\x01")
            if not right:
                return
        else:
            sock.sendall(b"\x05\x00")
        kind = _read(sock, 4)[3]
        if kind == 3:
            host = _read(sock, _read(sock, 1)[0]).decode()
        else:
            host = socket.inet_ntop(
                *((socket.AF_INET, _read(sock, 4)) if kind == 1 else (socket.AF_INET6, _read(sock, 16)))
            )
        port = int.from_bytes(_read(sock, 2))
        self.targets.append((host, port))
        if self.silent:
            self._stop.wait(30)
        elif self.refusal:
            sock.sendall(bytes([5, self.refusal, 0, 1, 0, 0, 0, 0, 0, 0]))
        else:
            self._lead(sock, port, bytes([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))

    def _lead(self, sock: socket.socket, port: int, yes: bytes) -> None:
        with socket.create_connection((LOOPBACK, self.ports.get(port, port))) as far:
            sock.sendall(yes)
            back = threading.Thread(target=_pour, args=(far, sock), daemon=True)
            back.start()
            _pour(sock, far)
            back.join(60)


def _pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def _read(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = sock.recv(count - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    block_on_close = False
    talk: Any


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        # Clients may disconnect at any time, or reject the certificate.
        with contextlib.suppress(OSError, ssl.SSLError, ConnectionError, IndexError, ValueError):
            self.server.talk(self.request)  # type: ignore[attr-defined]


def _serve(address: str, family: int, talk: Any) -> _Server:
    class Server(_Server):
        address_family = family

    server = Server((address, 0), _Handler)
    server.talk = talk
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server


def _end(server: _Server) -> None:
    server.shutdown()
    server.server_close()


@contextlib.contextmanager
def unused_port() -> Iterator[int]:
    """A local port that refuses connections."""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        yield taken.getsockname()[1]
