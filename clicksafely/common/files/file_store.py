"""Files on their way in: written to the disk as they arrive, bounded, and erased where they cannot be kept."""

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
    """The file is larger than it may be. Nothing of it is kept."""


class StorageFull(Exception):
    """The disk, or the bucket, does not take the file. Nothing of it is kept."""


@dataclass(frozen=True)
class StoredFile:
    """A file on the disk that belongs to nothing yet: size in bytes, SHA-256 in hex. `uuid` is its name, before its ending."""

    uuid: UUID
    path: Path
    size: int
    sha256: str

    def erase(self) -> None:
        """Off the disk, if it is still there: it was not kept."""
        self.path.unlink(missing_ok=True)


class FileWriter:
    """Writes one new file in `folder` chunk by chunk, of `largest` bytes at most. Whatever it raises, it has erased what it wrote."""

    def __init__(self, folder: Path, *, largest: int, ending: str = "") -> None:
        self.largest = largest
        self._uuid = uuid4()
        self._path = folder / f"{self._uuid}{ending}"
        self._digest = hashlib.sha256()
        self._size = 0
        try:
            folder.mkdir(mode=0o770, parents=True, exist_ok=True)
            # The staff door writes it, the public door and the worker read it: they share a group.
            self._file = open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660), "wb")  # noqa: SIM115
        except OSError as error:
            raise StorageFull from error

    def write(self, chunk: bytes) -> None:
        """Add a chunk. Raises FileTooBig, NoRoom."""
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
        """The whole file, safe on the disk. Raises NoRoom."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            self.discard()
            raise StorageFull from error
        return StoredFile(self._uuid, self._path, self._size, self._digest.hexdigest())

    def discard(self) -> None:
        """Erase what was written."""
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)


def store_chunks(chunks: Iterable[bytes], writer: FileWriter) -> StoredFile:
    """Keep what comes in chunks. Raises FileTooBig, NoRoom, and what `chunks` raises."""
    try:
        for chunk in chunks:
            writer.write(chunk)
    except BaseException:
        writer.discard()
        raise
    return writer.finish()


def sync_files(*paths: Path) -> None:
    """Have for good what was written whole to these paths, before whoever sent it is told that it is kept. Raises NoRoom."""
    try:
        for path in paths:
            media_storage().keep(path)
    except OSError as error:
        # What a bucket has of it and does not let go now becomes nothing's, and is swept.
        with suppress(StorageUnavailable):
            media_storage().erase(*paths)
        raise StorageFull from error
