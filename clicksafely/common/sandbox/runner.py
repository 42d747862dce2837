"""Runs a decoder of untrusted files in a confined process: at most two for requests, and one for each network."""

import fcntl
import hmac
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from clicksafely.common.http.client_id import client_digest

_OWN_SECRET: Final = secrets.token_bytes(32)
# Processes at once of all requests to this site on this machine.
PLACES: Final = 2
# A request of a visitor waits for a place, and then for its result. Staff are known and few, and wait longer.
PLACE_SECONDS, RESULT_SECONDS = 1.0, 5
STAFF_PLACE_SECONDS, STAFF_RESULT_SECONDS = 20.0, 60
# Only ends processes that hang: their CPU time is limited, and a slow machine must not refuse a valid file.
TASK_RESULT_SECONDS: Final = 180
# For a fork server to start, to load a reader and to fork.
_START_SECONDS: Final = 10
# A confined process ends itself. It is killed so much later.
_SPARE_SECONDS: Final = 10
# A fork server without a call ends, because it holds 25 to 45 MB.
IDLE_SECONDS: Final = 300
_MAX_ANSWER_LENGTH: Final = 100
_POLL_SECONDS: Final = 0.02
_ENDING_SIGNALS: Final = frozenset({signal.SIGALRM, signal.SIGXCPU, signal.SIGKILL, signal.SIGTERM})
# One thread each: a system call filter and a limit of memory suit no thread pools.
_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1"}
# Distinguishes pools that share a secret and a folder: the parallel processes of the tests.
POOL = ""


class SandboxBusy(Exception):
    """No place became free, or another request of the network has one. Nothing was read."""


class SandboxFailed(Exception):
    """The process exited with another code than 0. `code` is None if it took too long; a signal is negative.

    `output` is what it had written by then. `was_ended`: it exceeded its time or was killed, also for lack of memory.
    """

    def __init__(self, code: int | None, output: bytes) -> None:
        super().__init__(code)
        self.code, self.output = code, output
        self.was_ended = code is None or -code in _ENDING_SIGNALS


def network_of(request: HttpRequest) -> str:
    """Return the key of the client's network for `place_in_pool`. All visitors of the onion service are one network."""
    return client_digest(request) or "indistinguishable"


@contextmanager
def place_in_pool(*, network: str = "", seconds: float = STAFF_PLACE_SECONDS) -> Iterator[None]:
    """Hold one of the places for requests. A `network` (see `network_of`) holds at most one, and does not wait for a second.

    A place is an abstract socket (`man 7 unix`): the kernel frees it when the process ends. Raises SandboxBusy after `seconds`.
    """
    places = [_hold(f"network {network}")] if network else []
    if None in places:
        raise SandboxBusy
    try:
        places.append(_wait_for_place(seconds))
        yield
    finally:
        for each in places:
            if each is not None:
                each.close()


@contextmanager
def run_alone(name: str) -> Iterator[bool]:
    """Yield whether this is the only process on this machine that runs `name`."""
    with (Path(settings.VAR_DIR) / f"{name}{POOL}.lock").open("w") as lock_file:
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _wait_for_place(seconds: float) -> socket.socket:
    end = time.monotonic() + seconds
    while True:
        for place in range(PLACES):
            if place_socket := _hold(f"place {place}"):
                return place_socket
        if time.monotonic() >= end:
            raise SandboxBusy
        time.sleep(_POLL_SECONDS)


def _secret() -> bytes:
    """Return the secret in the names of places. A release has no SECRET_KEY and serves no requests: it has places of its own."""
    try:
        return str(settings.SECRET_KEY).encode()
    except ImproperlyConfigured:
        return _OWN_SECRET


def _hold(name: str) -> socket.socket | None:
    key = hmac.digest(_secret(), f"sandbox {settings.VAR_DIR} {POOL} {name}".encode(), "sha256")
    place_socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        place_socket.bind(b"\0" + key)
    except OSError:
        place_socket.close()
        return None
    return place_socket


def run_sandboxed(
    module: str, arguments: Sequence[str] = (), *, content: bytes | Path, seconds: int = TASK_RESULT_SECONDS
) -> bytes:
    """Return the output of `module.main(*arguments)` with `content` as standard input. See `confinement` for its limits.

    `content` never touches a disk; a path is opened here. Raises SandboxFailed, also after `seconds`.
    """
    message = json.dumps([module, seconds, *arguments]).encode()
    with _open_content(content) as readable, _in_memory(b"") as output:
        code = _exit_code(message, readable, output, seconds + _SPARE_SECONDS)
        output.seek(0)
        written = output.read()
        if code != 0:
            raise SandboxFailed(code, written)
        return written


def _exit_code(message: bytes, readable: IO[bytes], output: IO[bytes], seconds: float) -> int | None:
    """Return the exit code of the process of this call; None after `seconds`, or if the fork server has ended."""
    # A server that was started before may have ended.
    for _turn in range(2):
        server = _running_server()
        answer, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with answer:
            try:
                with theirs:
                    server.call(message, readable.fileno(), output.fileno(), theirs.fileno())
                answer.settimeout(_START_SECONDS)
                if not answer.recv(_MAX_ANSWER_LENGTH):
                    raise ConnectionError
            except OSError:
                _end_server(server)
                # It may have ended between its fork and its answer.
                os.lseek(readable.fileno(), 0, os.SEEK_SET)
                os.ftruncate(output.fileno(), 0)
                os.lseek(output.fileno(), 0, os.SEEK_SET)
                continue
            answer.settimeout(seconds)
            try:
                return int(answer.recv(_MAX_ANSWER_LENGTH))
            except (OSError, ValueError):
                return None
    return None


class _ForkServer:
    """The process that forks the confined ones. It ends with this process: its socket is closed."""

    def __init__(self) -> None:
        self._calls, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._calls.settimeout(_START_SECONDS)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - no shell, fixed names
                [sys.executable, "-s", "-m", "clicksafely.common.sandbox.fork_server", str(IDLE_SECONDS)],
                cwd=settings.BASE_DIR,
                env=_ENVIRONMENT,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def call(self, message: bytes, *descriptors: int) -> None:
        """Send a call of `fork_server`. Raises OSError."""
        socket.send_fds(self._calls, [message], descriptors)

    def forget(self) -> None:
        """Close the socket."""
        self._calls.close()

    def end(self) -> None:
        """Close the socket, and end the process and its children."""
        self.forget()
        self._process.kill()
        self._process.wait()


_server: _ForkServer | None = None
_server_lock = threading.Lock()


def _running_server() -> _ForkServer:
    """Return the fork server of this process. The first call starts it, and the first one after its end."""
    global _server
    with _server_lock:
        if _server is None:
            _server = _ForkServer()
        return _server


def _end_server(server: _ForkServer) -> None:
    global _server
    with _server_lock:
        if _server is server:
            _server = None
    server.end()


def _forget_server() -> None:
    """Forget the fork server of the parent, in a fork of this process.

    The fork starts a fork server of its own, and does not keep that of its parent running.
    """
    global _server, _server_lock
    if _server:
        _server.forget()
    _server, _server_lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_server)


def _open_content(content: bytes | Path) -> IO[bytes]:
    return content.open("rb") if isinstance(content, Path) else _in_memory(content)


def _in_memory(content: bytes) -> IO[bytes]:
    file = os.fdopen(os.memfd_create("sandbox"), "w+b")
    file.write(content)
    file.seek(0)
    return file
