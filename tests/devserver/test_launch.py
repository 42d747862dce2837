"""`make run` without make: start and stop of all processes, also after any of them is killed."""

import contextlib
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg2
import pytest
from django.conf import settings

from clicksafely.common.crypto import keyring
from clicksafely.common.crypto.part_secrets import SECRETS
from clicksafely.common.demo.registry import demo_parts
from clicksafely.common.staff.roles import ROLES
from clicksafely.devserver import launch_checks, local_servers, server_folders
from clicksafely.devserver.ports import free_port
from clicksafely.devserver.procfile import running_processes, stop_leftovers
from clicksafely.devserver.server_folders import servers_folder
from clicksafely.devserver.server_programs import postgres_answers, valkey_answers
from clicksafely.healthcheck import is_ready, is_worker_alive
from tests.servers import static_root
from tests.waiting import until

BASE_DIR = Path(__file__).resolve().parents[2]
# Start-up time is measured elsewhere. On a busy machine it may take minutes.
pytestmark = pytest.mark.timeout(1200)
REMOVED_VARIABLES = (
    "DATABASE_URL",
    "REDIS_URL",
    *SECRETS,
    "MAKELEVEL",
)


class Launch:
    """A run of the launcher with the environment of a user's shell; `output` grows while it runs."""

    def __init__(self, var_dir: Path, port: int, **environment: str) -> None:
        self.var_dir = var_dir
        self.port = port
        plain = {name: value for name, value in os.environ.items() if name not in REMOVED_VARIABLES}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "clicksafely.devserver.launch"],
            cwd=BASE_DIR,
            env=plain
            | {"VAR_DIR": str(var_dir), "PORT": str(port), "WEB_WORKERS": "1", "WORKER_PROCESSES": "1"}
            | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.output += line

    def wait_until_ready(self) -> "Launch":
        until(lambda: "Ready after" in self.output or self.process.poll() is not None, seconds=400, what="Ready")
        assert self.process.poll() is None, self.output
        return self

    def answers(self) -> bool:
        return is_ready(self.port)

    def end(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.finish()

    def finish(self) -> int:
        code = self.process.wait(400)
        self._reader.join(60)
        return code

    def clean_up(self) -> None:
        """Stop all processes, also after a failed test."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        stop_leftovers(self.var_dir)


@pytest.fixture(autouse=True)
def _hanging_up_counts() -> Iterator[None]:
    """SIGHUP is not ignored, even if the test suite runs under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@dataclass(frozen=True)
class FirstRun:
    """A run in an empty folder: whether the site and its worker responded, as which database roles its parts were connected, and which
    processes remained.
    """

    launch: Launch
    answered: bool
    worked: bool
    roles: set[str]
    code: int
    left_nothing: bool


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstRun]:
    """The first run in the shared folder, because creating the database takes longer than all tests."""
    with _folder(tmp_path_factory.mktemp("launches") / "var") as folder:
        # One demonstration is enough here; other tests load the others.
        _lay(folder, [part.name for part in demo_parts() if part.name != "news"])
        launch = Launch(folder, free_port())
        try:
            launch.wait_until_ready()
            answered, worked = launch.answers(), is_worker_alive(launch.port)
            roles = connected_roles(folder)
            code = launch.end(signal.SIGTERM)
            left_nothing = nothing_left(folder)
        finally:
            launch.clean_up()
        yield FirstRun(launch, answered, worked, roles, code, left_nothing)


@pytest.fixture
def var_dir(first_run: FirstRun) -> Path:
    """A folder that successive tests share, as on a user's machine."""
    return first_run.launch.var_dir


@pytest.fixture
def empty_var_dir(tmp_path: Path) -> Iterator[Path]:
    """An empty folder."""
    with _folder(tmp_path / "var") as folder:
        yield folder


@pytest.fixture
def launches(empty_var_dir: Path) -> Iterator[list[Launch]]:
    """Launchers that a test starts, stopped before the folders are removed."""
    started: list[Launch] = []
    yield started
    for launch in started:
        launch.clean_up()


@contextlib.contextmanager
def _folder(folder: Path) -> Iterator[Path]:
    """Static files and demonstration data are marked as present, because creating them takes longer than the test."""
    folder.mkdir(mode=0o700)
    (folder / "static").symlink_to(static_root(settings.VAR_DIR))
    _lay(folder, [part.name for part in demo_parts()])
    try:
        yield folder
    finally:
        _remove(folder)


def _lay(folder: Path, parts: list[str]) -> None:
    """Mark these demonstrations as loaded."""
    stamp = folder / "demo-data-loaded"
    stamp.touch(mode=0o600)
    stamp.write_text(" ".join(parts))


def _remove(folder: Path) -> None:
    """Delete the servers as soon as the last process that holds them has ended."""

    def is_removed() -> bool:
        try:
            local_servers.remove_data(folder)
        except server_folders.LocalServerError:
            return False
        return True

    until(is_removed, what="release of the servers")


@pytest.fixture
def port() -> int:
    return free_port()


def nothing_left(var_dir: Path) -> bool:
    return not list(running_processes(var_dir)) and not postgres_answers(var_dir) and not valkey_answers(var_dir)


