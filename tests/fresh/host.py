"""The machine that runs `make fresh`: its folder, its tools, and a lock for one run at a time."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2

BASE_DIR = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("FRESH_DIR", "/var/cache/clicksafely-fresh"))
RUNTIME = Path("/run/clicksafely-fresh")
SUITE = "trixie"
# Seconds for one command.
MAX_SECONDS = 1800
# Pauses in seconds before a failed download is repeated.
DOWNLOAD_PAUSES = (10, 60)
# Used again by later runs; everything else below FOLDER is removed after each part.
CACHED = {
    *("machine", "machine.complete", "systemd", "systemd.complete", "debian", "debian.complete"),
    *("storage", "networks", "containers.conf"),
}
CERTIFICATES = Path("/etc/ssl/certs")
# Debian packages by the command that each provides.
PACKAGES = {
    "debootstrap": ("debootstrap",),
    "podman": ("podman", "netavark", "aardvark-dns", "nftables", "iptables"),
    "runc": ("runc",),
    "docker-compose": ("docker-compose",),
}
# Variables for access to package indexes, without local caches and wheel folders.
DOWNLOAD_VARIABLES = {
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_CERT", "PIP_DEFAULT_TIMEOUT"),
    *("UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_HTTP_TIMEOUT", "UV_NATIVE_TLS"),
    *("SSL_CERT_FILE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
}


class FreshError(Exception):
    """A failure, with the last lines of its output."""


FAILURES = (FreshError, AssertionError, httpx2.HTTPError)


@dataclass(frozen=True)
class Figure:
    """A measured time in seconds with an optional target, or a size in megabytes.

    A missed target is no failure, because the time depends on the machine; it is printed.
    """

    name: str
    value: float
    unit: str = "s"
    bar: float | None = None

    def __str__(self) -> str:
        bar = ""
        if self.bar is not None:
            verdict = "met" if self.value <= self.bar else "MISSED"
            bar = f"   bar {self.bar:.0f} {self.unit}: {verdict}"
        return f"{self.name:<58}{self.value:8.1f} {self.unit}{bar}"


def find_obstacle() -> str:
    """Why this machine cannot run the parts; empty if it can."""
    if os.geteuid() != 0:
        return "it needs root"
    with contextlib.suppress(OSError):
        if "ID=debian" in Path("/etc/os-release").read_text().splitlines():
            mounted = subprocess.run(
                ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True
            )
            return "" if mounted.returncode == 0 else "root may not mount anything here"
    return "it needs Debian"


@contextlib.contextmanager
def exclusive_run() -> Iterator[None]:
    """Wait for other runs on this machine, and lock them out inside the block."""
    for folder in (FOLDER, RUNTIME):
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (RUNTIME / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print_line("Waiting for another run on this machine ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install_tools(*commands: str) -> None:
    """Install the Debian packages of missing commands."""
    missing = [package for command in commands if not shutil.which(command) for package in PACKAGES[command]]
    if missing:
        print_line(f"Installing {' '.join(missing)} ...")
        download("apt-get", "update", "-qq")
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        download("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, environment=environment)


def run(
    *command: str | Path, environment: dict[str, str] | None = None, cwd: Path | None = None, text: str | None = None
) -> str:
    """The standard output of a command with the input `text`. Raises FreshError if it fails."""
    words = [str(word) for word in command]
    streams = {"stdin": subprocess.DEVNULL} if text is None else {"input": text}
    try:
        result = subprocess.run(
            words, env=environment, cwd=cwd, text=True, capture_output=True, timeout=MAX_SECONDS, **streams
        )
    except subprocess.TimeoutExpired:
        raise FreshError(f"{' '.join(words)} did not end within {MAX_SECONDS} s.") from None
    if result.returncode:
        lines = f"{result.stdout}\n{result.stderr}".strip().splitlines()[-30:]
        raise FreshError("\n".join([f"{' '.join(words)} failed with {result.returncode}:", *lines]))
    return result.stdout


def download(*command: str | Path, environment: dict[str, str] | None = None) -> str:
    """`run` for a command that downloads: one that fails is repeated after a pause."""
    for pause in DOWNLOAD_PAUSES:
        try:
            return run(*command, environment=environment)
        except FreshError as error:
            print_line(f"{error}\nRepeating in {pause} s ...")
            time.sleep(pause)
    return run(*command, environment=environment)


def remove_leftovers() -> None:
    """Remove everything below FOLDER that later runs do not use: checkouts, logs, archives, a minimal Debian without its last packages."""
    for path in FOLDER.iterdir():
        unfinished = path.is_dir() and f"{path.name}.complete" in CACHED and not path.with_suffix(".complete").exists()
        if path.name in CACHED and not unfinished:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def make_debian(root: Path, *packages: str) -> None:
    """Create a Debian with the essential packages and these below `root`, unless it exists."""
    complete = root.with_suffix(".complete")
    if complete.exists():
        return
    print_line(f"Creating {root} with debootstrap ...")
    shutil.rmtree(root, ignore_errors=True)
    download("debootstrap", "--variant=minbase", f"--include={','.join(['ca-certificates', *packages])}", SUITE, root)
    complete.touch()


def clone_checkout(target: Path) -> str:
    """Clone the committed state of this checkout to `target`; returns the commit."""
    shutil.rmtree(target, ignore_errors=True)
    run("git", "clone", "--quiet", BASE_DIR, target)
    return run("git", "-C", target, "rev-parse", "HEAD").strip()


def download_environment() -> dict[str, str]:
    """The environment variables of this machine for access to package indexes, and more attempts than by default."""
    attempts = {"UV_HTTP_RETRIES": "10", "PIP_RETRIES": "10"}
    return attempts | {name: value for name, value in os.environ.items() if name.upper() in DOWNLOAD_VARIABLES}


def processes_in(root: Path) -> list[int]:
    """The processes whose root is this Debian."""
    found = []
    for link in Path("/proc").glob("[0-9]*/root"):
        with contextlib.suppress(OSError):
            if link.samefile(root):
                found.append(int(link.parent.name))
    return found


def stop_processes(root: Path, first: signal.Signals) -> None:
    """Stop all processes of this Debian: with the signal, and after 20 seconds with KILL. Raises FreshError."""
    for number, seconds in ((first, 20.0), (signal.SIGKILL, 10.0)):
        deadline = time.monotonic() + seconds
        while (processes := processes_in(root)) and time.monotonic() < deadline:
            for pid in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            time.sleep(0.2)
        if not processes:
            return
    raise FreshError(f"Processes of an earlier run do not end: {processes}.")


@contextlib.contextmanager
def stopwatch() -> Iterator[list[float]]:
    """A list that contains the seconds of the block after its end."""
    seconds: list[float] = []
    started = time.monotonic()
    yield seconds
    seconds.append(time.monotonic() - started)


def print_line(text: str) -> None:
    """Print without buffering."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
