"""Backups as in docs/operations/back-up.md: `back_up(database, file)`, then `with restored(file, name) as environment:`
an equal database.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.database import create_database, drop_database
from tests.postgres_programs import run_program


def address_of(database: str) -> str:
    """Return the URL of a database on the server of the tests."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()


def back_up(database: str, file: Path) -> None:
    """Write a dump."""
    run_program("pg_dump", "--format=custom", f"--file={file}", address_of(database))


@contextmanager
def restored(file: Path, name: str) -> Iterator[str]:
    """Restore a dump as the database `name` for the duration of the block; yield its URL."""
    create_database(name)
    try:
        run_program("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={address_of(name)}", str(file))
        yield address_of(name)
    finally:
        drop_database(name)
