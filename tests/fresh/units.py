"""The installation with systemd: the commands of docs/operations/install.md on a minimal Debian, then each unit's commands as its user."""

import configparser
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clicksafely.devserver.ports import free_port
from tests.fresh.host import (
    BASE_DIR,
    CERTIFICATES,
    FOLDER,
    Figure,
    FreshError,
    clone_checkout,
    download_environment,
    install_tools,
    make_debian,
    stop_processes,
    stopwatch,
)
from tests.fresh.users import enrol, file_report, is_ready, open_client, triaged_case
from tests.waiting import until

ROOT = FOLDER / "systemd"
HOME = "/opt/clicksafely"
INSTALLED = ("etc/clicksafely", "var/lib/clicksafely", "var/backups/clicksafely", "root/clicksafely-secrets", HOME[1:])
PUBLIC_HOST, STAFF_HOST = "portal.example.org", "staff.example.org"
PARTS = ("web", "staff", "worker", "sealed", "outside", "beat")
PACKAGES = (
    *("systemd", "git", "make", "openssl", "procps", "python3", "python3-venv", "sudo"),
    *("postgresql", "valkey-server", "valkey-tools"),
)
GUIDE = BASE_DIR / "docs" / "operations" / "install.md"
COMMAND_SECONDS, READY_SECONDS, STOP_SECONDS = 900, 600, 60
# The mounts are in a separate namespace and end with its last process. The servers keep their data in the minimal Debian.
ENTER = """
set -e
root=$1; shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount --bind "$CERTIFICATES" "$root/etc/ssl/certs"
exec chroot "$root" env -C "$DIRECTORY" -i "$@"
"""
# The checkout is there, and nothing is started by a service manager.
LEFT_OUT = re.compile(r"^git clone \S+ \S+ && |^systemctl .*$", re.MULTILINE)
NEW_POSTGRES = "pg_dropcluster --stop 17 main 2>/dev/null || true; pg_createcluster --locale C.UTF-8 17 main"
START_POSTGRES = """
pg_ctlcluster 17 main restart
until pg_isready --quiet; do sleep 0.1; done
"""
START_VALKEY = """
valkey-cli shutdown nosave 2>/dev/null || true
setpriv --reuid=valkey --regid=valkey --clear-groups valkey-server --daemonize yes --save '' --appendonly no "$@"
until valkey-cli ping | grep -q PONG; do sleep 0.1; done
"""


def prove() -> Iterator[Figure]:
    """Yield the measurements. Raises FreshError on a failure."""
    install_tools("debootstrap")
    stop_processes(ROOT, signal.SIGTERM)
    make_debian(ROOT, *PACKAGES)
    try:
        with stopwatch() as seconds:
            _install()
        yield Figure("installation with systemd's files, download included", seconds[0])
        _verify_units()
        yield from _run_units()
    finally:
        stop_processes(ROOT, signal.SIGTERM)
        _uninstall()


def _uninstall() -> None:
    """Remove the installation with its data; the servers stay."""
    for path in INSTALLED:
        shutil.rmtree(ROOT / path, ignore_errors=True)


def _install() -> None:
    """Run the commands of the guide, without the clone and the service manager."""
    _uninstall()
    for path in ("resolv.conf", "hosts"):
        shutil.copyfile(f"/etc/{path}", ROOT / "etc" / path)
    clone_checkout(ROOT / HOME[1:])
    _in_debian(NEW_POSTGRES)
    _in_debian(START_POSTGRES)
    _in_debian(START_VALKEY)
    roles, access, users = _blocks("Database roles")
    _in_debian(roles)
    _prepend("/etc/postgresql/17/main/pg_hba.conf", access)
    _prepend("/etc/postgresql/17/main/pg_ident.conf", users)
    _in_debian(START_POSTGRES)
    _in_debian(_blocks("With systemd")[0], directory="/")
    _add_users_of_valkey()
    _name_mail_server()


def _add_users_of_valkey() -> None:
    """Give Valkey the users of the guide, and each unit the URL of its own."""
    block = _blocks("Users of Valkey")[0].replace("/etc/valkey/users.acl", "/etc/valkey-users.acl")
    output = _in_debian(
        f"{block}\nenv | grep ^VALKEY_PASSWORD_ > /root/valkey.env; chmod 600 /root/valkey.env", directory=HOME
    )
    assert not output.strip()
    passwords = dict(line.split("=") for line in (ROOT / "root/valkey.env").read_text().split())
    for part in PARTS:
        user = "public" if part == "web" else part
        password = passwords[f"VALKEY_PASSWORD_{user.upper()}"]
        with (ROOT / f"etc/clicksafely/{part}.env").open("a") as file:
            file.write(f"REDIS_URL=redis://{user}:{password}@localhost:6379/0\n")
    _in_debian(f"set -- --aclfile /etc/valkey-users.acl\n{START_VALKEY}")


