"""What `make run` runs: embedded servers, preparation, then the parts of the Procfile until somebody says stop."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from clicksafely.common.queue import heartbeat
from clicksafely.devserver import local_servers, mock_services, var_folder
from clicksafely.devserver.environment import LocalServerError, complete_environment
from clicksafely.devserver.process_manager import die_with_parent
from clicksafely.devserver.procfile import MARKER, MAX_QUICK_FAILURES, ProcfileProcesses, stop_leftovers
from clicksafely.healthcheck import is_ready, is_worker_alive

BASE_DIR = Path(__file__).resolve().parents[2]
READY_SECONDS = 60
WORKER_SECONDS = 20
DEMO_ACCOUNTS_FILE = "demo-accounts.json"
# Somebody's own machine: few visitors, and a browser wants memory too. In production the Procfile's numbers hold.
SINGLE_INSTANCE_PARTS = ("WEB_WORKERS", "WORKER_PROCESSES")


class LaunchError(Exception):
    """Why the portal cannot run, in one line."""


def main() -> int:
    """Run until SIGINT, SIGTERM or SIGHUP. Exit code: 0 stopped, 1 could not run."""
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)  # a killed `make` passes nothing on
    os.umask(0o077)  # uploads, schedules, whatever the parts leave in the var folder
    os.environ.setdefault("DEMO", "true")
    os.environ.setdefault("PORT", "8000")
    for name in SINGLE_INSTANCE_PARTS:
        os.environ.setdefault(name, "1")
    var_dir = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # `nohup make run` means it
            signal.signal(number, ask_to_stop)
    try:
        _run(var_dir, stop)
    except KeyboardInterrupt:
        pass
    except (LaunchError, LocalServerError) as error:
        say(str(error))
        return 1
    finally:
        stop.set()
        local_servers.release_all()
    say("Stopped.")
    return 0


def _run(var_dir: Path, stop: threading.Event) -> None:
    started = time.monotonic()
    lock_var_folder(var_dir)
    if stop_leftovers(var_dir):
        say("Stopped what an earlier run had left.")
    if found := mock_services.mock_service_settings(var_dir):
        say(f"Using the stand-ins that are running: {', '.join(name for name in found if name not in os.environ)}.")
        os.environ.update({name: value for name, value in found.items() if name not in os.environ})
    host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"])
    if "MAIL_SMTP_URL" in os.environ:
        # The link in messages to reporters.
        os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    _check_port(host, port)
    say("Starting PostgreSQL and Valkey ..." if not {"DATABASE_URL", "REDIS_URL"} & set(os.environ) else "Starting ...")
    complete_environment(BASE_DIR)
    say("Preparing database, static files and demonstration data ...")
    _prepare(var_dir)

    failed: list[str] = []

    def give_up(name: str, last_line: str) -> None:
        failed.append(f"{name} died {MAX_QUICK_FAILURES} times soon after its start: {last_line or 'it said nothing'}")
        stop.set()

    if os.geteuid() == 0:
        # Celery warns of root, which here is a container or somebody trying the portal out; in production nothing runs as root.
        quiet = [os.environ.get("PYTHONWARNINGS", ""), "ignore:::celery.platforms"]
        os.environ["PYTHONWARNINGS"] = ",".join(filter(None, quiet))
    say("Starting web server, workers and beat ...")
    parts = ProcfileProcesses(BASE_DIR / "Procfile", env=os.environ, var_dir=var_dir, on_failure=give_up)
    heartbeat.clear_heartbeats(os.environ["REDIS_URL"])
    try:
        parts.start()
        if _wait_until(is_ready, port, stop, seconds=READY_SECONDS):
            if not _wait_until(is_worker_alive, port, stop, seconds=WORKER_SECONDS) and not stop.is_set():
                say(
                    f"Worker and beat have not answered within {WORKER_SECONDS} s: reports are accepted, and wait for them."
                )
            if not stop.is_set():
                _announce(var_dir, port, time.monotonic() - started)
        elif not stop.is_set():
            raise LaunchError(f"The portal did not become ready within {READY_SECONDS} s: see its lines above.")
        while not stop.wait(1):
            if local_servers.restart_killed(var_dir):
                say("An embedded server had lost its keeper: started again.")
    except KeyboardInterrupt:
        say("Stopping ...")
    finally:
        parts.stop()
    if failed:
        raise LaunchError(failed[0])


def lock_var_folder(var_dir: Path) -> None:
    """Make this the only run on the var folder, until the process ends."""
    var_folder.make_var_folder(var_dir)
    lock = os.open(var_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(lock, 20, 0).decode()
        raise LaunchError(f"Already running on {var_dir} (process {owner}): stop it first, or set VAR_DIR.") from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise LaunchError(
                f"Port {port} cannot be used ({error.strerror}): try `make run PORT={port + 1}`."
            ) from error


def _prepare(var_dir: Path) -> None:
    command = [sys.executable, str(BASE_DIR / "manage.py"), "prepare"]
    environment = {**os.environ, MARKER: str(var_dir)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True) as child:  # noqa: S603
        try:
            code = child.wait()
        except KeyboardInterrupt:
            child.terminate()
            raise
    if code:
        raise LaunchError("The preparation failed: see above.")


def _wait_until(answers: Callable[[int], bool], port: int, stop: threading.Event, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not stop.wait(0.1):
        if answers(port):
            return True
    return False


def _announce(var_dir: Path, port: int, seconds: float) -> None:
    portal = os.environ.get("PORTAL", "all")
    home, desk = f"http://localhost:{port}/", f"http://localhost:{port}/admin/"
    where = {"public": home, "staff": desk}.get(portal, f"{home}   (desk: {desk})")
    lines = ["", f"Ready after {seconds:.1f} s:  {where}"]
    accounts = var_dir / DEMO_ACCOUNTS_FILE
    if accounts.exists() and portal != "public":
        lines += ["", f"Demonstration accounts ({accounts}):"]
        for account in json.loads(accounts.read_text()):
            lines.append(f"  {account['username']:<14}{account['password']:<26}{account['role']}")
        lines.append("Second factor of any of them:  make code USER=analyst1")
        lines.append('A key for the partner API:     make partner-key PARTNER="Пример партнер"')
    lines += ["Ctrl-C stops everything.", ""]
    say("\n".join(lines))


def say(text: str) -> None:
    """Tell the person at the terminal, who may have left."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError:
        pass


if __name__ == "__main__":
    sys.exit(main())
