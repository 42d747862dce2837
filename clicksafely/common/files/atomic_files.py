"""Atomic file replacement: readers, and a power failure, see the old or the new content, never a part."""

import contextlib
import os
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file readable by its owner only (0600), or with group and mode of the replaced file.

    The file is synced to disk on return. A process run as root keeps the owner too. Another process may replace a file
    of its group, and owns it afterwards.
    """
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with contextlib.suppress(FileNotFoundError):
                before = path.stat()
                os.fchown(file.fileno(), -1 if os.geteuid() else before.st_uid, before.st_gid)
                os.fchmod(file.fileno(), before.st_mode & 0o777)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_directory(path)


def sync_directory(path: Path) -> None:
    """Sync the directory entry, not only the content of a file."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
