"""The embedded servers of `make run` and `make test`: PostgreSQL and Valkey from wheels."""

import atexit
import contextlib
import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

from clicksafely.common.files import var_folder
from clicksafely.devserver import server_folders
from clicksafely.devserver.server_folders import LocalServerError, ServerFolders
from clicksafely.devserver.server_programs import (
    DATABASE,
    POSTGRES,
    VALKEY,
    LocalServer,
    clear_postmaster,
    create_database,
    init_database,
    last_line,
    postgres_answers,
    postgres_command,
    valkey_answers,
    valkey_command,
)

PROCESS_MANAGER = Path(__file__).with_name("process_manager.py")
# Generous for a busy machine; a server that ends is noticed at once.
START_SECONDS = 300

_lock_descriptors: dict[tuple[Path, str], int] = {}


def server_urls(var_dir: Path) -> tuple[str, str]:
    """Return DATABASE_URL and REDIS_URL of the embedded servers of a var folder without starting them.

    Both listen only on Unix sockets in a private folder, so that there are no port conflicts and no passwords. Other
    users have no access. Valkey stores nothing on disk.
    """
    run = server_folders.socket_folder(var_dir)
    database = f"postgresql://{DATABASE}@/{DATABASE}?host={quote(str(run), safe='/')}"
    return database, f"unix://{quote(str(run), safe='/')}/valkey.sock"


def as_role(database_url: str, role: str) -> str:
    """Return the URL for another role. The embedded PostgreSQL trusts every local connection, so that no role has a password."""
    url = urlsplit(database_url)
    return url._replace(netloc=f"{role}@{url.netloc.rpartition('@')[2]}").geturl()


def hold(var_dir: Path, *, postgres: bool = True, valkey: bool = True, durable: bool = True) -> None:
    """Start the missing servers and hold them until `release` or the end of this process. They stop after the last holder.

    Each server has a keeper process (`process_manager.py`), which starts it and restarts it after a crash. The keeper
    stops the server when no process holds it. A hold is a shared file lock, which the kernel releases whenever a
    process ends, even by `kill -9`. `durable=False` starts PostgreSQL without fsync, for temporary data. Raises
    LocalServerError with one line if a server cannot start.
    """
    var_dir = var_dir.resolve()
    servers = [server for server, is_needed in ((POSTGRES, postgres), (VALKEY, valkey)) if is_needed]
    if not servers:
        return
    try:
        var_folder.make_var_folder(var_dir)
        with _locked(var_dir / "servers.lock"):
            home = server_folders.prepare_folders(var_dir)
            for server in servers:
                if (var_dir, server.name) not in _lock_descriptors:
                    _lock_descriptors[var_dir, server.name] = _open_lock(server.hold_file(home), fcntl.LOCK_SH)
            if postgres:
                init_database(home, durable=durable)
            keepers = [_start(home, server, durable=durable) for server in servers]
            for server, keeper in zip(servers, keepers, strict=True):
                _wait(var_dir, home, server, keeper, durable=durable)
            if postgres:
                create_database(var_dir)
    except OSError as error:
        raise LocalServerError(f"The embedded servers cannot start: {error}") from error


def release(var_dir: Path) -> None:
    """Release the servers. If there is no other holder, return when they have stopped."""
    var_dir = var_dir.resolve()
    home = server_folders.servers_folder(var_dir)
    for server in (VALKEY, POSTGRES):
        descriptor = _lock_descriptors.pop((var_dir, server.name), None)
        if descriptor is None:
            continue
        os.close(descriptor)
        with contextlib.suppress(FileNotFoundError):  # the folder was erased meanwhile
            _stop_unheld(home / f"{server.name}.hold", home / f"{server.name}.keeper")


def release_all() -> None:
    """Release all servers held by this process."""
    for var_dir in {var_dir for var_dir, _ in _lock_descriptors}:
        release(var_dir)


def restart_killed(var_dir: Path) -> bool:
    """Restart the servers held by this process whose keeper was killed. Return whether there were any. Raises LocalServerError."""
    var_dir = var_dir.resolve()
    home = server_folders.servers_folder(var_dir)
    held_names = {name for folder, name in _lock_descriptors if folder == var_dir}
    if all(_is_locked(home / f"{name}.keeper") for name in held_names):
        return False
    hold(var_dir, postgres=POSTGRES.name in held_names, valkey=VALKEY.name in held_names)
    return True


def remove_data(var_dir: Path) -> None:
    """Erase the servers' data. Raises LocalServerError while any process holds them."""
    release(var_dir)
    servers = server_folders.servers_folder(var_dir)
    for hold_file in servers.glob("*.hold"):
        if not _stop_unheld(hold_file, hold_file.with_suffix(".keeper")):
            raise LocalServerError(f"The servers in {var_dir} are in use: stop the processes that use them first.")
    server_folders.remove_folders(var_dir)


def _stop_unheld(hold_file: Path, lock_file: Path) -> bool:
    """Stop a server without holders and wait for its end. Return whether it had no holders."""
    descriptor = os.open(hold_file, os.O_RDWR)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            # With other holders, the lock is granted at once; otherwise this waits until the keeper has stopped the server.
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            return not _is_locked(lock_file)
        if _is_locked(lock_file):
            os.kill(int(lock_file.read_text()), signal.SIGTERM)
            os.close(_open_lock(lock_file, fcntl.LOCK_SH))
        return True
    finally:
        os.close(descriptor)


def _start(home: ServerFolders, server: LocalServer, *, durable: bool) -> int | None:
    """Start the keeper of a server and return its process ID; None if one is running."""
    if _is_locked(server.lock_file(home)):
        return None
    if server is POSTGRES:
        clear_postmaster(home)
    command = postgres_command(home, durable=durable) if server is POSTGRES else valkey_command(home)
    identity = [] if home.uid is None else ["--uid", str(home.uid), "--gid", str(home.gid)]
    files = ["--hold", str(server.hold_file(home)), "--lock", str(server.lock_file(home))]
    keeper = [
        sys.executable,
        "-I",
        "-S",
        str(PROCESS_MANAGER),
        *files,
        "--signal",
        str(int(server.stop_signal)),
        *identity,
    ]
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.posix_spawn(
        sys.executable,
        [*keeper, "--", *command],
        os.environ,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(server.log_file(home)), append, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )


def _wait(var_dir: Path, home: ServerFolders, server: LocalServer, keeper: int | None, *, durable: bool) -> None:
    """Wait until a server answers. `keeper` is the one started here; an earlier one may be about to exit."""
    answers = postgres_answers if server is POSTGRES else valkey_answers
    deadline = time.monotonic() + START_SECONDS
    while not answers(var_dir):
        gave_up = keeper is not None and os.waitpid(keeper, os.WNOHANG)[0] == keeper
        if gave_up or time.monotonic() > deadline:
            raise LocalServerError(f"{server.name} does not start: {last_line(server.log_file(home))}")
        if keeper is None:
            keeper = _start(home, server, durable=durable)
        time.sleep(0.02)  # neither server provides an event for readiness


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = _open_lock(path, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _open_lock(path: Path, kind: int) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, kind)
    return descriptor


def _is_locked(path: Path) -> bool:
    """Return whether another process holds an exclusive lock on this file."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


atexit.register(release_all)
