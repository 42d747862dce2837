"""Restore of a backup: all checks precede all changes, and the database is restored completely or not at all."""

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from clicksafely.backup import archive, manifest, postgres, restore_target, sealed_values
from clicksafely.backup.archive import ArchiveMember, ArchiveReader
from clicksafely.backup.create import STAGING, Progress
from clicksafely.backup.exceptions import BackupDamaged, BackupError, BackupIncompatible
from clicksafely.backup.manifest import Manifest
from clicksafely.backup.sealed_values import SampleResult
from clicksafely.common import restore_hooks
from clicksafely.common.audit import audit_log, chain
from clicksafely.common.crypto import key_rotation, secret_fingerprints
from clicksafely.common.files.disk_storage import StorageUnavailable

# Margin beyond the files: the growth of the database is not known in advance.
SPARE_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True)
class RestoreResult:
    """The result of a restore.

    `hook_messages` are the messages of the apps' restore hooks. `broken_chain` is the error of the audit chain, "" if it is
    valid or without AUDIT_KEY. `seals` is the sample of sealed values.
    """

    manifest: Manifest
    hook_messages: list[str]
    broken_chain: str
    seals: SampleResult


def restore_backup(
    *, source: Path, replace: bool, without_keys: bool, now: datetime, progress: Progress
) -> RestoreResult:
    """Restore the backup `source` into the configured database and media folder.

    `replace`: erase their content; otherwise they must be empty. `without_keys`: restore even if keys of sealed values are missing, or
    secrets differ. Raises BackupError; the system is then unchanged, unless the message says otherwise.
    """
    try:
        reader = ArchiveReader(source)
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror or error}") from error
    try:
        described = Manifest.parse(reader.manifest())
        manifest.check_migrations_match(described)
        if not without_keys:
            _refuse_missing_keys(described)
            _refuse_other_secrets(described)
        restore_target.check_not_in_use()
        restore_target.finish_interrupted_restore()
        if not (_is_empty() or replace):
            raise BackupIncompatible(
                "This database or its media folder is not empty: restore into an empty one, or add --replace "
                "to erase it."
            )
        staging = Path(settings.MEDIA_ROOT) / STAGING
        try:
            _unpack(reader, described, staging, progress)
            hook_messages = _bring_database(reader, described, now, progress)
            _put_media(source)
        except OSError as error:
            raise BackupError(f"The media folder cannot be written: {error.strerror or error}.") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    finally:
        reader.close()
    progress("Checking the restored data")
    with transaction.atomic():
        data = {"made": described.created_at, "head": described.audit_head.partition(":")[0]}
        audit_log.record(action="backup.restored", subject=None, actor=None, now=now, data=data)
    return RestoreResult(described, hook_messages, _broken_chain(described), sealed_values.open_samples())


def _is_empty() -> bool:
    try:
        return restore_target.is_empty()
    except StorageUnavailable as error:
        raise BackupError(f"The media bucket reports an error ({error}). Nothing was changed.") from error


def _refuse_missing_keys(described: Manifest) -> None:
    try:
        missing = key_rotation.missing_keys(described.key_ids)
    except (OSError, ValueError) as error:
        raise BackupIncompatible(f"The key rings cannot be read ({error}): install them first.") from error
    if missing:
        raise BackupIncompatible(
            f"Keys of sealed values in the backup are missing here: {', '.join(missing)}. Install the key rings of that time; the "
            "backup does not contain them. If they are lost, the sealed values are lost: --without-keys restores the rest."
        )


def _refuse_other_secrets(described: Manifest) -> None:
    if different := secret_fingerprints.differing_secrets(described.secrets):
        raise BackupIncompatible(
            f"Not the secrets of the backup: {', '.join(different)}. Install those of that time; the backup does not contain "
            "them. If they are lost, what depends on them is lost (docs/operations/configure.md): --without-keys restores the rest, and "
            f"`manage.py accept_secrets {' '.join(different)}` has to follow."
        )


def _unpack(reader: ArchiveReader, described: Manifest, staging: Path, progress: Progress) -> None:
    """Unpack the files into `staging` and compare the checksum of every member."""
    named = set(reader.members) - {archive.MANIFEST, archive.CHECKSUM}
    if named != set(described.files):
        raise BackupDamaged(
            f"The content of the backup differs from its manifest: {min(named ^ set(described.files))}."
        )
    needed = sum(stored.size for name, stored in described.files.items() if name != archive.DUMP) + SPARE_BYTES
    Path(settings.MEDIA_ROOT).mkdir(mode=0o770, parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.MEDIA_ROOT).free
    if needed > free:
        raise BackupError(f"The files require {needed:,} bytes, and {free:,} are free on the disk of the media folder.")
    staging.mkdir(mode=0o770)
    for number, name in enumerate(sorted(described.files), 1):
        found = _digested(reader, name) if name == archive.DUMP else _write_member(reader, name, staging)
        if found != described.files[name]:
            raise BackupDamaged(f"The backup is damaged in {name}.")
        progress(f"Unpacking files: {number} of {len(described.files)}")
    # Whatever the umask, for the group that all parts share. It is inherited from the media folder.
    for folder in (staging, *(path for path in staging.rglob("*") if path.is_dir())):
        folder.chmod(stat.S_IMODE(folder.stat().st_mode) | 0o770)


def _digested(reader: ArchiveReader, name: str) -> ArchiveMember:
    digest, size = hashlib.sha256(), 0
    for chunk in reader.chunks(name):
        digest.update(chunk)
        size += len(chunk)
    return ArchiveMember(size, digest.hexdigest())


def _write_member(reader: ArchiveReader, name: str, staging: Path) -> ArchiveMember:
    path = staging / name.removeprefix(f"{archive.MEDIA}/")
    path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in reader.chunks(name):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        os.fchmod(file.fileno(), reader.members[name].mode & 0o770 | 0o600)
    return ArchiveMember(size, digest.hexdigest())


def _bring_database(reader: ArchiveReader, described: Manifest, now: datetime, progress: Progress) -> list[str]:
    progress("Restoring the database")
    restore_target.move_aside()
    try:
        postgres.restore_dump(reader.chunks(archive.DUMP))
        _refuse_other_contents(described)
        # Before the previous tables are dropped: the restored data must not be accessible without this.
        with transaction.atomic():
            hook_messages = restore_hooks.run_restore_hooks(now)
    except BaseException:
        restore_target.roll_back()
        raise
    restore_target.discard_previous()
    return hook_messages


def _refuse_other_contents(described: Manifest) -> None:
    found = manifest.count_tables()
    different = sorted(
        table for table in found.keys() | described.tables if found.get(table) != described.tables.get(table)
    )
    if different:
        raise BackupError(f"The restored database differs from the dump: the table {different[0]} differs.")
    if str(chain.current_head()) != described.audit_head:
        raise BackupError("The end of the audit chain differs from the manifest.")


def _put_media(source: Path) -> None:
    try:
        restore_target.install_media()
    except OSError as error:
        raise BackupError(
            f"The database is restored, the files are not ({error.strerror or error}): fix this and repeat "
            f"the command with --replace, from {source}."
        ) from error


def _broken_chain(described: Manifest) -> str:
    if not settings.AUDIT_KEY:
        return ""
    chain.link_events(everything=True)
    return chain.verify_chain(chain.ChainHead.parse(described.audit_head)).broken
