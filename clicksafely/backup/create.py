"""Creation of a backup: one snapshot of the database, then the media. Media files are only added or replaced whole."""

import contextlib
import dataclasses
import fcntl
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.db import connection, transaction

from clicksafely.backup import archive, postgres
from clicksafely.backup.archive import ArchiveMember
from clicksafely.backup.exceptions import BackupError
from clicksafely.backup.manifest import Manifest, describe_database
from clicksafely.common.audit import audit_log
from clicksafely.common.files.atomic_files import sync_directory
from clicksafely.common.files.disk_storage import FileInfo, StorageUnavailable
from clicksafely.common.files.storage import media_storage

UNFINISHED: Final = ".unfinished"
# Staging area of a restore.
STAGING: Final = ".restoring"
# Derived files that the portal recreates: bundles, thumbnails, page previews.
REMADE: Final = frozenset({"library-bundles", "library-covers", "pictures"})

Progress = Callable[[str], None]


def make_backup(*, destination: Path, now: datetime, progress: Progress) -> Path:
    """Write a backup to `destination` and record it in the audit trail. In a folder, the file gets a generated name. Returns its path.

    The file is readable by its owner only and appears complete or not at all. `progress` receives each stage. Raises BackupError.
    """
    path = (
        destination / f"clicksafely-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar" if destination.is_dir() else destination
    )
    _refuse_place(path)
    try:
        _sweep(path.parent)
        with _appearing_whole(path) as file:
            manifest = _write(file, now=now, progress=progress)
    except StorageUnavailable as error:
        raise BackupError(f"The media bucket reports an error ({error}). No backup was made.") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror or error}. No part of it was left.") from error
    data: dict[str, audit_log.AuditValue] = {
        "files": len(manifest.files),
        "bytes": path.stat().st_size,
        "head": manifest.audit_head.partition(":")[0],
    }
    with transaction.atomic():
        audit_log.record(action="backup.created", subject=None, actor=None, now=now, data=data)
    return path


def media_files() -> Iterator[FileInfo]:
    """Yield every media file that cannot be recreated. Raises OSError."""
    root = Path(settings.MEDIA_ROOT)
    for found in media_storage().below(root):
        if found.path.parent == root or found.path.relative_to(root).parts[0] not in REMADE | {STAGING}:
            yield found


def _write(file: IO[bytes], *, now: datetime, progress: Progress) -> Manifest:
    writer = archive.ArchiveWriter(file)
    files: dict[str, ArchiveMember] = {}
    # Counts and dump use the same snapshot.
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        progress("Counting rows of the database")
        manifest = describe_database(now=now)
        progress("Writing the database")
        with postgres.dump_database(snapshot) as dump:
            files[archive.DUMP] = writer.add(archive.DUMP, dump)
    files |= _add_media(writer, progress)
    manifest = dataclasses.replace(manifest, files=files)
    content = manifest.as_json()
    writer.add(archive.MANIFEST, io.BytesIO(content))
    writer.add(archive.CHECKSUM, io.BytesIO(hashlib.sha256(content).hexdigest().encode() + b"\n"))
    writer.finish()
    return manifest


def _add_media(writer: archive.ArchiveWriter, progress: Progress) -> dict[str, ArchiveMember]:
    files: dict[str, ArchiveMember] = {}
    try:
        found = list(media_files())
        for number, each in enumerate(found, 1):
            name = f"{archive.MEDIA}/{each.path.relative_to(settings.MEDIA_ROOT).as_posix()}"
            # The file was erased meanwhile and must not return with a restore.
            with (
                contextlib.suppress(FileNotFoundError),
                contextlib.closing(media_storage().open(each.path)) as content,
            ):
                files[name] = writer.add(name, content, mode=each.mode)
            progress(f"Writing files: {number} of {len(found)}")
    except PermissionError as error:
        raise BackupError(
            f"{error.filename} cannot be read: run this as a user of the group shared by all parts."
        ) from error
    return files


def _refuse_place(path: Path) -> None:
    if not path.parent.is_dir():
        raise BackupError(f"The folder {path.parent} does not exist: create it, accessible to its owner only.")
    if path.exists():
        raise BackupError(f"{path} already exists, and backups are never overwritten.")
    if path.resolve().is_relative_to(Path(settings.MEDIA_ROOT).resolve()):
        raise BackupError(f"{path} is inside the media folder, which is backed up: choose another location.")


@contextlib.contextmanager
def _appearing_whole(path: Path) -> Iterator[IO[bytes]]:
    """Yield a temporary file, renamed to `path` on success and deleted on failure."""
    unfinished = path.with_name(path.name + UNFINISHED)
    file = open(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")  # noqa: SIM115 - locked as long as it is open
    try:
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
            unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_directory(path)


def _sweep(folder: Path) -> None:
    """Delete the leftovers of killed runs. A run in progress holds a lock."""
    for leftover in folder.glob(f"*{UNFINISHED}"):
        with leftover.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            leftover.unlink(missing_ok=True)
