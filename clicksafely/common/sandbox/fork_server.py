"""Forks one confined process for each file: `python -m clicksafely.common.sandbox.fork_server SECONDS`."""

import codecs
import ctypes
import encodings
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
from contextlib import suppress
from typing import Final, NamedTuple

from clicksafely.common.sandbox.confinement import confine

STARTED: Final = b"started"
MAX_MESSAGE: Final = 1 << 16
_SIGNAL_OF_PARENTS_END = 1  # PR_SET_PDEATHSIG, man 2 prctl


class _Child(NamedTuple):
    """A confined process: its number, the descriptor that is readable when it has ended, and the socket of its call."""

    pid: int
    ended: int
    answer: socket.socket


def serve(owner: socket.socket, *, idle_seconds: float) -> None:
    """Answer the calls of `owner` until it ends (end of file), or for `idle_seconds` without a child.

    A call is a message with a JSON list of module, seconds and arguments. It passes the descriptors of input, output
    and a socket for the answers `STARTED` and exit code. A child is killed when the other end of that
    socket is closed. The server imports the modules, never reads a file, and has one thread.
    """
    children: set[_Child] = set()
    with selectors.PollSelector() as waiting:
        waiting.register(owner, selectors.EVENT_READ)
        while events := waiting.select(None if children else idle_seconds):
            for key, _events in events:
                if key.fileobj is owner:
                    child = _start(owner)
                    if child is None:
                        return
                    children.add(child)
                    for watched in (child.ended, child.answer):
                        waiting.register(watched, selectors.EVENT_READ, child)
                elif key.data in children:
                    children.remove(key.data)
                    for watched in (key.data.ended, key.data.answer):
                        waiting.unregister(watched)
                    _end(key.data)


def _start(owner: socket.socket) -> _Child | None:
    """Fork for the next call. Return None at the end of the owner."""
    message, descriptors, _flags, _address = socket.recv_fds(owner, MAX_MESSAGE, 3)
    if not message:
        return None
    module, seconds, *arguments = json.loads(message)
    # A module that cannot be loaded ends the child, which tries it again.
    with suppress(Exception):
        importlib.import_module(module)
    source, output, answer = descriptors
    server = os.getpid()
    pid = os.fork()
    if not pid:
        code = 1
        try:
            _take_over(server, source, output)
            code = _run(module, seconds, arguments)
        finally:
            os._exit(code)
    os.close(source)
    os.close(output)
    child = _Child(pid, os.pidfd_open(pid), socket.socket(fileno=answer))
    _send(child, STARTED)
    return child


def _end(child: _Child) -> None:
    """Send the exit code of a child that has ended, or kill it, because its caller has ended."""
    signal.pidfd_send_signal(child.ended, signal.SIGKILL)
    _pid, status = os.waitpid(child.pid, 0)
    _send(child, str(os.waitstatus_to_exitcode(status)).encode())
    child.answer.close()
    os.close(child.ended)


def _send(child: _Child, message: bytes) -> None:
    with suppress(OSError):
        child.answer.send(message)


def _take_over(server: int, source: int, output: int) -> None:
    """In the child: keep only input, output and no other descriptor of the server, and end with it."""
    # The socket of the owner was standard input.
    os.dup2(source, 0)
    os.dup2(output, 1)
    os.closerange(3, 1 + max(map(int, os.listdir("/proc/self/fd"))))
    sys.stdin, sys.stdout = os.fdopen(0), os.fdopen(1, "w", encoding="utf-8")
    ctypes.CDLL(None).prctl(_SIGNAL_OF_PARENTS_END, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:
        os._exit(1)


def _run(module: str, seconds: int, arguments: list[str]) -> int:
    job = importlib.import_module(module)
    confine(seconds=seconds)
    try:
        return int(job.main(*arguments))
    finally:
        sys.stdout.flush()


def main(idle_seconds: str) -> None:
    """Serve the owner, whose Unix socket is standard input."""
    # Decoders load a codec when a file names it; no module can be loaded in a confined process.
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(LookupError):
            codecs.lookup(module.name)
    with socket.socket(fileno=0) as owner:
        serve(owner, idle_seconds=float(idle_seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
