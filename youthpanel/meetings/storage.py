"""Where files of meetings lie, and that none stays there that is no meeting's. Every name begins with the UUID of its row: erasing looks for it."""

import time
from pathlib import Path
from typing import Final

from django.conf import settings

from clicksafely.common.files.file_store import Stored, Writer, keep
from clicksafely.common.files.storage import media
from youthpanel.members.erasure import MEDIA_FOLDER
from youthpanel.models import MeetingFile

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


def keep_read(file: Stored, *, with_small: bool) -> None:
    """Have for good what was read and found good. Raises NoRoom."""
    keep(path_of(file), *([small_path_of(file)] if with_small else []))


def erase(file: MeetingFile | Stored) -> None:
    """From where it is kept, and off the disk, if it is there."""
    media().erase(path_of(file), small_path_of(file))


def sweep_orphans() -> int:
    """Erase files that no meeting knows of and that are a day old; returns how many."""
    before = time.time() - ORPHAN_SECONDS
    old = [found.path for found in media().lying_below(folder()) if found.modified < before]
    known = {str(uuid) for uuid in MeetingFile.objects.filter(erased=False).values_list("uuid", flat=True)}
    orphans = [path for path in old if path.name.partition(".")[0] not in known]
    media().erase(*orphans)
    return len(orphans)
