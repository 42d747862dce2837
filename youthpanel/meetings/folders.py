"""Where files of meetings lie, and that none stays there that is no meeting's. Every name begins with the UUID of its row: erasing looks for it."""

import time
from pathlib import Path
from typing import Final

from django.conf import settings

from clicksafely.common.storing import Stored, Writer
from youthpanel.models import MeetingFile
from youthpanel.records.erasing import MEDIA_FOLDER

LARGEST: Final = 10 * 1024 * 1024
# A file that no meeting knows of is what a crash left once it is so old.
ORPHAN_SECONDS: Final = 24 * 3600


def folder() -> Path:
    """The folder; it may not be there yet."""
    return Path(settings.MEDIA_ROOT) / MEDIA_FOLDER / "meetings"


def new_file() -> Writer:
    """Writes a file. Raises NoRoom."""
    return Writer(folder(), largest=LARGEST)


def path_of(file: MeetingFile | Stored) -> Path:
    """The file itself; a photograph as it is looked at."""
    return folder() / str(file.uuid)


def small_path_of(file: MeetingFile | Stored) -> Path:
    """A photograph as lists show it."""
    return folder() / f"{file.uuid}.small"


def erase(file: MeetingFile | Stored) -> None:
    """Off the disk, if it is there."""
    path_of(file).unlink(missing_ok=True)
    small_path_of(file).unlink(missing_ok=True)


def sweep_orphans() -> int:
    """Erase files that no meeting knows of and that are a day old; returns how many."""
    if not folder().is_dir():
        return 0
    before = time.time() - ORPHAN_SECONDS
    old = [path for path in folder().iterdir() if path.stat().st_mtime < before]
    known = {str(uuid) for uuid in MeetingFile.objects.filter(erased=False).values_list("uuid", flat=True)}
    orphans = [path for path in old if path.name.partition(".")[0] not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)
