"""The target of a restore: whether it is empty and unused, and its previous content, kept until the restore succeeds."""

import os
import shutil
import time
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from clicksafely.backup.create import STAGING, media_files
from clicksafely.backup.exceptions import BackupIncompatible
from clicksafely.common.files.storage import DISK_STORAGE, media_storage

BEFORE: Final = "before_restore"

# PostgreSQL takes a moment to end a closed connection.
PARTING_SECONDS: Final = 2.0
LOOK_SECONDS: Final = 0.05


def check_not_in_use() -> None:
    """Raises BackupIncompatible if other connections to the database remain."""
    until = time.monotonic() + PARTING_SECONDS
    while (others := _others()) and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
    if others:
        raise BackupIncompatible(
            f"{others} other connections use the database: first stop all web processes, workers, beat and, if present, the pooler."
        )


def is_empty() -> bool:
    """Return whether the database has no tables and the media folder no files."""
    return next(media_files(), None) is None and not _tables()


def finish_interrupted_restore() -> None:
    """Complete an interrupted restore: bring the previous tables back unless the new ones arrived."""
    shutil.rmtree(Path(settings.MEDIA_ROOT) / STAGING, ignore_errors=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [BEFORE])
        previous_schema = cursor.fetchone()
    if previous_schema:
        # A dump arrives in one transaction.
        discard_previous() if _tables() else roll_back()


def move_aside() -> None:
    """Empty the database but keep its content in another schema. Raises BackupIncompatible if the database user lacks the permission."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA public RENAME TO {BEFORE}")
            cursor.execute("CREATE SCHEMA public")
            # PostgreSQL's default, so that the next dump does not mention it.
            cursor.execute("ALTER SCHEMA public OWNER TO pg_database_owner")
            cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
            _move_extensions(BEFORE, "public")
    except ProgrammingError as error:
        raise BackupIncompatible(
            f"The user of DATABASE_URL must own the database and its extensions: {type(error.__cause__).__name__}."
        ) from error


def roll_back() -> None:
    """Undo `move_aside` and delete the newly restored data."""
    with transaction.atomic(), connection.cursor() as cursor:
        _move_extensions("public", BEFORE)
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute(f"ALTER SCHEMA {BEFORE} RENAME TO public")


def discard_previous() -> None:
    """Delete the data kept by `move_aside`."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {BEFORE} CASCADE")


def install_media() -> None:
    """Replace the media files by the unpacked ones."""
    root = Path(settings.MEDIA_ROOT)
    staging = root / STAGING
    if settings.MEDIA_S3_BUCKET:
        _put_into_bucket(staging)
        return
    for entry in root.iterdir():
        if entry != staging:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    for entry in staging.iterdir():
        entry.rename(root / entry.name)
    staging.rmdir()
    os.sync()


def _put_into_bucket(staging: Path) -> None:
    """Add new files first and delete old ones last: a repeated attempt finds all of both."""
    arrived = set()
    for found in DISK_STORAGE.below(staging):
        path = Path(settings.MEDIA_ROOT) / found.path.relative_to(staging)
        media_storage().keep(path, written=found.path)
        arrived.add(path)
    for found in list(media_storage().below(Path(settings.MEDIA_ROOT))):
        if found.path not in arrived:
            media_storage().erase(found.path)


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        count: int = cursor.fetchone()[0]
    return count


def _tables() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'p')"
        )
        count: int = cursor.fetchone()[0]
    return count


def _move_extensions(source: str, target: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension WHERE extnamespace = %s::regnamespace", [source])
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER EXTENSION {connection.ops.quote_name(name)} SET SCHEMA {target}")