def _name_mail_server() -> None:
    """Without one, the check of the alerting finds that no alert can be sent. This one is never asked."""
    with (ROOT / "etc/clicksafely/outside.env").open("a") as file:
        file.write("MAIL_SMTP_URL=smtp://localhost\nMAIL_ADDRESS=prijave@example.org\n")


def _verify_units() -> None:
    """`systemd-analyze verify` prints nothing about the units."""
    _in_debian(
        f"cp {HOME}/deploy/systemd/clicksafely-backup.* {HOME}/deploy/systemd/clicksafely-alerting.* /etc/systemd/system/"
    )
    timers = ["clicksafely-backup.timer", "clicksafely-alerting.timer"]
    names = " ".join(["clicksafely.target", *timers, *(f"clicksafely@{part}.service" for part in PARTS)])
    output = _in_debian(f"systemd-analyze verify --man=no {names} 2>&1")
    if faults := [line for line in output.splitlines() if "clicksafely" in line]:
        raise FreshError("\n".join(["systemd-analyze verify:", *faults]))


@dataclass(frozen=True)
class Unit:
    """The commands of a unit, and the words that start each as its user with its files, groups and environment."""

    before: list[str]
    main: str
    after: list[str]
    prefix: list[str]
    umask: str

    def command(self, line: str) -> list[str]:
        """Return the command line of one of its commands. As systemd, it expands variables and no names of files."""
        return ["sh", "-c", f'umask {self.umask}; exec "$@"', "sh", *self.prefix, "sh", "-fc", f"exec {line}"]


def read_unit(name: str) -> Unit:
    """Read an installed unit as systemd does, with its drop-ins. `name`: "clicksafely@web.service"."""
    template, _, instance = name.removesuffix(".service").partition("@")
    parser = configparser.RawConfigParser(strict=False, interpolation=None, delimiters=("=",), dict_type=_Lists)
    parser.optionxform = str  # type: ignore[assignment]
    folder = ROOT / "etc/systemd/system"
    files = [folder / (f"{template}@.service" if instance else name), *sorted((folder / f"{name}.d").glob("*.conf"))]
    for file in files:
        parser.read_string(file.read_text().replace("%i", instance))
    service = {key: value.split("\n") for key, value in parser["Service"].items()}
    user, group = service["User"][-1], service["Group"][-1]
    credentials = Path(f"/run/credentials/{name}")
    _copy_credentials(service.get("LoadCredential", []), credentials, user)
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/var/lib/clicksafely",
        "USER": user,
    }
    environment |= dict(entry.replace("%d", str(credentials)).split("=", 1) for entry in service.get("Environment", []))
    for path in service["EnvironmentFile"]:
        lines = (ROOT / path.lstrip("-/")).read_text().splitlines()
        environment |= dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    prefix = [
        "setpriv",
        f"--reuid={user}",
        f"--regid={group}",
        "--init-groups",
        "--no-new-privs",
        "--bounding-set=-all",
    ]
    words = ["env", "-i", *(f"{key}={value.strip(chr(39))}" for key, value in environment.items())]
    before, after = service.get("ExecStartPre", []), service.get("ExecStartPost", [])
    return Unit(before, service["ExecStart"][-1], after, [*prefix, *words], service["UMask"][-1])


class _Lists(dict[str, object]):
    """Collects the values of a repeated option, as systemd does, as lines."""

    def __setitem__(self, key: str, value: object) -> None:
        if isinstance(value, list) and isinstance(before := self.get(key), list):
            value = [*before, *value]
        elif isinstance(value, list) and isinstance(before, str):
            value = [*before.split("\n"), *value]
        super().__setitem__(key, value)


def _copy_credentials(credentials: list[str], folder: Path, user: str) -> None:
    """Copy what LoadCredential names, readable by the unit's user only."""
    for each in credentials:
        name, _, source = each.partition(":")
        _in_debian(f"install -D -m 400 -o {user} {source} {folder}/{name}")


def _run_units() -> Iterator[Figure]:
    ports = {"web": free_port(), "staff": free_port()}
    for part, port in ports.items():
        file = ROOT / f"etc/clicksafely/{part}.env"
        file.write_text(re.sub(r"^PORT=.*$", f"PORT={port}", file.read_text(), flags=re.MULTILINE))
    units = {part: read_unit(f"clicksafely@{part}.service") for part in PARTS}
    for unit in units.values():
        for line in unit.before:
            _run(unit.command(line))
    running = [_start(part, unit.command(unit.main)) for part, unit in units.items()]
    with (
        open_client(f"http://127.0.0.1:{ports['web']}", host=PUBLIC_HOST) as public,
        open_client(f"http://127.0.0.1:{ports['staff']}", host=STAFF_HOST) as staff,
    ):
        with stopwatch() as seconds:
            until(
                lambda: is_ready(public) and is_ready(staff), seconds=READY_SECONDS, what="readiness of both processes"
            )
        yield Figure("all units until both web processes are ready", seconds[0])
        python = f"{HOME}/.venv/bin/python manage.py"
        enrolment = _run(units["staff"].command(f"{python} enrol_staff analyst --role analyst"))
        enrol(staff, enrolment)
        _receipt, address = file_report(public)
        with stopwatch() as seconds:
            until(lambda: triaged_case(staff, address), what="triage of the report")
        yield Figure("report to triaged case in the analyst's list", seconds[0])
    if ended := [part for part, process in running if process.poll() is not None]:
        raise FreshError("\n".join(f"{part} ended.\n{_log(part)}" for part in ended))
    yield _back_up()
    yield _check_alerting()
    _stop_units(running)


