"""Keeps one program running while it is needed. Standard library only: also run by path, without the project."""

import argparse
import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
QUICK_FAILURE = 5.0
MAX_QUICK_FAILURES = 6


def die_with_parent(stop_signal: int) -> None:
    """On Linux, request `stop_signal` for this process when the thread that started it ends. No effect elsewhere."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)


class ManagedProcess:
    """One program, restarted whenever it exits, until `stop`. It and its children have their own process group."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        stop_signal: int = signal.SIGTERM,
        grace: float = 10.0,
        uid: int | None = None,
        gid: int | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdout: int | IO[bytes] | None = None,
        quick_failure: float = QUICK_FAILURE,
        max_quick_failures: int = MAX_QUICK_FAILURES,
    ) -> None:
        """`grace`: seconds between the stop signal and SIGKILL. `uid`, `gid`: run as this user (requires root).

        A program that exits `max_quick_failures` times in a row within `quick_failure` seconds of its start is not restarted again.
        """
        self.command = list(command)
        self.stop_signal = stop_signal
        self.grace = grace
        self.uid = uid
        self.gid = gid
        self.env = env
        self.cwd = cwd
        self.stdout = stdout
        self.quick_failure = quick_failure
        self.max_quick_failures = max_quick_failures
        self.child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()

    def run(self, *, on_start: Callable[[subprocess.Popen[bytes]], None] = lambda child: None) -> bool:
        """Run until `stop` is called (True) or the program repeatedly fails within seconds of its start (False).

        The calling thread must outlive the program: the program receives the stop signal when that thread ends. `on_start` receives every
        new child and must return immediately.
        """
        failures = 0
        while not self._stopping.is_set():
            started = time.monotonic()
            child = self._spawn()
            if self._stopping.is_set():
                child.send_signal(self.stop_signal)
            on_start(child)
            child.wait()
            self._sweep(child)
            failures = failures + 1 if time.monotonic() - started < self.quick_failure else 0
            if failures >= self.max_quick_failures:
                return False
            self._stopping.wait(0.1 * 2**failures if failures else 0)
        return True

    def stop(self) -> None:
        """Request the end of the program; it is killed after `grace` seconds. Returns immediately: `run` returns when it has ended."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        child = self.child
        if child is None or child.poll() is not None:
            return
        child.send_signal(self.stop_signal)
        killer = threading.Timer(self.grace, self._sweep, [child])
        killer.daemon = True
        killer.start()

    @property
    def stopping(self) -> bool:
        """Whether `stop` was called."""
        return self._stopping.is_set()

    def _spawn(self) -> subprocess.Popen[bytes]:
        stop_signal = self.stop_signal
        self.child = subprocess.Popen(  # noqa: S603 - the command comes from the caller
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=self.stdout,
            stderr=subprocess.STDOUT if self.stdout is not None else None,
            env=self.env,
            cwd=self.cwd,
            start_new_session=True,
            # After the change of user, which would reset it.
            preexec_fn=lambda: die_with_parent(stop_signal),
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )
        return self.child

    def _sweep(self, child: subprocess.Popen[bytes]) -> None:
        """Kill the remaining processes of the program's process group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def main(argv: Sequence[str]) -> int:
    """Keep the command after `--` running while any process holds a shared lock on `--hold`.

    The kernel releases the locks of killed processes.

    Exit codes: 0 no holders are left, or SIGTERM was received; 1 the program keeps failing.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--hold", required=True)
    parser.add_argument("--lock", required=True)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args(argv)

    lock = os.open(options.lock, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.ftruncate(lock, 0)
    os.write(lock, str(os.getpid()).encode())

    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    program = ManagedProcess(
        options.command,
        stop_signal=options.signal,
        grace=30,
        uid=options.uid,
        gid=options.gid,
        env=environment,
        cwd=Path("/"),
    )
    signal.signal(signal.SIGTERM, lambda number, frame: program.stop())
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def wait_for_last_holder() -> None:
        hold = os.open(options.hold, os.O_RDWR)
        fcntl.flock(hold, fcntl.LOCK_EX)  # kept until this process ends: a new holder waits, then starts afresh
        program.stop()

    threading.Thread(target=wait_for_last_holder, daemon=True).start()
    return 0 if program.run() else 1


if __name__ == "__main__":
    os.closerange(3, 256)  # file descriptors inherited from the starter, such as a pipe that another process reads
    sys.exit(main(sys.argv[1:]))
