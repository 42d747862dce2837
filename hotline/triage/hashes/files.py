"""Files of hash lists on their way in: written as they arrive, bounded, and erased where they cannot be kept."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings

from hotline.models import HashList, ListState
from hotline.models.hash_lists import lists_folder

# A file that no list knows of is somebody's broken upload once it is so old.
ORPHAN_SECONDS = 24 * 3600
GONE = (ListState.REFUSED, ListState.REMOVING, ListState.REMOVED)


class ListTooBig(Exception):
    """The file is larger than `HASH_LIST_MAX_BYTES`. Nothing of it is kept."""


class NoRoomForList(Exception):
    """The disk does not take the file. Nothing of it is kept."""


@dataclass(frozen=True)
class StoredFile:
    """A file that lies in the lists' folder: its name there, size in bytes and SHA-256."""

    uuid: UUID
    size: int
    digest: bytes


class ListWriter:
    """Writes one file chunk by chunk. Whatever it raises, it has erased what it wrote."""

    def __init__(self) -> None:
        self.uuid = uuid4()
        self._path = HashList(uuid=self.uuid).file
        self._digest = hashlib.sha256()
        self._size = 0
        try:
            lists_folder().mkdir(mode=0o770, parents=True, exist_ok=True)
            # The staff door writes it, the worker reads it: they share a group.
            self._file = open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660), "wb")  # noqa: SIM115
        except OSError as error:
            raise NoRoomForList from error

    def write(self, chunk: bytes) -> None:
        """Add a chunk. Raises ListTooBig, NoRoomForList."""
        self._size += len(chunk)
        if self._size > settings.HASH_LIST_MAX_BYTES:
            self.discard()
            raise ListTooBig
        self._digest.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as error:
            self.discard()
            raise NoRoomForList from error

    def finish(self) -> StoredFile:
        """The whole file, safe on the disk. Raises NoRoomForList."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            self.discard()
            raise NoRoomForList from error
        return StoredFile(self.uuid, self._size, self._digest.digest())

    def discard(self) -> None:
        """Erase what was written."""
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)


def store_file(chunks: Iterable[bytes]) -> StoredFile:
    """Keep a file that comes in chunks. Raises ListTooBig, NoRoomForList, and what `chunks` raises."""
    writer = ListWriter()
    try:
        for chunk in chunks:
            writer.write(chunk)
    except BaseException:
        writer.discard()
        raise
    return writer.finish()


def discard_file(stored: StoredFile) -> None:
    """Erase a file that became no list."""
    HashList(uuid=stored.uuid).file.unlink(missing_ok=True)


def sweep_files() -> int:
    """Erase files of the folder that no list needs (any more); returns how many."""
    if not lists_folder().is_dir():
        return 0
    needed = {
        f"{uuid}{'.list' if state in (ListState.WAITING, ListState.IMPORTING) else '.pdq'}"
        for uuid, state in HashList.objects.exclude(state__in=GONE).values_list("uuid", "state")
    }
    swept = 0
    for path in lists_folder().iterdir():
        old = path.stat().st_mtime < time.time() - ORPHAN_SECONDS
        if old and path.name not in needed:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            swept += 1
    return swept