def _back_up() -> Figure:
    """Run the unit of the backup: it leaves a new backup, and deletes one that is older than it keeps."""
    unit = read_unit("clicksafely-backup.service")
    folder = "/var/backups/clicksafely"
    old = f"{folder}/clicksafely-20200101T000000Z.tar"
    _in_debian(f"touch -d 2020-01-01 {old}; chown clicksafely-backup {old}")
    with stopwatch() as seconds:
        for line in (*unit.before, unit.main, *unit.after):
            _run(unit.command(line))
    found = [path.name for path in (ROOT / folder[1:]).glob("clicksafely-*.tar")]
    if len(found) != 1 or Path(old).name in found:
        raise FreshError(f"The unit of the backup left {', '.join(sorted(found)) or 'no backup'}.")
    return Figure("backup by its unit's user, with the deletion of an old one", seconds[0])


def _check_alerting() -> Figure:
    """Run the unit that checks the alerting until it finds that alerts are planned and sent, which takes workers a minute or two."""
    unit = read_unit("clicksafely-alerting.service")

    def is_in_order() -> bool:
        try:
            _run(unit.command(unit.main))
        except FreshError as error:
            # Exit code 1 names faults. A traceback is an error of the unit.
            if "Traceback" in str(error) or "failed with 1:" not in str(error):
                raise
            return False
        return True

    with stopwatch() as seconds:
        until(is_in_order, seconds=READY_SECONDS, what="a check of the alerting without a fault")
    return Figure("check of the alerting by its unit's user, until it finds no fault", seconds[0])


def _stop_units(running: list[tuple[str, subprocess.Popen[bytes]]]) -> None:
    for _part, process in running:
        os.killpg(process.pid, signal.SIGTERM)
    for part, process in running:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise FreshError(f"{part} did not stop within {STOP_SECONDS} s.\n{_log(part)}") from None
        if "permission denied" in (log := _log(part)) or "Traceback" in log:
            raise FreshError(f"{part}:\n{log}")


def _start(part: str, command: list[str]) -> tuple[str, subprocess.Popen[bytes]]:
    with (FOLDER / f"systemd-{part}.log").open("wb") as log:
        process = subprocess.Popen(
            _entered(HOME, command),
            env=_outer(HOME),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    return part, process


def _log(part: str) -> str:
    return "\n".join((FOLDER / f"systemd-{part}.log").read_text(errors="replace").splitlines()[-30:])


def _in_debian(script: str, directory: str = "/") -> str:
    """Run a shell script as root in the minimal Debian and return its output. Raises FreshError."""
    return _run(["sh", "-euc", script], directory=directory)


def _run(command: list[str], directory: str = HOME) -> str:
    result = subprocess.run(
        _entered(directory, command),
        env=_outer(directory),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
    )
    if result.returncode:
        lines = f"{result.stdout}\n{result.stderr}".strip().splitlines()[-30:]
        raise FreshError(
            "\n".join([f"{command[-1].strip().splitlines()[-1]} failed with {result.returncode}:", *lines])
        )
    return result.stdout


def _entered(directory: str, command: list[str]) -> list[str]:
    environment = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "HOME": "/root",
    }
    words = [f"{name}={value}" for name, value in (environment | download_environment()).items()]
    return ["unshare", "--mount", "sh", "-c", ENTER, "sh", str(ROOT), *words, *command]


def _outer(directory: str) -> dict[str, str]:
    return os.environ | {"CERTIFICATES": str(CERTIFICATES), "DIRECTORY": directory}


def _blocks(heading: str) -> list[str]:
    """Return the code blocks of a section of the guide, without what the test does itself."""
    section = GUIDE.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"^```\w*\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    if not found:
        raise FreshError(f"The guide has no commands under {heading}.")
    return [LEFT_OUT.sub("", block) for block in found]


def _prepend(path: str, lines: str) -> None:
    """Put lines at the beginning of a file in the minimal Debian."""
    file = ROOT / path[1:]
    file.write_text(lines + file.read_text())
