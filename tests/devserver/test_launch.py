"""`make run` without make: start and stop of all processes, also after any of them is killed."""

import contextlib
import fcntl
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
import pytest
from django.conf import settings

from clicksafely.common.demo.registry import demo_parts
from clicksafely.devserver import launch as launcher
from clicksafely.devserver import local_servers, mock_services, server_folders
from clicksafely.devserver.procfile import running_processes, stop_leftovers
from clicksafely.devserver.server_folders import servers_folder
from clicksafely.devserver.server_programs import postgres_answers, valkey_answers
from clicksafely.healthcheck import is_ready, is_worker_alive
from tests.ports import free_port
from tests.servers import static_root
from tests.waiting import until

BASE_DIR = Path(__file__).resolve().parents[2]
# Start-up time is measured elsewhere. On a busy machine it may take minutes.
pytestmark = pytest.mark.timeout(1200)
GIVEN = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "RECEIPT_PEPPER",
    "FORM_SECRET",
    "RATE_LIMIT_SECRET",
    "AUDIT_KEY",
    "MAKELEVEL",
)


class Launch:
    """A run of the launcher with the environment of a user's shell; `output` grows while it runs."""

    def __init__(self, var_dir: Path, port: int, **environment: str) -> None:
        self.var_dir = var_dir
        self.port = port
        plain = {name: value for name, value in os.environ.items() if name not in GIVEN}
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

    def clear_away(self) -> None:
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
    """A run in an empty folder: whether the site and its worker responded, and which processes remained."""

    launch: Launch
    answered: bool
    worked: bool
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
            code = launch.end(signal.SIGTERM)
            left_nothing = nothing_left(folder)
        finally:
            launch.clear_away()
        yield FirstRun(launch, answered, worked, code, left_nothing)


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
        launch.clear_away()


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

    def gone() -> bool:
        try:
            local_servers.remove_data(folder)
        except server_folders.LocalServerError:
            return False
        return True

    until(gone, what="release of the servers")


@pytest.fixture
def port() -> int:
    return free_port()


def nothing_left(var_dir: Path) -> bool:
    return not list(running_processes(var_dir)) and not postgres_answers(var_dir) and not valkey_answers(var_dir)


def named(var_dir: Path, word: str) -> psutil.Process:
    """The oldest process of a Procfile entry."""
    found = [process for process in running_processes(var_dir) if word in " ".join(process.cmdline())]
    return min(found, key=psutil.Process.create_time)


def test_it_starts_everything_tells_how_to_get_in_and_leaves_nothing(first_run: FirstRun) -> None:
    assert (first_run.answered, first_run.worked) == (True, True)
    output, var_dir = first_run.launch.output, first_run.launch.var_dir
    assert (var_dir / "demo-data-loaded").read_text().split()[-1] == "news"

    accounts = json.loads((var_dir / "demo-accounts.json").read_text())
    assert stat.S_IMODE((var_dir / "demo-accounts.json").stat().st_mode) == 0o600
    assert [account["username"] for account in accounts] == [
        "analyst1", "analyst2", "supervisor", "editor", "coordinator", "auditor", "safeguarding",
    ]  # fmt: skip
    assert f"http://localhost:{first_run.launch.port}/" in output
    assert [account["username"] for account in accounts if account["password"] not in output] == []
    assert "make code USER=analyst1" in output
    assert "SecurityWarning" not in output
    made = [path for path in var_dir.iterdir() if not path.is_symlink()]
    open_to_others = [path.name for path in made if path.stat().st_mode & 0o077]
    assert open_to_others == []
    assert {"beat-schedule", "demo-data-loaded", "static"} <= {path.name for path in var_dir.iterdir()}

    assert (first_run.code, first_run.left_nothing) == (0, True)
    assert output.endswith("Stopped.\n")


