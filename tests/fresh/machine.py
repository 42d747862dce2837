"""`make run` and a smoke test selection for an ordinary user of a minimal Debian: no compiler, no server, no browser."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

from clicksafely.devserver.ports import free_port
from tests.fresh.host import (
    CERTIFICATES,
    FOLDER,
    Figure,
    FreshError,
    clone_checkout,
    download_environment,
    install_tools,
    make_debian,
    print_line,
    processes_in,
    stop_processes,
    stopwatch,
)
from tests.fresh.users import (
    file_report,
    is_ready,
    open_client,
    read_status,
    read_white_paper,
    review,
    sign_in,
    triaged_case,
)

ROOT = FOLDER / "machine"
USER, HOME = "ana", "/home/ana"
CHECKOUT = ROOT / "home/ana/checkout"
COMPILERS = ("cc", "gcc", "g++", "c++", "clang")
FIRST_START_BAR, LATER_START_BAR = 120.0, 10.0
START_SECONDS, STOP_SECONDS, SMOKE_SECONDS, COMMAND_SECONDS = 900, 60, 900, 300
ANSWER = "Хвала, видели смо."
# PostgreSQL, Valkey, a real worker, PDQ, templates. No browser.
SMOKE = (
    "tests/monitoring/test_health.py",
    "tests/hotline/triage/hash_lists",
    "tests/hotline/intake/web/test_views.py",
)
# The mounts are in a separate namespace and end with its last process.
ENTER = """
set -e
root=$1 user=$2; shift 2
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount --bind "$CERTIFICATES" "$root/etc/ssl/certs"
exec chroot --userspec="$user:$user" "$root" env -C "$DIRECTORY" -i "$@"
"""
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
# Output of uv after downloading and unpacking: "Prepared 92 packages in 1m 05s".
PREPARED = re.compile(r"Prepared \d+ packages? in (?:(\d+)m )?([\d.]+)(ms|s)")


def prove() -> Iterator[Figure]:
    """Yield the measurements. Raises FreshError on a failure."""
    install_tools("debootstrap")
    stop_processes(ROOT, signal.SIGKILL)
    make_debian(ROOT, "git", "make", "python3", "python3-venv")
    _prepare_home()
    try:
        first = yield from _run_portal(
            "first `make run` until it is ready, without download", FIRST_START_BAR, stop_make_alone=False, reviews=True
        )
        yield Figure("download of packages, included above", first)
        yield from _run_portal("second `make run` until it is ready", LATER_START_BAR, stop_make_alone=True)
        yield from _run_smoke_tests()
        _read_bill_of_materials()
    finally:
        stop_processes(ROOT, signal.SIGKILL)
        shutil.rmtree(ROOT / HOME.lstrip("/"), ignore_errors=True)


@dataclass
class Job:
    """A command of the ordinary user in the checkout, leader of its process group."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def output(self) -> str:
        """Its output so far."""
        return self.log.read_text(errors="replace")

    def fail(self, reason: str) -> FreshError:
        """An error with the last lines of the output."""
        return FreshError("\n".join([reason, *self.output.splitlines()[-40:]]))


