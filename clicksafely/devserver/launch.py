"""Implements `make run`: embedded servers, preparation, then the parts of the Procfile until a signal arrives."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

from clicksafely.common.database_roles.grant_table import role_name
from clicksafely.common.files import var_folder
from clicksafely.common.queue import heartbeat
from clicksafely.devserver import launch_checks, local_servers
from clicksafely.devserver.environment import LocalServerError, complete_environment, mock_service_settings
from clicksafely.devserver.launch_checks import LaunchError
from clicksafely.devserver.process_manager import die_with_parent
from clicksafely.devserver.procfile import MARKER, MAX_QUICK_FAILURES, Part, ProcfileProcesses, stop_leftovers
from clicksafely.healthcheck import is_ready, is_worker_alive

BASE_DIR = Path(__file__).resolve().parents[2]
# Generous for a busy machine; the end of a part is noticed at once.
READY_SECONDS = 300
DEMO_ACCOUNTS_FILE = "demo-accounts.json"
# A personal machine: few visitors, and memory is needed for the browser. In production the numbers of the Procfile apply.
SINGLE_INSTANCE_PARTS = ("WEB_WORKERS", "WORKER_PROCESSES")


def main() -> int:
    """Run until SIGINT, SIGTERM or SIGHUP. Exit code: 0 stopped, 1 could not run."""
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)  # a killed `make` does not forward signals
    os.umask(0o077)  # uploads, schedules and other files of the parts in the var folder
    os.environ.setdefault("DEMO", "true")
    os.environ.setdefault("PORT", "8000")
    # Each process has the secrets of all parts.
    os.environ.setdefault("PART", "")
    for name in SINGLE_INSTANCE_PARTS:
        os.environ.setdefault(name, "1")
    var_dir = Path(os.environ.get("VAR_DIR", BASE_DIR / "var")).resolve()
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        if not stop.is_set():
            stop.set()
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # `nohup make run` requests this
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
    port = launch_checks.read_port(os.environ["PORT"])
    lock_var_folder(var_dir)
    launch_checks.check_var_folder(var_dir)
    if stop_leftovers(var_dir):
        say("Stopped processes of an earlier run.")
    if found := mock_service_settings(var_dir):
        say(f"Using the running stand-ins: {', '.join(name for name in found if name not in os.environ)}.")
        os.environ.update({name: value for name, value in found.items() if name not in os.environ})
    host = os.environ.get("HOST", "127.0.0.1")
    if "MAIL_SMTP_URL" in os.environ:
        # Base URL of the links in messages to reporters.
        os.environ.setdefault("SITE_URL", f"http://localhost:{port}")
    launch_checks.check_address(host, port)
    say("Starting PostgreSQL and Valkey ..." if not {"DATABASE_URL", "REDIS_URL"} & set(os.environ) else "Starting ...")
    own_database = "DATABASE_URL" not in os.environ
    complete_environment(BASE_DIR)
    launch_checks.check_database(os.environ["DATABASE_URL"])
    launch_checks.check_broker(os.environ["REDIS_URL"])
    if not {"PUBLIC_KEYS_DIR", "PRIVATE_KEYS_DIR"} & set(os.environ):
        launch_checks.check_key_rings(var_dir / "keys")
    say("Preparing database, static files and demonstration data ...")
    _prepare(var_dir, combined_roles=own_database)
    roles = _database_roles() if own_database else {}

    failed: list[str] = []

    def give_up(name: str, last_line: str) -> None:
        failed.append(f"{name} died {MAX_QUICK_FAILURES} times shortly after its start: {last_line or 'no output'}")
        stop.set()

    if os.geteuid() == 0:
        # Celery warns about root. Here this is a container or a trial; in production nothing runs as root.
        quiet = [os.environ.get("PYTHONWARNINGS", ""), "ignore:::celery.platforms"]
        os.environ["PYTHONWARNINGS"] = ",".join(filter(None, quiet))
    say("Starting web server, workers and beat ...")
    say(_describe_roles(roles))
    parts = ProcfileProcesses(
        BASE_DIR / "Procfile",
        env=os.environ,
        var_dir=var_dir,
        parts={
            name: Part(name, {"DATABASE_URL": local_servers.as_role(os.environ["DATABASE_URL"], role)})
            for name, role in roles.items()
        },
        on_failure=give_up,
    )
    heartbeat.clear_heartbeats(os.environ["REDIS_URL"])
    try:
        parts.start()
        if _wait_until(is_ready, port, stop, seconds=READY_SECONDS):
            if not _wait_until(is_worker_alive, port, stop, seconds=READY_SECONDS) and not stop.is_set():
                say(f"No heartbeat of worker and beat within {READY_SECONDS} s: reports are accepted and queued.")
            if not stop.is_set():
                _announce(var_dir, port, time.monotonic() - started)
        elif not stop.is_set():
            raise LaunchError(f"The portal did not become ready within {READY_SECONDS} s: see the output above.")
        while not stop.wait(1):
            if local_servers.restart_killed(var_dir):
                say("The keeper of an embedded server was killed: restarted.")
    except KeyboardInterrupt:
        say("Stopping ...")
    finally:
        parts.stop()
    if failed:
        raise LaunchError(failed[0])


def lock_var_folder(var_dir: Path) -> None:
    """Lock the var folder for this run, until the process ends."""
    try:
        var_folder.make_var_folder(var_dir)
        lock = os.open(var_dir / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LaunchError(f"VAR_DIR cannot be used: {error.strerror} ({var_dir}).") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(lock, 20, 0).decode()
        raise LaunchError(f"Already running on {var_dir} (process {owner}): stop it first, or set VAR_DIR.") from None
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)


def _database_roles() -> dict[str, str]:
    """Return the database role of each program of the Procfile."""
    portal, queues = os.environ.get("PORTAL", "all"), os.environ.get("WORKER_QUEUES", "")
    web = portal if portal in {"public", "staff"} else "web"
    worker = {"celery": "worker", "sealed": "sealed"}.get(queues, "tasks")
    return {
        program: role_name(part)
        for program, part in {"web": web, "worker": worker, "outside": "outside", "beat": "beat"}.items()
    }


def _describe_roles(roles: Mapping[str, str]) -> str:
    if not roles:
        return (
            "DATABASE_URL is set: all parts use its role. In production each has its own: docs/operations/install.md."
        )
    listed = ", ".join(f"{program} as {role}" for program, role in roles.items())
    both = " (both sites in one process)" if role_name("web") in roles.values() else ""
    return f"Database roles, none of them the owner: {listed}{both}."


def _prepare(var_dir: Path, *, combined_roles: bool) -> None:
    command = [
        sys.executable,
        str(BASE_DIR / "manage.py"),
        "prepare",
        *(["--combined-roles"] if combined_roles else []),
    ]
    # The White Paper of the demonstration prints the address of the portal.
    environment = {"SITE_URL": f"http://localhost:{os.environ['PORT']}", **os.environ, MARKER: str(var_dir)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True) as child:  # noqa: S603
        try:
            code = child.wait()
        except KeyboardInterrupt:
            child.terminate()
            raise
    if code:
        raise LaunchError("The preparation failed: see the output above.")


def _wait_until(answers: Callable[[int], bool], port: int, stop: threading.Event, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not stop.wait(0.1):
        if answers(port):
            return True
    return False


def _announce(var_dir: Path, port: int, seconds: float) -> None:
    portal = os.environ.get("PORTAL", "all")
    home, staff = f"http://localhost:{port}/", f"http://localhost:{port}/admin/"
    where = {"public": home, "staff": staff}.get(portal, f"{home}   (staff: {staff})")
    lines = ["", f"Ready after {seconds:.1f} s:  {where}"]
    accounts = var_dir / DEMO_ACCOUNTS_FILE
    if accounts.exists() and portal != "public":
        lines += ["", f"Demonstration accounts ({accounts}):"]
        for account in json.loads(accounts.read_text()):
            lines.append(f"  {account['username']:<14}{account['password']:<26}{account['role']}")
        lines.append("Second factor of these accounts:  make code USER=analyst1")
        lines.append('A key for the partner API:        make partner-key PARTNER="Пример партнер"')
    lines += ["Ctrl-C stops everything.", ""]
    say("\n".join(lines))


def say(text: str) -> None:
    """Print to the terminal, which may be closed."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError:
        pass


if __name__ == "__main__":
    sys.exit(main())
