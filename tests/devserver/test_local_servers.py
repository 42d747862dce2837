"""The embedded servers under several processes."""

import contextlib
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from clicksafely.devserver import local_servers, server_folders
from clicksafely.devserver.server_folders import LocalServerError, servers_folder, socket_folder
from clicksafely.devserver.server_programs import postgres_answers, valkey_answers
from tests.waiting import has_not_ended, until

BASE_DIR = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0
HOLDER = """
import sys
from pathlib import Path
from clicksafely.devserver import local_servers
local_servers.hold(Path(sys.argv[1]), durable=sys.argv[2] == "durable")
print("held", flush=True)
sys.stdin.read()
"""


class Holder:
    """Another process that holds the servers until `end` or `kill`."""

    def __init__(self, var_dir: Path, *, durable: bool = False, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(var_dir), "durable" if durable else "throwaway"],
            cwd=BASE_DIR,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "held\n"

    def end(self) -> None:
        self.process.communicate(timeout=300)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=300)

    def __enter__(self) -> "Holder":
        return self

    def __exit__(self, *problem: object) -> None:
        self.kill()


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "var"
    yield path
    until(lambda: _is_removed(path), what="release of the servers")


def _is_removed(path: Path) -> bool:
    try:
        local_servers.remove_data(path)
    except LocalServerError:
        return False
    return True


def answering(var_dir: Path) -> tuple[bool, bool]:
    return postgres_answers(var_dir), valkey_answers(var_dir)


def keeper_of(var_dir: Path, name: str) -> psutil.Process:
    return psutil.Process(int((servers_folder(var_dir) / f"{name}.keeper").read_text()))


def server_of(var_dir: Path, name: str) -> psutil.Process:
    return keeper_of(var_dir, name).children()[0]


def execute(var_dir: Path, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(local_servers.server_urls(var_dir)[0])
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def have_ended(*processes: psutil.Process) -> bool:
    return not any(has_not_ended(process) for process in processes)


def permissions(path: Path) -> dict[Path, int]:
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in (path, *path.parents)}


def test_the_last_one_out_stops_the_servers(var_dir: Path) -> None:
    first, second = Holder(var_dir), Holder(var_dir)
    assert answering(var_dir) == (True, True)
    keepers = [keeper_of(var_dir, "postgres"), keeper_of(var_dir, "valkey")]

    first.end()
    assert answering(var_dir) == (True, True)

    second.end()
    assert answering(var_dir) == (False, False)
    assert have_ended(*keepers)


def test_a_database_folds_the_capitals_of_serbian(var_dir: Path) -> None:
    local_servers.hold(var_dir, valkey=False, durable=False)
    assert execute(var_dir, "SELECT lower('ЉУБАВ Њ Ђ ŠĐ')") == [("љубав њ ђ šđ",)]


def test_a_killed_holder_leaves_nothing_behind(var_dir: Path) -> None:
    holder = Holder(var_dir)
    servers = [server_of(var_dir, "postgres"), server_of(var_dir, "valkey")]
    holder.kill()
    until(lambda: have_ended(*servers), what="the end of the servers")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux notifies a process of the death of its parent")
def test_killing_the_process_manager_ends_the_server_and_keeps_its_data(var_dir: Path) -> None:
    holder = Holder(var_dir, durable=True)
    execute(var_dir, "CREATE TABLE kept AS SELECT 42 AS answer")
    server = server_of(var_dir, "postgres")
    keeper_of(var_dir, "postgres").kill()
    until(lambda: have_ended(server), what="the end of PostgreSQL")

    with Holder(var_dir, durable=True):
        assert execute(var_dir, "SELECT answer FROM kept") == [(42,)]
    holder.end()


def test_a_killed_server_is_started_again(var_dir: Path) -> None:
    local_servers.hold(var_dir)
    execute(var_dir, "CREATE TABLE kept AS SELECT 42 AS answer")
    killed = [server_of(var_dir, "postgres"), server_of(var_dir, "valkey")]
    for server in killed:
        server.kill()
    until(lambda: have_ended(*killed), what="their end")
    until(lambda: answering(var_dir) == (True, True), what="both servers answering again")
    assert execute(var_dir, "SELECT answer FROM kept") == [(42,)]


def test_everything_killed_at_once(var_dir: Path) -> None:
    holder = Holder(var_dir, durable=True)
    execute(var_dir, "CREATE TABLE kept AS SELECT 42 AS answer")
    keepers = [keeper_of(var_dir, "postgres"), keeper_of(var_dir, "valkey")]
    victims = [*keepers, *(child for keeper in keepers for child in keeper.children(recursive=True))]
    for act in (psutil.Process.suspend, psutil.Process.kill):  # suspended first, so that none sees another die
        for process in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                act(process)
    holder.kill()

    with Holder(var_dir, durable=True):
        assert answering(var_dir) == (True, True)
        assert execute(var_dir, "SELECT answer FROM kept") == [(42,)]


def test_valkey_writes_nothing_to_disk(var_dir: Path) -> None:
    holder = Holder(var_dir)
    with redis.Redis.from_url(local_servers.server_urls(var_dir)[1]) as client:
        client.set("counter", "planted-marker")
    holder.end()
    holder = Holder(var_dir)
    with redis.Redis.from_url(local_servers.server_urls(var_dir)[1]) as client:
        assert client.keys() == []
    holder.end()
    files = [
        path
        for folder in (servers_folder(var_dir), socket_folder(var_dir))
        for path in folder.rglob("*")
        if path.is_file()
    ]
    assert [path for path in files if b"planted-marker" in path.read_bytes()] == []


def test_servers_are_closed_to_other_users(var_dir: Path) -> None:
    local_servers.hold(var_dir, durable=False)
    listening = [
        connection
        for name in ("postgres", "valkey")
        for connection in server_of(var_dir, name).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == []
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (servers_folder(var_dir), socket_folder(var_dir))] == [
        0o700,
        0o700,
    ]


def test_permissions_of_folders_above_stay_and_the_data_are_where_their_user_reaches_them(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    var_dir = private / "var"
    before = permissions(private)
    local_servers.hold(var_dir, durable=False)
    data = servers_folder(var_dir).resolve()
    assert permissions(private) == before
    assert data.is_relative_to(server_folders.FALLBACK_FOLDER) == AS_ROOT
    assert (server_of(var_dir, "postgres").uids().real != os.geteuid()) == AS_ROOT

    local_servers.remove_data(var_dir)
    assert not data.exists()
    assert not servers_folder(var_dir).exists()
    assert permissions(private) == before


def test_data_of_another_version_are_left_alone(var_dir: Path) -> None:
    Holder(var_dir).end()
    (servers_folder(var_dir) / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(LocalServerError, match="was created by PostgreSQL 15"):
        local_servers.hold(var_dir, durable=False)


def test_servers_in_use_are_not_erased(var_dir: Path) -> None:
    with Holder(var_dir):
        with pytest.raises(LocalServerError, match="in use"):
            local_servers.remove_data(var_dir)
        assert answering(var_dir) == (True, True)
