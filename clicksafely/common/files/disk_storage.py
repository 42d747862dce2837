"""Media on the disk of this machine, below MEDIA_ROOT."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Protocol

from clicksafely.common.files.atomic_files import write_atomically


class StorageUnavailable(OSError):
    """What keeps the media does not answer, or does not do what it is asked; the words are a code for whoever runs the system."""


class FileInfo(NamedTuple):
    """A file that is kept: size in bytes, when it was stored in seconds since 1970, permissions."""

    path: Path
    size: int
    modified: float
    mode: int


class Readable(Protocol):
    """What has bytes to give, until it is closed."""

    def read(self, size: int = ..., /) -> bytes:
        """At most `size` bytes; none at the end."""

    def close(self) -> None:
        """Let go of it."""


class DiskStorage:
    """A path is where the file lies. Raises OSError as the disk does, FileNotFoundError where there is no such file."""

    def keep(self, path: Path, *, written: Path | None = None) -> None:
        """Have for good, at `path`, what was written whole there or to `written`, which is gone then. What was at `path` before is replaced."""
        if written:
            written.replace(path)

    def move(self, path: Path) -> None:
        """The same of what must not be lost where that fails."""

    def write(self, path: Path, content: bytes) -> None:
        """Keep a new file that is for its owner alone; safe on the disk when it returns."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def replace(self, path: Path, content: bytes) -> None:
        """Put other bytes in the place of a file; whole at every moment."""
        write_atomically(path, content)

    def read(self, path: Path) -> bytes:
        """The whole file."""
        return path.read_bytes()

    def head(self, path: Path, size: int) -> bytes:
        """Its first bytes, at most `size`."""
        with path.open("rb") as file:
            return file.read(size)

    def opened(self, path: Path, first: int = 0, last: int | None = None) -> Readable:
        """The file from the byte `first` on. Nobody should read beyond `last`, and may not be able to."""
        file = path.open("rb")
        file.seek(first)
        return file

    @contextmanager
    def fetched(self, path: Path, *, meanwhile: Callable[[], None]) -> Iterator[Path]:
        """Where the file lies on this disk, for whoever wants a path; as long as the block runs. `meanwhile` is called where that takes long."""
        yield path

    def look(self, path: Path) -> FileInfo:
        """How large and how old it is."""
        return _found(path, path.stat())

    def has(self, path: Path) -> bool:
        """Whether it is kept."""
        return path.exists()

    def erase(self, *paths: Path) -> None:
        """Keep them no more. Nothing to erase is fine."""
        for path in paths:
            path.unlink(missing_ok=True)

    def below(self, folder: Path) -> Iterator[FileInfo]:
        """Every file in `folder` and the folders in it; links, pipes and the like are left out, as nothing of ours is one.

        Raises OSError where a folder cannot be looked into: what is in it would be missing, and nobody would know.
        """
        for parent, folders, names in os.walk(folder, onerror=_give_up):
            folders.sort()
            for path in (Path(parent) / name for name in sorted(names)):
                # Erased since.
                with suppress(FileNotFoundError):
                    about = path.lstat()
                    if stat.S_ISREG(about.st_mode):
                        yield _found(path, about)

    def all_files_below(self, folder: Path) -> Iterator[FileInfo]:
        """The same, and what lies there without being kept: for those who sweep."""
        return self.below(folder)

    def answers(self) -> bool:
        """Whether anybody is there to ask; known at once."""
        return True


def _found(path: Path, about: os.stat_result) -> FileInfo:
    return FileInfo(path, about.st_size, about.st_mtime, stat.S_IMODE(about.st_mode))


def _give_up(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
