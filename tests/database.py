"""The test database: migrated and filled with the seed content once for all processes and runs of the same code, and copied for each process."""

import contextlib
import fcntl
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor
from pytest_django import DjangoDbBlocker

from clicksafely.devserver.server_folders import servers_folder
from tests import founding
from tests.servers import BASE_DIR

PACKAGES = ("clicksafely", "awareness", "hotline", "youthpanel", "tests/database.py", "tests/founding.py")
PREFIX = "template_"


def make_test_database() -> str:
    """Copy the migrated database to this process's own and connect to it from now on; returns the name that was in use before."""
    before: str = connection.settings_dict["NAME"]
    own: str = connection.settings_dict["TEST"]["NAME"] or f"test_{before}"
    connections.close_all()
    with migrated_database() as template:
        copy_database(template, own)
    _use(own)
    return before


@contextlib.contextmanager
def migrated_database() -> Iterator[str]:
    """The name of the database to copy. One process migrates while the others wait for it; and PostgreSQL lets nobody be connected to what is copied."""
    with (settings.VAR_DIR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = PREFIX + _fingerprint()
        if not _exists(template):
            _migrate(template)
        yield template


def begin_to_migrate() -> subprocess.Popen[bytes] | None:
    """Let a process of its own migrate, where that is to be done: it takes half a minute, in which others collect the tests.

    What goes wrong there goes wrong again in who needs the database, and is told there.
    """
    if _exists(PREFIX + _fingerprint()):
        return None
    program = "import django; django.setup(); from tests.database import migrated_database as m\nwith m(): pass"
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "clicksafely.settings"}
    return subprocess.Popen([sys.executable, "-c", program], cwd=BASE_DIR, env=env, stderr=subprocess.DEVNULL)


def drop_test_database(before: str) -> None:
    """Take away what `make_test_database` made, and connect to what was in use before."""
    own: str = connection.settings_dict["NAME"]
    connections.close_all()
    _use(before)
    drop_database(own)


def drop_database(name: str) -> None:
    """Take a database away, where it is there."""
    with administration() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def shared_rows(blocker: DjangoDbBlocker) -> Iterator[None]:
    """What the block writes first is found by all tests of a module, and goes with it: `with shared_rows(...): write(); yield`.

    A transaction is around theirs; none of them may be transactional itself.
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
    """Make a database a copy of another, to which nobody may be connected."""
    with administration() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


def create_database(name: str) -> None:
    """Make an empty database anew."""
    drop_database(name)
    with administration() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))


def _migrate(template: str) -> None:
    """Make the template under another name, so that a broken attempt is not taken for it; those of other code go."""
    unfinished = f"{PREFIX}unfinished"
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"] |= {"NAME": unfinished}
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    call_command("load_content", stdout=io.StringIO())
    founding.keep()
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
    """Of all that a migration may read: our code with its data, the keys and secrets, the versions of what brings tables along."""
    digest = sha256()
    for package in PACKAGES:
        for path in sorted((BASE_DIR / package).rglob("*")) or [BASE_DIR / package]:
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(BASE_DIR)).encode() + b"\0" + sha256(path.read_bytes()).digest())
    for distribution in ("django", "django-otp", "django-axes", "django-modeltranslation"):
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
    """A cursor beside the databases that are made, copied and dropped, or in one of them."""
    parameters = connection.get_connection_params() | {"dbname": database}
    parameters.pop("cursor_factory", None)
    admin = psycopg2.connect(**parameters)
    try:
        admin.autocommit = True
        with admin.cursor() as cursor:
            yield cursor
    finally:
        admin.close()
