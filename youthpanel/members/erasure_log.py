"""The list of erasures: a file outside the database, so that a restored backup forgets again whom it had known.

One line for each: the member's UUID and the day. Lines are added and put on the disk before the erasure is committed; none is ever taken away.
"""

import fcntl
import os
import re
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from youthpanel.members.exceptions import ErasureLogUnwritable

_LINE: Final = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d{4}-\d\d-\d\d)")


class ErasureLogDamaged(Exception):
    """The list of erasures cannot be read or is none: whom to forget is not known."""


def append(row: UUID, on: date) -> None:
    """Add an erasure; on the disk when it returns. Raises ErasureLogUnwritable."""
    path = Path(settings.PANEL_ERASURE_LOG)
    try:
        path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        # Doors that run as different users share a group.
        with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o660), "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            whole = file.readall().rpartition(b"\n")
            # What a crash tore off was never committed.
            file.truncate(file.seek(len(whole[0] + whole[1])))
            file.write(f"{row} {on.isoformat()}\n".encode())
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except OSError as error:
        raise ErasureLogUnwritable(path) from error


def read() -> dict[UUID, date]:
    """Everybody who was erased, with the day; empty where there is no list yet. Raises ErasureLogDamaged.

    A last line without its end is left out: the power went before its erasure was committed, and nobody was told that it was done.
    """
    path = Path(settings.PANEL_ERASURE_LOG)
    try:
        text = path.read_bytes().decode("ascii", "replace")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ErasureLogDamaged(f"{path}: {error.strerror}") from error
    return dict(_entry(line, f"{path}, line {number}") for number, line in enumerate(text.split("\n")[:-1], 1))


def _entry(line: str, where: str) -> tuple[UUID, date]:
    match = _LINE.fullmatch(line)
    try:
        if match:
            return UUID(match[1]), date.fromisoformat(match[2])
    except ValueError:
        pass
    raise ErasureLogDamaged(f"{where}: not a UUID and a day")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
