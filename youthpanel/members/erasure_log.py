"""The erasure log: a file outside the database, so that members of a restored backup are erased again."""

import fcntl
import os
import re
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

_LINE: Final = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}) (\d{4}-\d\d-\d\d)")


class ErasureLogUnwritable(Exception):
    """The erasure log cannot be written, so nothing was erased. A restored backup would otherwise bring the member back."""


class ErasureLogDamaged(Exception):
    """The erasure log is unreadable or malformed, so the members to erase are unknown."""


def append(row: UUID, on: date) -> None:
    """Append an erasure, synced to disk, before the erasure commits. Raises ErasureLogUnwritable.

    A line has the member's UUID and the day. Lines are never removed.
    """
    path = Path(settings.PANEL_ERASURE_LOG)
    try:
        path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        # Processes of different users share a group.
        with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o660), "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            whole = file.readall().rpartition(b"\n")
            # An incomplete last line was never committed.
            file.truncate(file.seek(len(whole[0] + whole[1])))
            file.write(f"{row} {on.isoformat()}\n".encode())
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except OSError as error:
        raise ErasureLogUnwritable(path) from error


def read() -> dict[UUID, date]:
    """Return all erased members with the day; empty without a log. Raises ErasureLogDamaged.

    An incomplete last line is ignored: its erasure was never committed or confirmed.
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
    raise ErasureLogDamaged(f"{where}: expected a UUID and a date")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
