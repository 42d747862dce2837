"""A real S3 service on loopback in a separate process, and services that hang or refuse every request."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.exceptions import BotoCoreError

from clicksafely.devserver.ports import free_port
from tests.waiting import until

KEY_ID, SECRET = "the-portal", "a secret of the bucket 7/8"


class S3Service:
    """The service with a client of its own. All objects are in memory, so a kill deletes them."""

    def __init__(self) -> None:
        self._port = free_port()
        self.endpoint = f"http://127.0.0.1:{self._port}"
        session = boto3.session.Session(KEY_ID, SECRET, region_name="us-east-1")
        self.client: Any = session.client("s3", endpoint_url=self.endpoint)
        self._process: subprocess.Popen[bytes]

    def start(self) -> None:
        """Start the service and wait until it responds."""
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self._port)]
        environment = os.environ | {"MOTO_S3_DEFAULT_MAX_KEYS": "3", "TEST_SERVER_MODE": "false"}
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: self._answers() or self._process.poll() is not None, what="the S3 service")
        assert self._process.poll() is None

    def kill(self) -> None:
        """Kill the service."""
        self._process.kill()
        self._process.wait()

    def hang(self) -> None:
        """Accept connections without responding, until `go_on`."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Respond again, also to pending requests."""
        self._process.send_signal(signal.SIGCONT)

    def make_bucket(self, name: str = "") -> str:
        """Create an empty bucket; returns its name."""
        name = name or f"media-{secrets.token_hex(6)}"
        self.client.create_bucket(Bucket=name)
        return name

    def files(self, bucket: str) -> dict[str, bytes]:
        """Every object of a bucket, by key."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return {key: self.client.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def _answers(self) -> bool:
        try:
            self.client.list_buckets()
        except BotoCoreError:
            return False
        return True


@contextmanager
def s3_service() -> Iterator[S3Service]:
    """A service inside the block."""
    service = S3Service()
    try:
        service.start()
        yield service
    finally:
        service.kill()


def write_key(path: Path) -> Path:
    """Write a credentials file, as an administrator does."""
    path.write_text(f"{KEY_ID}\n{SECRET}\n")
    path.chmod(0o600)
    return path


class HangingService:
    """Context manager: a service that accepts connections without responding."""

    def __enter__(self) -> Self:
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._server.setblocking(False)
        self.endpoint = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._connections: list[socket.socket] = []
        return self

    def __exit__(self, *error: object) -> None:
        self.connections()
        for each in (self._server, *self._connections):
            each.close()

    def connections(self) -> int:
        """The number of connections so far."""
        with suppress(BlockingIOError):
            while True:
                self._connections.append(self._server.accept()[0])
        return len(self._connections)


@contextmanager
def refusing_service(status: int, code: str, *, port: int = 0) -> Iterator[str]:
    """The URL of a service that responds with this status and S3 error code to every request; on a free port by default."""

    class Refusal(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            content = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_PUT = do_DELETE = do_HEAD = do_POST = answer

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Refusal)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