def _start(name: str, *command: str) -> Job:
    environment = {
        "HOME": HOME,
        "USER": USER,
        "LANG": "C.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        **download_environment(),
    }
    words = [*(f"{name}={value}" for name, value in environment.items()), *command]
    log = FOLDER / f"machine-{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", ENTER, "sh", str(ROOT), USER, *words],
            env=os.environ | {"CERTIFICATES": str(CERTIFICATES), "DIRECTORY": f"{HOME}/checkout"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Job(process, log)


def _prepare_home() -> None:
    for compiler in COMPILERS:
        if shutil.which(compiler, path=f"{ROOT}/usr/bin:{ROOT}/usr/local/bin"):
            raise FreshError(f"{ROOT} has a compiler ({compiler}): recreate it with ANEW=1.")
    shutil.copyfile("/etc/resolv.conf", ROOT / "etc/resolv.conf")
    shutil.copyfile("/etc/hosts", ROOT / "etc/hosts")
    if f"\n{USER}:" not in (ROOT / "etc/passwd").read_text():
        subprocess.run(["chroot", ROOT, "useradd", "--create-home", USER], check=True)
    home = ROOT / HOME.lstrip("/")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    clone_checkout(home / "checkout")
    subprocess.run(["chroot", ROOT, "chown", "-R", f"{USER}:{USER}", HOME], check=True)


def _run_portal(name: str, bar: float, *, stop_make_alone: bool, reviews: bool = False) -> Iterator[Figure]:
    """Start the portal, submit a report, with `reviews` also assess and answer it, stop the portal. Returns the seconds of downloads."""
    port = free_port()
    job = _start("run", "make", "run", f"PORT={port}")
    with open_client(f"http://127.0.0.1:{port}") as client:
        started = time.monotonic()
        while not is_ready(client):
            if job.process.poll() is not None:
                raise job.fail("`make run` ended.")
            if time.monotonic() - started > START_SECONDS:
                raise job.fail(f"`make run` was not ready within {START_SECONDS} s.")
            time.sleep(0.1)
        elapsed = time.monotonic() - started
        downloaded = download_seconds(job.output)
        receipt, address = file_report(client)
        print_line(f"A report was submitted: receipt {receipt}.")
        if reviews:
            _review_report(f"http://127.0.0.1:{port}", receipt, address)
        read_white_paper(client)
    with stopwatch() as seconds:
        _stop(job, make_alone=stop_make_alone)
    yield Figure(name, elapsed - downloaded, bar=bar)
    yield Figure("stop of `make run`", seconds[0])
    return downloaded


def _review_report(portal: str, receipt: str, address: str) -> None:
    """As the README says: two analysts of the demonstration assess the report, and its reporter reads the answer."""
    accounts = json.loads((CHECKOUT / "var/demo-accounts.json").read_text())
    passwords = {account["username"]: account["password"] for account in accounts}
    case = ""
    for username, message in (("analyst1", ANSWER), ("analyst2", "")):
        with open_client(portal) as client:
            code = _run("code", "make", "code", f"USER={username}").output.split()[-1]
            sign_in(client, username, passwords[username], code)
            case = case or _triaged_case(client, address)
            review(client, case, {"classification": "cyberbullying"}, message)
    with open_client(portal) as client:
        if ANSWER not in read_status(client, receipt):
            raise FreshError("The reporter does not read the answer of the analyst.")
    print_line("Two analysts assessed the report, and its reporter read the answer.")


def _triaged_case(client: httpx2.Client, address: str) -> str:
    """Wait for the triage of a report."""
    deadline = time.monotonic() + COMMAND_SECONDS
    while not (case := triaged_case(client, address)):
        if time.monotonic() > deadline:
            raise FreshError(f"A report was not triaged within {COMMAND_SECONDS} s.")
        time.sleep(0.1)
    return case


def _run(name: str, *command: str) -> Job:
    """Run a command to its end."""
    job = _start(name, *command)
    with contextlib.suppress(subprocess.TimeoutExpired):
        job.process.wait(COMMAND_SECONDS)
    if job.process.returncode != 0:
        raise job.fail(f"`{' '.join(command)}` ended with {job.process.returncode}.")
    return job


def _read_bill_of_materials() -> None:
    """`make sbom` lists this version of the portal and each pinned package of production."""
    _run("sbom", "make", "sbom")
    bill = json.loads((CHECKOUT / "var/sbom.json").read_text())
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    pinned = set(PINNED.findall((CHECKOUT / "requirements-s3.txt").read_text()))
    listed = {(part["name"], part["version"]) for part in bill["components"]}
    root = bill["metadata"]["component"]
    if (root["name"], root["version"]) != (project["name"], project["version"]) or listed != pinned:
        raise FreshError(f"The bill of materials differs from requirements-s3.txt: {sorted(listed ^ pinned)}.")
    print_line(f"The bill of materials lists {len(listed)} packages of version {root['version']}.")


def _stop(job: Job, *, make_alone: bool) -> None:
    """Send TERM, as closing terminals and service managers do. All processes must end without a traceback."""
    (os.kill if make_alone else os.killpg)(job.process.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while job.process.poll() is None or processes_in(ROOT):
        if time.monotonic() > deadline:
            raise job.fail(f"`make run` left processes behind {STOP_SECONDS} s after TERM: {processes_in(ROOT)}.")
        time.sleep(0.1)
    if "Traceback" in job.output or "Stopped." not in job.output:
        raise job.fail("`make run` did not stop cleanly at TERM.")


def download_seconds(output: str) -> float:
    """The seconds that uv spent on downloading packages."""
    return sum(
        int(minutes or 0) * 60 + float(amount) / (1000 if unit == "ms" else 1)
        for minutes, amount, unit in PREPARED.findall(output)
    )


def _run_smoke_tests() -> Iterator[Figure]:
    """`make test` with a few files."""
    with stopwatch() as seconds:
        job = _start("test", "make", "test", f"T={' '.join(SMOKE)} -q -m 'not e2e'")
        with contextlib.suppress(subprocess.TimeoutExpired):
            job.process.wait(SMOKE_SECONDS)
    if job.process.returncode != 0:
        raise job.fail(f"`make test` ended with {job.process.returncode} after {seconds[0]:.0f} s.")
    print_line(job.output.splitlines()[-1])
    downloaded = download_seconds(job.output)
    yield Figure("`make test` of a smoke selection, without download", seconds[0] - downloaded)
    yield Figure("download of packages, included above", downloaded)
