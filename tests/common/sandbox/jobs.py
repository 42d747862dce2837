"""Jobs of the tests, run in the sandbox: each does one thing that an attacker in a decoder would try. Without Django."""

import ctypes
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_KERNEL = ctypes.CDLL(None, use_errno=True)
_X86 = os.uname().machine == "x86_64"


def main(act: str, *arguments: str) -> int:
    """Return the exit code of the act."""
    return int(globals()[act](*arguments) or 0)


def echo(*arguments: str) -> None:
    sys.stdout.buffer.write(" ".join(arguments).encode() + sys.stdin.buffer.read())


def attempt(parent: str, server: str) -> None:
    """Print what every attempt to get out of the process led to: an exception, or "done"."""
    attempts: dict[str, Callable[[], Any]] = {
        "read a file": lambda: Path("/etc/passwd").read_bytes(),
        "read the keys": lambda: Path("var/test/secrets-staff.env").read_bytes(),
        "read the environment of the portal": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "read the memory of the portal": lambda: Path(f"/proc/{parent}/mem").read_bytes(),
        "list a folder": lambda: os.listdir("/"),
        "write a file": lambda: Path("var/sandbox-test").write_bytes(b"x"),
        "remove a file": lambda: os.unlink("var/sandbox-test"),
        "connect": lambda: socket.create_connection(("127.0.0.1", int(parent) % 60_000), timeout=1),
        "connect to a socket file": lambda: socket.socket(socket.AF_UNIX),
        "start a process": lambda: subprocess.run(["/bin/true"], check=True),
        "fork": os.fork,
        "execute": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
        "signal the portal": lambda: os.kill(int(parent), 0),
        "trace the portal": lambda: _call(101 if _X86 else 117, 16, int(parent), 0, 0),
        "read the portal's memory by call": lambda: _call(310 if _X86 else 270, int(parent), 0, 0, 0, 0, 0),
        "signal the fork server": lambda: os.kill(int(server), 0),
        "read the fork server's memory by call": lambda: _call(310 if _X86 else 270, int(server), 0, 0, 0, 0, 0),
        "send a call to the fork server": lambda: socket.socket(fileno=0).send(b"[]"),
        "outlive the fork server": lambda: _call(157 if _X86 else 167, 1, 0, 0, 0),
        "lift a limit": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100)),
        "limit the portal": lambda: resource.prlimit(int(parent), resource.RLIMIT_CPU),
        "stop the alarm": lambda: _call(38 if _X86 else 103, 0, 0, 0),
        "a namespace": lambda: _call(272 if _X86 else 97, 0x10000000),
        "load a module": lambda: __import__("sqlite3"),
    }  # fmt: skip
    found = {name: _outcome(action) for name, action in attempts.items()}
    sys.stdout.write(json.dumps({"environ": dict(os.environ), "files": sorted(_open_files()), **found}))


def _call(number: int, *arguments: int) -> None:
    if _KERNEL.syscall(number, *arguments) == -1:
        raise OSError(ctypes.get_errno(), "refused")


def _outcome(act: Callable[[], Any]) -> str:
    try:
        act()
    except (OSError, ImportError, ValueError) as error:
        return type(error).__name__
    return "done"


def _open_files() -> set[int]:
    found = set()
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.add(number)
    return found


def describe() -> None:
    """Print the open files by device and inode."""
    found = {number: os.fstat(number) for number in _open_files()}
    sys.stdout.write(json.dumps({number: [stat.st_dev, stat.st_ino] for number, stat in found.items()}))


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(600)


def disarm() -> None:
    signal.alarm(0)
    sleep()


def grow(part: str) -> None:
    blocks = []
    while True:
        # Address space, which is limited, without pages, which take seconds.
        blocks.append(bytes(int(part)))


def flood() -> None:
    while True:
        sys.stdout.buffer.write(bytes(1 << 20))


def crash() -> None:
    ctypes.string_at(0)


def fail(code: str) -> int:
    sys.stdout.write("half")
    return int(code)
