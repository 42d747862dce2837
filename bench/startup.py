"""P9: start-up time of `make run`, and memory of its idle processes."""

import contextlib
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.environment import BASE_DIR
from bench.figures import Figure, at_most
from bench.load import BenchError, say
from clicksafely.devserver import local_servers
from clicksafely.devserver.ports import free_port
from clicksafely.healthcheck import is_ready, is_worker_alive

FIRST_BAR, LATER_BAR, MEMORY_BAR = 120, 10, 600
LATER_STARTS = 3
GIVE_UP_SECONDS = 600
# The most frequent periodic task runs every fifteen seconds. A longer window includes all of them.
WINDOW_SECONDS, IDLE_SHARE = 20, 0.06
PAGES = ("", "topics/", "resources/", "news/", "events/", "quizzes/", "games/", "report/csam/", "youth-panel/")
# These variables would make the launcher use external servers, or more processes than by default.
OTHERS = ("DATABASE_URL", "REDIS_URL", "WEB_WORKERS", "WORKER_PROCESSES", "PORTAL", "DJANGO_SETTINGS_MODULE")


def measure(var_dir: Path) -> list[Figure]:
    """Start in an empty folder, then again.

    No other process of the portal may run, because shared memory is divided (PSS).
    """
    local_servers.remove_data(var_dir)
    shutil.rmtree(var_dir, ignore_errors=True)
    later = []
    with started(var_dir) as (first, _port, launcher):
        filled = memory_when_idle(launcher)
    for number in range(1, LATER_STARTS + 1):
        with started(var_dir) as (seconds, port, launcher):
            later.append(seconds)
            if number == LATER_STARTS:
                look_around(port)
                visited = memory_when_idle(launcher)
    return [
        at_most("P9", "first start until it is ready", first, FIRST_BAR, "s"),
        at_most("P9", "later start until it is ready", statistics.median(later), LATER_BAR, "s"),
        at_most("P9", "memory of idle processes after the first start", filled, MEMORY_BAR, "MB"),
        at_most("P9", f"memory of idle processes after {len(PAGES)} pages in 3 languages", visited, MEMORY_BAR, "MB"),
    ]


@contextlib.contextmanager
def started(var_dir: Path) -> Iterator[tuple[float, int, psutil.Process]]:
    """Inside the block: (seconds until `/readyz` succeeds, including worker and beat; port; launcher)."""
    port = free_port()
    plain = {name: value for name, value in os.environ.items() if name not in OTHERS}
    # As under `make`: the launcher ends with this process.
    environment = plain | {"VAR_DIR": str(var_dir), "PORT": str(port), "HOST": "127.0.0.1", "MAKELEVEL": "1"}
    var_dir.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with (var_dir.parent / "startup.log").open("ab") as log:
        launcher = psutil.Popen(
            [sys.executable, "-m", "clicksafely.devserver.launch"],
            cwd=BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        while not (is_ready(port) and is_worker_alive(port)):
            if launcher.poll() is not None or time.monotonic() - began > GIVE_UP_SECONDS:
                raise BenchError(f"The portal does not start; see {var_dir.parent / 'startup.log'}.")
            time.sleep(0.1)
        seconds = time.monotonic() - began
        say(f"  ready after {seconds:.1f} s")
        yield seconds, port, launcher
    finally:
        launcher.send_signal(signal.SIGTERM)
        launcher.wait()


def memory_when_idle(launcher: psutil.Process) -> float:
    """Megabytes (10^6 bytes, PSS) of the launcher and all its descendants, once only periodic tasks run."""
    spent = deque([_processor_seconds(launcher)], maxlen=WINDOW_SECONDS + 1)
    give_up = time.monotonic() + GIVE_UP_SECONDS
    while len(spent) <= WINDOW_SECONDS or spent[-1] - spent[0] > WINDOW_SECONDS * IDLE_SHARE:
        if time.monotonic() > give_up:
            raise BenchError("The portal does not become idle.")
        time.sleep(1)
        spent.append(_processor_seconds(launcher))
    megabytes = sum(process.memory_full_info().pss for process in _all_of(launcher)) / 1e6
    say(f"  {megabytes:.0f} MB")
    return megabytes


def look_around(port: int) -> None:
    """Request the public pages in every language, and the login page of the admin."""
    paths = [f"{language}/{page}" for language in ("sr", "sr-latn", "en") for page in PAGES]
    for path in (*paths, "admin/login/"):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as answer:
            answer.read()


def _all_of(launcher: psutil.Process) -> list[psutil.Process]:
    return [launcher, *launcher.children(recursive=True)]


def _processor_seconds(launcher: psutil.Process) -> float:
    total = 0.0
    for process in _all_of(launcher):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
    return total