def connected_roles(var_dir: Path) -> set[str]:
    """The roles of all connections to the database of a run, without the server's own workers, such as autovacuum."""
    url = local_servers.server_urls(var_dir)[0]
    with contextlib.closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return {role for (role,) in cursor.fetchall()}


def processes_of(var_dir: Path, word: str) -> list[psutil.Process]:
    """The processes of a Procfile entry, the oldest first; one that ends meanwhile is left out."""
    found = []
    for process in running_processes(var_dir):
        with contextlib.suppress(psutil.NoSuchProcess):
            if word in " ".join(process.cmdline()):
                found.append((process.create_time(), process))
    return [process for _, process in sorted(found, key=lambda pair: pair[0])]


def test_it_starts_all_parts_prints_accounts_and_leaves_nothing(first_run: FirstRun) -> None:
    assert (first_run.answered, first_run.worked) == (True, True)
    output, var_dir = first_run.launch.output, first_run.launch.var_dir
    assert (var_dir / "demo-data-loaded").read_text().split()[-1] == "news"

    accounts = json.loads((var_dir / "demo-accounts.json").read_text())
    assert stat.S_IMODE((var_dir / "demo-accounts.json").stat().st_mode) == 0o600
    assert [account["username"] for account in accounts] == [name for role in ROLES for name in role.demo_accounts]
    assert f"http://localhost:{first_run.launch.port}/" in output
    assert [account["username"] for account in accounts if account["password"] not in output] == []
    assert "make code USER=analyst1" in output
    assert "SecurityWarning" not in output
    paths = [path for path in var_dir.iterdir() if not path.is_symlink()]
    open_to_others = [path.name for path in paths if path.stat().st_mode & 0o077]
    assert open_to_others == []
    assert {"beat-schedule", "demo-data-loaded", "static"} <= {path.name for path in var_dir.iterdir()}

    assert (first_run.code, first_run.left_nothing) == (0, True)
    assert output.endswith("Stopped.\n")


def test_no_part_connects_as_the_database_owner_and_one_line_lists_roles(first_run: FirstRun) -> None:
    assert {"clicksafely_web", "clicksafely_tasks"} <= first_run.roles
    assert first_run.roles <= {f"clicksafely_{name}" for name in ("web", "tasks", "outside", "beat")}
    (line,) = [line for line in first_run.launch.output.splitlines() if "Database roles" in line]
    assert "web as clicksafely_web, worker as clicksafely_tasks, outside as clicksafely_outside" in line


def test_a_second_instance_ends_with_a_one_line_message(launches: list[Launch], var_dir: Path, port: int) -> None:
    first = Launch(var_dir, port)
    launches.append(first)
    until(lambda: "Starting" in first.output, what="the first claiming the folder")
    second = Launch(var_dir, port)
    launches.append(second)
    assert second.finish() == 1
    assert (
        second.output == f"Already running on {var_dir} (process {first.process.pid}): stop it first, or set VAR_DIR.\n"
    )
    assert first.process.poll() is None


def test_other_secrets_beside_an_old_database_are_refused_and_the_former_ones_accepted(
    launches: list[Launch], var_dir: Path, port: int, tmp_path: Path
) -> None:
    for path in var_dir.glob("secrets-*.env"):
        path.rename(tmp_path / path.name)
    launch = Launch(var_dir, port)
    launches.append(launch)
    assert launch.finish() == 1
    assert f"Not the secrets of this database: {', '.join(SECRETS)}. Bring the former values back" in launch.output
    assert "Traceback" not in launch.output
    assert not list(running_processes(var_dir))
    for path in tmp_path.glob("secrets-*.env"):
        path.rename(var_dir / path.name)
    accepted = Launch(var_dir, port)
    launches.append(accepted)
    accepted.wait_until_ready()


