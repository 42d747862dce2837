"""Media storage on the local disk, below MEDIA_ROOT."""

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from clicksafely.common.files.atomic_files import write_atomically


class StorageUnavailable(OSError):
    """The media storage does not respond or rejects the operation; the message is a code for the administrator."""


class FileInfo(NamedTuple):
    """A stored file: size in bytes, time of storage in seconds since 1970, permissions."""

    path: Path
    size: int
    modified: float
    mode: int


class Readable(Protocol):
    """A source of bytes that can be closed."""

    def read(self, size: int = ..., /) -> bytes:
        """Return at most `size` bytes; empty at the end."""

    def close(self) -> None:
        """Close the source."""


class DiskStorage:
    """Storage by path. Raises OSError as the file system does, FileNotFoundError for a missing file."""

    def keep(self, path: Path, *, written: Path | None = None) -> None:
        """Store the complete file at `path`, or the one at `written`, which is removed. Replaces the previous content of `path`."""
        if written:
            written.replace(path)

    def move(self, path: Path) -> None:
        """Like `keep`, but the source survives a failure."""

    def write(self, path: Path, content: bytes) -> None:
        """Store a new file; synced to disk on return.

        All parts share the group of the file. The public process writes it, and others read, replace, back up and erase
        it. Its time is rounded down to the hour, like those of reports.
        """
        path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _round_times(path)

    def replace(self, path: Path, content: bytes) -> None:
        """Replace the content of a file atomically. Its time is rounded down to the hour."""
        write_atomically(path, content)
        _round_times(path)

    def read(self, path: Path) -> bytes:
        """Return the whole file."""
        return path.read_bytes()

    def head(self, path: Path, size: int) -> bytes:
        """Return its first bytes, at most `size`."""
        with path.open("rb") as file:
            return file.read(size)

    def open(self, path: Path, first: int = 0, last: int | None = None) -> Readable:
        """Open the file at the byte `first`. Callers must not read beyond `last`, and may not be able to."""
        file = path.open("rb")
        file.seek(first)
        return file

    @contextmanager
    def fetched(self, path: Path, *, meanwhile: Callable[[], None]) -> Iterator[Path]:
        """Yield the path of a local copy of the file, valid during the block. `meanwhile` is called during a long transfer."""
        yield path

    def look(self, path: Path) -> FileInfo:
        """Return size and time of a file."""
        return _found(path, path.stat())

    def has(self, path: Path) -> bool:
        """Return whether the file exists."""
        return path.exists()

    def erase(self, *paths: Path) -> None:
        """Erase files; missing ones are ignored."""
        for path in paths:
            with suppress(FileNotFoundError):
                path.unlink()
                _round_times(path)

    def below(self, folder: Path) -> Iterator[FileInfo]:
        """Yield every file in `folder` and its subfolders, without links, pipes and the like.

        Raises OSError for an unreadable folder, instead of silently omitting its files.
        """
        for parent, folders, names in os.walk(folder, onerror=_give_up):
            folders.sort()
            for path in (Path(parent) / name for name in sorted(names)):
                # Erased meanwhile.
                with suppress(FileNotFoundError):
                    about = path.lstat()
                    if stat.S_ISREG(about.st_mode):
                        yield _found(path, about)

    def all_files_below(self, folder: Path) -> Iterator[FileInfo]:
        """Like `below`, including incomplete files, for cleanup."""
        return self.below(folder)

    def answers(self) -> bool:
        """Return whether the storage responds; returns quickly."""
        return True


def _found(path: Path, about: os.stat_result) -> FileInfo:
    return FileInfo(path, about.st_size, about.st_mtime, stat.S_IMODE(about.st_mode))


def _round_times(path: Path) -> None:
    """Set the times of a file, if it still exists, and of its folder to the beginning of the hour."""
    hour = time.time() // 3600 * 3600
    for changed in (path, path.parent):
        # Only the owner of a folder may set its time: with separate users, the public process owns that of sealed pictures.
        with suppress(FileNotFoundError, PermissionError):
            os.utime(changed, (hour, hour))


def _give_up(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
