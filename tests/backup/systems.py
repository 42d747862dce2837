"""Separate systems for backups: a database, a media folder and key rings. Commands run in this process."""

import contextlib
import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import override_settings
from psycopg2 import sql
from pytest_django import DjangoDbBlocker

from clicksafely.accounts.enrolment import Enrolment
from clicksafely.backup import restore_target
from clicksafely.backup.postgres import find_program
from clicksafely.common.crypto.part_secrets import SECRETS
from tests.database import administration, copy_database, drop_database


@dataclass(frozen=True)
class System:
    """An idle system. `keys` is the folder of its rings, `folder` contains all its files."""

    database: str
    folder: Path
    keys: Path
    blocker: DjangoDbBlocker
    # What `enrol_staff` showed once.
    enrolled: list[Enrolment] = field(default_factory=list)

    @property
    def media(self) -> Path:
        """Its media folder."""
        return self.folder / "media"

    @contextlib.contextmanager
    def here(self) -> Iterator[None]:
        """Use this system's settings in the block."""
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
        """Return the output of a command; raises CommandError."""
        out = io.StringIO()
        with self.here():
            call_command(*map(str, arguments), stdout=out, stderr=io.StringIO())
        return out.getvalue()

    def refuses(self, *arguments: str | Path) -> str:
        """Return the error of a command."""
        try:
            output = self.manage(*arguments)
        except CommandError as error:
            return str(error)
        raise AssertionError(f"not refused: {output}")

    def be_emptied(self) -> None:
        """Remove the data of a restore from the database."""
        with self.here():
            if not restore_target.is_empty():
                restore_target.move_aside()
                restore_target.discard_previous()

    def env(self) -> dict[str, str]:
        """Return the environment of a process of this system."""
        rings = {"PUBLIC_KEYS_DIR": str(self.keys), "PRIVATE_KEYS_DIR": str(self.keys)}
        database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.database}").geturl()
        secrets = {name: getattr(settings, name) for name in SECRETS}
        return os.environ | rings | secrets | {"DATABASE_URL": database, "VAR_DIR": str(self.folder)}

    def files(self) -> dict[str, bytes]:
        """Return all files of the media folder, by path."""
        if not self.media.exists():
            return {}
        return {
            str(path.relative_to(self.media)): path.read_bytes() for path in self.media.rglob("*") if path.is_file()
        }


def sql_of(backup: Path) -> str:
    """Return the database of a backup as SQL."""
    with tarfile.open(backup) as tar:
        dump = tar.extractfile("database.dump")
        assert dump is not None
        command = [find_program("pg_restore", server=18), "--file=-"]
        return subprocess.run(command, input=dump.read(), capture_output=True, check=True).stdout.decode()


@contextlib.contextmanager
def system(name: str, folder: Path, *, keys: Path, blocker: DjangoDbBlocker, empty: bool = True) -> Iterator[System]:
    """Yield a system with an empty database, or with a copy of the test database."""
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
                # Rows that the suite stores next to a test database.
                cursor.execute("DROP SCHEMA migrated_rows CASCADE")
    try:
        yield System(database, folder, keys, blocker)
    finally:
        with blocker.unblock():
            drop_database(database)
