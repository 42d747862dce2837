"""Where files of meetings lie, and that none stays there that is no meeting's. Every name begins with the UUID of its row: erasing looks for it."""

import time
from pathlib import Path
from typing import Final

from django.conf import settings

from clicksafely.common.files.file_store import FileWriter, StoredFile, sync_files
from clicksafely.common.files.storage import media_storage
from youthpanel.members.erasure import MEDIA_FOLDER
from youthpanel.models import MeetingFile

MAX_FILE_BYTES: Final = 10 * 1024 * 1024
# A file that no meeting knows of is what a crash left once it is so old.
ORPHAN_SECONDS: Final = 24 * 3600


def meetings_folder() -> Path:
    """The folder; it may not be there yet."""
    return Path(settings.MEDIA_ROOT) / MEDIA_FOLDER / "meetings"


def new_file_writer() -> FileWriter:
    """Writes a file. Raises NoRoom."""
    return FileWriter(meetings_folder(), largest=MAX_FILE_BYTES)


def file_path(file: MeetingFile | StoredFile) -> Path:
    """The file itself; a photograph as it is looked at."""
    return meetings_folder() / str(file.uuid)


def thumbnail_path(file: MeetingFile | StoredFile) -> Path:
    """A photograph as lists show it."""
    return meetings_folder() / f"{file.uuid}.small"


def save_upload(file: StoredFile, *, with_small: bool) -> None:
    """Have for good what was read and found good. Raises NoRoom."""
    sync_files(file_path(file), *([thumbnail_path(file)] if with_small else []))


def erase_file(file: MeetingFile | StoredFile) -> None:
    """From where it is kept, and off the disk, if it is there."""
    media_storage().erase(file_path(file), thumbnail_path(file))


def delete_orphans() -> int:
    """Erase files that no meeting knows of and that are a day old; returns how many."""
    before = time.time() - ORPHAN_SECONDS
    old = [found.path for found in media_storage().all_files_below(meetings_folder()) if found.modified < before]
    known = {str(uuid) for uuid in MeetingFile.objects.filter(erased=False).values_list("uuid", flat=True)}
    orphans = [path for path in old if path.name.partition(".")[0] not in known]
    media_storage().erase(*orphans)
    return len(orphans)
