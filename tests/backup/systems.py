"""Systems of their own for backups: a database, a media folder and key rings, which commands are run on in this process."""

import contextlib
import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import override_settings
from psycopg2 import sql
from pytest_django import DjangoDbBlocker

from clicksafely.backup import restore_target
from clicksafely.backup.postgres import find_program
from tests.database import administration, copy_database, drop_database


@dataclass(frozen=True)
class System:
    """A system at rest. `keys` is the folder of its rings, `folder` all that it has on the disk."""

    database: str
    folder: Path
    keys: Path
    blocker: DjangoDbBlocker

    @property
    def media(self) -> Path:
        """Its media folder."""
        return self.folder / "media"

    @contextlib.contextmanager
    def here(self) -> Iterator[None]:
        """Django works for this system in the block."""
        own = connection.settings_dict["NAME"]
        named = override_settings(
            MEDIA_ROOT=self.media,
            SEALING_PUBLIC_KEYS=self.keys / "public.json",
            SEALING_PRIVATE_KEYS=self.keys / "private.json",
            PANEL_ERASURE_LOG=self.folder / "panel-erasures.txt",
        )
        with self.blocker.unblock(), named:
            connection.close()
            connection.settings_dict["NAME"] = self.database
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict["NAME"] = own

    def manage(self, *arguments: str | Path) -> str:
        """What a command says; raises CommandError."""
        out = io.StringIO()
        with self.here():
            call_command(*map(str, arguments), stdout=out, stderr=io.StringIO())
        return out.getvalue()

    def refuses(self, *arguments: str | Path) -> str:
        """What a command complains of."""
        try:
            said = self.manage(*arguments)
        except CommandError as error:
            return str(error)
        raise AssertionError(f"not refused: {said}")

    def be_emptied(self) -> None:
        """Take away what a restore has brought into the database."""
        with self.here():
            if not restore_target.is_empty():
                restore_target.move_aside()
                restore_target.discard_previous()

    def env(self) -> dict[str, str]:
        """The environment of a process of this system."""
        rings = {f"SEALING_{name.upper()}_KEYS": str(self.keys / f"{name}.json") for name in ("public", "private")}
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.database}").geturl()
        return os.environ | rings | {"DATABASE_URL": database, "MEDIA_ROOT": str(self.media)}

    def files(self) -> dict[str, bytes]:
        """Everything in the media folder, by path."""
        if not self.media.exists():
            return {}
        return {
            str(path.relative_to(self.media)): path.read_bytes() for path in self.media.rglob("*") if path.is_file()
        }


def sql_of(backup: Path) -> str:
    """The database of a backup as SQL."""
    with tarfile.open(backup) as tar:
        dump = tar.extractfile("database.dump")
        assert dump is not None
        command = [find_program("pg_restore", server=18), "--file=-"]
        return subprocess.run(command, input=dump.read(), capture_output=True, check=True).stdout.decode()


@contextlib.contextmanager
def system(name: str, folder: Path, *, keys: Path, blocker: DjangoDbBlocker, empty: bool = True) -> Iterator[System]:
    """A system with an empty database, or one with a copy of the test database, as long as the block runs."""
    database = f"{settings.DATABASES['default']['NAME']}_{name}"
    folder.mkdir(exist_ok=True)
    with blocker.unblock():
        if empty:
            drop_database(database)
            with administration() as cursor:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        else:
            connections.close_all()
            copy_database(settings.DATABASES["default"]["NAME"], database)
            with administration(database) as cursor:
                # What the suite keeps beside a test database.
                cursor.execute("DROP SCHEMA founding CASCADE")
    try:
        yield System(database, folder, keys, blocker)
    finally:
        with blocker.unblock():
            drop_database(database)
