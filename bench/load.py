"""Load generation with wrk, and comparison of a target with a floor."""

import json
import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 3
CONNECTIONS = 32
TARGET_SECONDS, FLOOR_SECONDS, WARM_SECONDS = 5, 3, 2
# After a heavy run, the idle worker of a web server takes all keep-alive connections, and the rate halves.
PAUSE_SECONDS = 1.5
SCRIPT = Path(__file__).with_name("load.lua")
# Browsers request compression, so the compressed page is measured.
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


class BenchError(Exception):
    """Reason for which a measurement failed, in one line."""


@dataclass(frozen=True)
class Run:
    """A run of wrk: responses per second, and latencies in milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Target:
    """A target of wrk: a URL, and for forms the path, the body and the file of states (see `load.lua`)."""

    url: str
    mode: str = "get"
    path: str = ""
    body: str = ""
    states: str = ""


@dataclass(frozen=True)
class Comparison:
    """Medians over the rounds; `ratio` is the median of the ratios."""

    rate: float
    floor: float
    ratio: float
    p95: float
    p99: float


def find_wrk() -> None:
    """Find wrk, or install it if possible. Raises BenchError."""
    if shutil.which("wrk"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing wrk ...")
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=False, stdout=subprocess.DEVNULL)
    if not shutil.which("wrk"):
        raise BenchError("wrk is missing: install it (Debian: apt-get install wrk) and run again.")


def say(line: str) -> None:
    """Print progress."""
    print(line, flush=True)


def drive(target: Target, *, seconds: int, connections: int = CONNECTIONS) -> Run:
    """One run. Raises BenchError for unexpected responses."""
    time.sleep(PAUSE_SECONDS)
    threads = min(2, connections)
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(SCRIPT)]
    headers = [part for name, value in BROWSER.items() for part in ("-H", f"{name}: {value}")]
    form = {"MODE": target.mode, "FORM_PATH": target.path, "FORM_BODY": target.body, "STATES": target.states}
    result = subprocess.run(
        [*command, *headers, target.url],
        env=os.environ | form,
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=False,
    )
    _, found, line = result.stdout.partition("RESULT ")
    if not found:
        raise BenchError(f"wrk failed on {target.url}: {' '.join((result.stdout + result.stderr).split())[-200:]}")
    figures = json.loads(line)
    wrong = {name: figures[name] for name in ("refused", "broken", "ran_out") if figures[name]}
    if wrong or not figures["requests"]:
        raise BenchError(f"{target.mode} {target.url}{target.path}: {wrong or 'no answers'} of {figures['requests']}")
    return Run(figures["requests"] / figures["seconds"], figures["p50"], figures["p95"], figures["p99"])


def compare(
    name: str,
    target: Target,
    floor: Target,
    *,
    connections: int = CONNECTIONS,
    before: Callable[[], None] = lambda: None,
) -> Comparison:
    """Alternate target and floor. Each target run is compared with the mean of the floor runs before and after it."""
    drive(floor, seconds=WARM_SECONDS, connections=connections)
    if target.mode == "get":
        drive(target, seconds=WARM_SECONDS, connections=connections)
    runs, floors, ratios = [], [drive(floor, seconds=FLOOR_SECONDS, connections=connections).rate], []
    for number in range(1, ROUNDS + 1):
        before()
        runs.append(drive(target, seconds=TARGET_SECONDS, connections=connections))
        floors.append(drive(floor, seconds=FLOOR_SECONDS, connections=connections).rate)
        ratios.append(runs[-1].rate / statistics.mean(floors[-2:]))
        say(f"  {name}, round {number}: {runs[-1].rate:,.0f}/s, floor {floors[-1]:,.0f}/s, ratio {ratios[-1]:.2f}")
    return Comparison(
        rate=statistics.median(run.rate for run in runs),
        floor=statistics.median(floors),
        ratio=statistics.median(ratios),
        p95=statistics.median(run.p95 for run in runs),
        p99=statistics.median(run.p99 for run in runs),
    )
