"""Files of the library on their way in: written to the disk as they arrive, bounded, and erased where they cannot be kept."""

import hashlib
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from awareness.library.folders import files_folder
from awareness.library.models import LARGEST_FILE, ResourceFile

# A file that no resource knows of is somebody's broken upload once it is so old.
ORPHAN_SECONDS = 24 * 3600


class TooBig(Exception):
    """The file is larger than `LARGEST_FILE`. Nothing of it is kept."""


class NoRoom(Exception):
    """The disk does not take the file. Nothing of it is kept."""


@dataclass(frozen=True)
class Stored:
    """A file in the library's folder that belongs to no resource yet: size in bytes, SHA-256 in hex."""

    uuid: UUID
    size: int
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return files_folder() / str(self.uuid)

    @property
    def preview_path(self) -> Path:
        """Where a picture of its first page lies, if there is one."""
        return files_folder() / f"{self.uuid}.webp"


class Writer:
    """Writes one file chunk by chunk. Whatever it raises, it has erased what it wrote."""

    def __init__(self) -> None:
        self.uuid = uuid4()
        self._path = files_folder() / str(self.uuid)
        self._digest = hashlib.sha256()
        self._size = 0
        try:
            files_folder().mkdir(mode=0o770, parents=True, exist_ok=True)
            # The staff door writes it, the public door and the worker read it: they share a group.
            self._file = open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660), "wb")  # noqa: SIM115
        except OSError as error:
            raise NoRoom from error

    def write(self, chunk: bytes) -> None:
        """Add a chunk. Raises TooBig, NoRoom."""
        self._size += len(chunk)
        if self._size > LARGEST_FILE:
            self.discard()
            raise TooBig
        self._digest.update(chunk)
        try:
            self._file.write(chunk)
        except OSError as error:
            self.discard()
            raise NoRoom from error

    def finish(self) -> Stored:
        """The whole file, safe on the disk. Raises NoRoom."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            self.discard()
            raise NoRoom from error
        return Stored(self.uuid, self._size, self._digest.hexdigest())

    def discard(self) -> None:
        """Erase what was written."""
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)


def store(chunks: Iterable[bytes]) -> Stored:
    """Keep what comes in chunks. Raises TooBig, NoRoom, and what `chunks` raises."""
    writer = Writer()
    try:
        for chunk in chunks:
            writer.write(chunk)
    except BaseException:
        writer.discard()
        raise
    return writer.finish()


def discard(stored: Stored | ResourceFile) -> None:
    """Erase a file and its preview."""
    stored.path.unlink(missing_ok=True)
    stored.preview_path.unlink(missing_ok=True)


def sweep_orphans() -> int:
    """Erase files that no resource knows of and that are a day old; returns how many."""
    if not files_folder().is_dir():
        return 0
    swept, before = 0, time.time() - ORPHAN_SECONDS
    known = {str(uuid) for uuid in ResourceFile.objects.values_list("uuid", flat=True)}
    for path in files_folder().iterdir():
        if path.stem not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
