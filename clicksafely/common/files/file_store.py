"""Incoming files: streamed to disk with a size limit, and erased if they cannot be stored."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.storage import media_storage


class FileTooBig(Exception):
    """The file exceeds the limit. No part of it is stored."""


class StorageFull(Exception):
    """The disk or bucket has no space for the file. No part of it is stored."""


@dataclass(frozen=True)
class StoredFile:
    """A stored file without a row yet: size in bytes, SHA-256 in hex. `uuid` is its name without the suffix."""

    uuid: UUID
    path: Path
    size: int
    sha256: str

    def erase(self) -> None:
        """Erase the file, if it still exists, because it was not used."""
        self.path.unlink(missing_ok=True)


class FileWriter:
    """Writes one new file in `folder` chunk by chunk, of `largest` bytes at most. Erases it before raising any exception."""

    def __init__(self, folder: Path, *, largest: int, ending: str = "") -> None:
        self.largest = largest
        self._uuid = uuid4()
        self._path = folder / f"{self._uuid}{ending}"
        self._digest = hashlib.sha256()
        self._size = 0
        try:
            folder.mkdir(mode=0o770, parents=True, exist_ok=True)
            # Written by the staff process, read by the public process and the workers, which share a group.
            self._file = open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660), "wb")  # noqa: SIM115
        except OSError as error:
            raise StorageFull from error

    def write(self, chunk: bytes) -> None:
        """Add a chunk. Raises FileTooBig, StorageFull."""
        self._size += len(chunk)
        if self._size > self.largest:
            self.discard()
            raise FileTooBig
        self._digest.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as error:
            self.discard()
            raise StorageFull from error

    def finish(self) -> StoredFile:
        """Complete the file and sync it to disk. Raises StorageFull."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            self.discard()
            raise StorageFull from error
        return StoredFile(self._uuid, self._path, self._size, self._digest.hexdigest())

    def discard(self) -> None:
        """Erase the written part."""
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)


def store_chunks(chunks: Iterable[bytes], writer: FileWriter) -> StoredFile:
    """Store a file from chunks. Raises FileTooBig, StorageFull, and the exceptions of `chunks`."""
    try:
        for chunk in chunks:
            writer.write(chunk)
    except BaseException:
        writer.discard()
        raise
    return writer.finish()


def sync_files(*paths: Path) -> None:
    """Store the complete files at these paths permanently, before the sender gets a confirmation. Raises StorageFull."""
    try:
        for path in paths:
            media_storage().keep(path)
    except OSError as error:
        # A part that the bucket cannot delete now is removed by the later cleanup.
        with suppress(StorageUnavailable):
            media_storage().erase(*paths)
        raise StorageFull from error
