"""The test database: migrated and filled once for all processes and runs of the same code, then copied for each process."""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import psycopg2
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor
from pytest_django import DjangoDbBlocker

from awareness.events.models import Booking, VisitRequest
from clicksafely.common.content.loader import ContentKind, all_kinds, load_content
from clicksafely.common.database_roles import services
from clicksafely.common.database_roles.grant_table import role_name
from clicksafely.devserver.server_folders import servers_folder
from hotline.models import Complaint, IncomingMail, Notice, PolicePackage, Report
from tests import migrated_rows
from tests.servers import BASE_DIR

PACKAGES = ("clicksafely", "awareness", "hotline", "youthpanel", "tests/database.py", "tests/migrated_rows.py")
PREFIX = "template_"
# Help texts of staff lists name small numbers, such as NP-2026-000042: no row of a test has them.
FIRST_NUMBER = 1000
NUMBERED = (Report, Complaint, Notice, IncomingMail, PolicePackage, Booking, VisitRequest)
# Their tests begin with empty tables, and load the content of an installation where they need it.
NOT_LOADED = {"library.resource", "news.article"}


def make_test_database() -> str:
    """Copy the migrated database to this process's own and connect to it; return the previous name."""
    before: str = connection.settings_dict["NAME"]
    own: str = connection.settings_dict["TEST"]["NAME"] or f"test_{before}"
    connections.close_all()
    with migrated_database() as template:
        copy_database(template, own)
    _use(own)
    # A copy has the privileges on tables, but not those on the database.
    services.grant_roles(combined=False)
    with connection.cursor() as cursor:
        for model in NUMBERED:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [model._meta.db_table, FIRST_NUMBER])
    return before


def connected_as(part: str) -> psycopg2.extensions.connection:
    """Return a connection to the test database with the role of a part."""
    parameters = connection.get_connection_params() | {"user": role_name(part)}
    parameters.pop("cursor_factory", None)
    return psycopg2.connect(**parameters)


@contextlib.contextmanager
def as_role_of(part: str) -> Iterator[None]:
    """Run the block with the role of a part in the connection of the test, which sees the test's uncommitted rows.

    After an error of the database, the rollback brings the previous role back.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role_name(part))).as_string(cursor.cursor))
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


@contextlib.contextmanager
def migrated_database() -> Iterator[str]:
    """Yield the name of the database to copy. One process migrates while the others wait.

    PostgreSQL copies no database with connections.
    """
    with (settings.VAR_DIR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = PREFIX + _fingerprint()
        if not _exists(template):
            _migrate(template)
        yield template


def kinds_loaded() -> list[ContentKind]:
    """The seed content of a test database."""
    return [kind for kind in all_kinds() if kind.model not in NOT_LOADED]


def begin_to_migrate() -> subprocess.Popen[bytes] | None:
    """Migrate in a separate process if necessary: this takes half a minute, during which others collect the tests.

    The processes that need the database repeat and report any failure.
    """
    if _exists(PREFIX + _fingerprint()):
        return None
    program = "import django; django.setup(); from tests.database import migrated_database as m\nwith m(): pass"
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    return subprocess.Popen([sys.executable, "-c", program], cwd=BASE_DIR, env=env, stderr=subprocess.DEVNULL)


def drop_test_database(before: str) -> None:
    """Drop the database of `make_test_database`, and connect to the previous one."""
    own: str = connection.settings_dict["NAME"]
    connections.close_all()
    _use(before)
    drop_database(own)


def drop_database(name: str) -> None:
    """Drop a database, if it exists."""
    with administration() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def blocks_another() -> bool:
    """Whether another connection waits for a lock of the connection of the test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        row: tuple[bool] = cursor.fetchone()
    return row[0]


@contextlib.contextmanager
def shared_rows(blocker: DjangoDbBlocker) -> Iterator[None]:
    """Share rows written first in the block by all tests of a module: `with shared_rows(...): write(); yield`.

    They are in a surrounding transaction; none of the tests may be transactional.
    """
    around = transaction.atomic()
    with blocker.unblock():
        around.__enter__()
        try:
            yield
        finally:
            transaction.set_rollback(True)
            around.__exit__(None, None, None)


def copy_database(template: str, name: str) -> None:
    """Create a database as a copy of another without connections."""
    with administration() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def create_database(name: str) -> None:
    """Create an empty database, replacing an existing one."""
    drop_database(name)
    with administration() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))


def _migrate(template: str) -> None:
    """Create the template under another name, so that a failed attempt is not used; drop those of other code."""
    unfinished = f"{PREFIX}unfinished"
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"] |= {"NAME": unfinished}
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    for _result in load_content(kinds_loaded(), now=timezone.now()):
        pass
    migrated_rows.copy_tables()
    connections.close_all()
    _use(before)
    with administration() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        for (old,) in cursor.fetchall():
            if old != unfinished:
                cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        cursor.execute(rename.format(sql.Identifier(unfinished), sql.Identifier(template)))


def _fingerprint() -> str:
    """Fingerprint of all inputs of a migration: our code with its data, the keys and secrets, the versions of libraries with tables."""
    digest = sha256()
    for package in PACKAGES:
        for path in sorted((BASE_DIR / package).rglob("*")) or [BASE_DIR / package]:
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(BASE_DIR)).encode() + b"\0" + sha256(path.read_bytes()).digest())
    for distribution in ("django", "django-otp", "django-otp-webauthn", "django-axes", "django-modeltranslation"):
        digest.update(version(distribution).encode())
    digest.update(settings.SECRET_KEY.encode() + Path(settings.SEALING_PUBLIC_KEYS).read_bytes())
    digest.update(str(servers_folder(settings.VAR_DIR)).encode())
    return digest.hexdigest()[:32]


def _exists(name: str) -> bool:
    with administration() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _use(name: str) -> None:
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


@contextlib.contextmanager
def administration(database: str = "postgres") -> Iterator[Cursor]:
    """A cursor outside the created, copied and dropped databases, or in one of them."""
    parameters = connection.get_connection_params() | {"dbname": database}
    parameters.pop("cursor_factory", None)
    # Creating and dropping databases wait for every process of the server.
    admin = psycopg2.connect(**parameters, options="-c statement_timeout=300s")
    try:
        admin.autocommit = True
        with admin.cursor() as cursor:
            yield cursor
    finally:
        admin.close()