@pytest.mark.parametrize(
    ("portal", "where", "accounts"),
    [
        ("all", "http://localhost:8000/   (desk: http://localhost:8000/admin/)", True),
        ("staff", "http://localhost:8000/admin/", True),
        ("public", "http://localhost:8000/", False),
    ],
)
def test_it_names_the_doors_that_are_there(
    portal: str,
    where: str,
    accounts: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    account = {"username": "analyst1", "password": "planted-password", "role": "analyst"}
    (tmp_path / launcher.DEMO_ACCOUNTS_FILE).write_text(json.dumps([account]))
    monkeypatch.setenv("PORTAL", portal)
    launcher._announce(tmp_path, 8000, 4.2)
    output = capsys.readouterr().out
    assert output.splitlines()[1] == f"Ready after 4.2 s:  {where}"
    assert ("planted-password" in output, "make code" in output) == (accounts, accounts)


def test_a_second_instance_says_so_in_one_line(launches: list[Launch], var_dir: Path, port: int) -> None:
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


def test_a_port_in_use_is_one_line_and_starts_nothing(empty_var_dir: Path, launches: list[Launch], port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        launch = Launch(empty_var_dir, port)
        launches.append(launch)
        assert launch.finish() == 1
    assert launch.output == f"Port {port} cannot be used (Address already in use): try `make run PORT={port + 1}`.\n"
    assert not servers_folder(empty_var_dir).exists()


def test_stand_ins_that_run_are_used_and_those_that_died_are_not(empty_var_dir: Path) -> None:
    path = empty_var_dir / mock_services.SETTINGS_FILE
    assert mock_services.mock_service_settings(empty_var_dir) == {}
    path.write_text("# a note\nDNS_RESOLVERS=127.0.0.1:5353\nMAIL_IMAP_URL=imaps://a:b=c@127.0.0.1:9/INBOX\n")
    assert mock_services.mock_service_settings(empty_var_dir) == {}
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert mock_services.mock_service_settings(empty_var_dir) == {
            "DNS_RESOLVERS": "127.0.0.1:5353",
            "MAIL_IMAP_URL": "imaps://a:b=c@127.0.0.1:9/INBOX",
        }


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
        victim = named(var_dir, word)
        victim.kill()
        until(lambda name=name: re.search(rf"{name} +\| started again", launch.output), what=f"the new start of {name}")
        assert named(var_dir, word).pid != victim.pid
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
def test_a_part_that_cannot_run_stops_everything_and_says_why(
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
    assert last.startswith(f"{part} died 3 times soon after its start: ")
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


def test_parts_that_outlived_their_launcher_are_stopped_by_the_next_run(
    launches: list[Launch], var_dir: Path, port: int
) -> None:
    first = Launch(var_dir, port)
    launches.append(first)
    first.wait_until_ready()
    orphans = list(running_processes(var_dir))
    for process in orphans:
        process.suspend()  # suspended, so that they miss the death of their parent
    first.process.kill()
    first.finish()

    second = Launch(var_dir, port)
    launches.append(second)
    second.wait_until_ready()
    assert "Stopped what an earlier run had left." in second.output
    assert [process for process in orphans if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []


def test_where_servers_are_given_it_starts_none(empty_var_dir: Path, launches: list[Launch], port: int) -> None:
    given = {"DATABASE_URL": os.environ["DATABASE_URL"], "REDIS_URL": os.environ["REDIS_URL"], "DEMO": "false"}
    launch = Launch(empty_var_dir, port, **given)
    launches.append(launch)
    until(lambda: "Preparing" in launch.output, what="its preparation")
    assert not servers_folder(empty_var_dir).exists()
    assert launch.end() == 0
    assert not servers_folder(empty_var_dir).exists()


def test_told_to_stop_while_it_prepares_it_stops(var_dir: Path, launches: list[Launch], port: int) -> None:
    launch = Launch(var_dir, port)
    launches.append(launch)
    until(lambda: "Preparing" in launch.output, what="its preparation")
    assert launch.end() == 0
    assert nothing_left(var_dir)
    again = Launch(var_dir, port)
    launches.append(again)
    again.wait_until_ready()