def test_a_port_in_use_is_one_line_and_starts_nothing(empty_var_dir: Path, launches: list[Launch], port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        launch = Launch(empty_var_dir, port)
        launches.append(launch)
        assert launch.finish() == 1
    assert launch.output == f"Port {port} cannot be used (Address already in use): try `make run PORT={port + 1}`.\n"
    assert not servers_folder(empty_var_dir).exists()


def test_a_killed_part_is_started_again(launches: list[Launch], var_dir: Path, port: int) -> None:
    launch = Launch(var_dir, port)
    launches.append(launch)
    launch.wait_until_ready()
    for name, word in {
        "web": "granian",
        "worker": "--queues celery",
        "outside": "--queues outside",
        "beat": "celery_main beat",
    }.items():
        victim = processes_of(var_dir, word)[0]
        victim.kill()
        until(lambda name=name: re.search(rf"{name} +\| restarted", launch.output), what=f"the new start of {name}")

        # The line is written before the new process has its command line.
        def is_back(word: str = word, pid: int = victim.pid) -> bool:
            running = processes_of(var_dir, word)
            return bool(running) and running[0].pid != pid

        until(is_back, what=f"a new process of {name}")
    until(launch.answers, what="/readyz")

    assert launch.end(signal.SIGINT) == 0
    assert nothing_left(var_dir)


@pytest.mark.parametrize(
    ("part", "variable", "value", "reason"),
    [
        ("worker", "WORKER_PROCESSES", "many", "got 'many'"),
        ("beat", "PYTHONPATH", "{broken}", "beat cannot live here"),
    ],
)
def test_a_part_that_cannot_run_stops_everything_with_the_reason(
    launches: list[Launch], var_dir: Path, port: int, tmp_path: Path, part: str, variable: str, value: str, reason: str
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text("import sys\nif 'beat' in sys.argv: sys.exit('beat cannot live here')\n")
    launch = Launch(var_dir, port, **{variable: value.format(broken=broken)})
    launches.append(launch)
    assert launch.finish() == 1
    assert "Ready after" not in launch.output
    last = launch.output.splitlines()[-1]
    assert last.startswith(f"{part} died 3 times shortly after its start: ")
    assert reason in last
    assert nothing_left(var_dir)


def test_after_the_launcher_was_killed_the_next_run_recovers(launches: list[Launch], var_dir: Path, port: int) -> None:
    first = Launch(var_dir, port)
    launches.append(first)
    first.wait_until_ready()
    passwords = (var_dir / "demo-accounts.json").read_bytes()
    first.process.kill()
    first.finish()

    second = Launch(var_dir, port)
    launches.append(second)
    second.wait_until_ready()
    assert second.answers()
    assert (var_dir / "demo-accounts.json").read_bytes() == passwords
    assert second.end(signal.SIGHUP) == 0
    assert nothing_left(var_dir)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.7", "2001:db8::1"])
def test_a_wrong_host_is_one_line_about_the_host(empty_var_dir: Path, launches: list[Launch], host: str) -> None:
    launch = Launch(empty_var_dir, free_port(), HOST=host)
    launches.append(launch)
    assert launch.finish() == 1
    (line,) = launch.output.splitlines()
    assert re.fullmatch(
        rf"HOST={re.escape(host)} is not an address of this machine \([^)]+\): use 127\.0\.0\.1, or 0\.0\.0\.0 for all\.",
        line,
    )
    assert not servers_folder(empty_var_dir).exists()


@pytest.mark.parametrize("port", ["abc", "0", "65536", "９"])
def test_a_wrong_port_is_one_line(empty_var_dir: Path, launches: list[Launch], port: str) -> None:
    launch = Launch(empty_var_dir, 1, PORT=port)
    launches.append(launch)
    assert launch.finish() == 1
    assert launch.output == f"PORT={port} is not a port: use a number from 1 to 65535, such as PORT=8000.\n"
    assert not servers_folder(empty_var_dir).exists()


@pytest.mark.parametrize(
    ("name", "value", "beginning"),
    [
        ("REDIS_URL", "foo", "REDIS_URL must have the form redis://"),
        ("REDIS_URL", "redis://127.0.0.1:{closed}/0", "REDIS_URL does not work: Error 111"),
        ("DATABASE_URL", "foo", "DATABASE_URL must have the form postgresql://"),
        ("DATABASE_URL", "postgresql://user@127.0.0.1:{closed}/x", "DATABASE_URL does not work: connection to"),
        ("DATABASE_URL", "{existing}-missing", "DATABASE_URL does not work: connection to"),
    ],
)
def test_a_server_that_does_not_respond_is_one_line(
    empty_var_dir: Path, launches: list[Launch], port: int, name: str, value: str, beginning: str
) -> None:
    variables = {key: os.environ[key] for key in ("DATABASE_URL", "REDIS_URL")} | {"DEMO": "false"}
    variables[name] = value.format(closed=free_port(), existing=os.environ["DATABASE_URL"])
    launch = Launch(empty_var_dir, port, **variables)
    launches.append(launch)
    assert launch.finish() == 1
    first, last = launch.output.splitlines()
    assert first == "Starting ..."
    assert last.startswith(beginning)


@pytest.mark.parametrize("folder", ["/proc/clicksafely", "{file}/var"])
def test_a_var_folder_that_cannot_be_written_is_one_line(
    tmp_path: Path, launches: list[Launch], port: int, folder: str
) -> None:
    (tmp_path / "file").touch()
    launch = Launch(Path(folder.format(file=tmp_path / "file")), port)
    launches.append(launch)
    assert launch.finish() == 1
    assert re.fullmatch(r"VAR_DIR cannot be used: [^\n]+\n", launch.output)


def test_a_missing_or_damaged_key_ring_is_named(tmp_path: Path) -> None:
    keyring.generate_rings(tmp_path)
    launch_checks.check_key_rings(tmp_path)
    whole = (tmp_path / "private.json").read_bytes()
    for damaged in (whole[: len(whole) // 2], b"{}", b"\0"):
        (tmp_path / "private.json").write_bytes(damaged)
        with pytest.raises(launch_checks.LaunchError, match=r"private\.json is damaged"):
            launch_checks.check_key_rings(tmp_path)
    for name in ("private.json", "public.json"):
        (tmp_path / name).unlink()
        with pytest.raises(launch_checks.LaunchError, match=f"{name} is missing: restore it"):
            launch_checks.check_key_rings(tmp_path)
