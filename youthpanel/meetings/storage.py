"""Storage of meeting files and of letters, and deletion of orphaned ones. Each file name starts with the UUID of its row."""

import time
from pathlib import Path
from typing import Final

from django.conf import settings

from clicksafely.common.files.file_store import FileWriter, StoredFile, sync_files
from clicksafely.common.files.storage import media_storage
from youthpanel.members.erasure import MEDIA_FOLDER
from youthpanel.models import MeetingFile, ResponseLetter

MAX_FILE_BYTES: Final = 10 * 1024 * 1024
# Files without a row are leftovers of a crash once they are this old.
ORPHAN_SECONDS: Final = 24 * 3600


def meetings_folder() -> Path:
    """Return the folder, which may not exist yet."""
    return Path(settings.MEDIA_ROOT) / MEDIA_FOLDER / "meetings"


def letters_folder() -> Path:
    """Return the folder of letters, which may not exist yet."""
    return Path(settings.MEDIA_ROOT) / MEDIA_FOLDER / "letters"


def letter_path(letter: ResponseLetter) -> Path:
    return letters_folder() / str(letter.uuid)


def new_file_writer() -> FileWriter:
    """Return a writer for an upload. Raises StorageFull."""
    return FileWriter(meetings_folder(), largest=MAX_FILE_BYTES)


def file_path(file: MeetingFile | StoredFile) -> Path:
    """Return the path of a file; of a photograph, the full-size version."""
    return meetings_folder() / str(file.uuid)


def thumbnail_path(file: MeetingFile | StoredFile) -> Path:
    """Return the path of the thumbnail of a photograph."""
    return meetings_folder() / f"{file.uuid}.small"


def save_upload(file: StoredFile, *, with_small: bool) -> None:
    """Make a checked upload permanent. Raises StorageFull."""
    sync_files(file_path(file), *([thumbnail_path(file)] if with_small else []))


def erase_file(file: MeetingFile | StoredFile) -> None:
    """Delete a file and its thumbnail from the storage and the disk, if they exist."""
    media_storage().erase(file_path(file), thumbnail_path(file))


def delete_orphans() -> int:
    """Delete files without a row that are at least one day old; returns their number."""
    before = time.time() - ORPHAN_SECONDS
    orphans: list[Path] = []
    for folder, rows in (
        (meetings_folder(), MeetingFile.objects.filter(erased=False)),
        (letters_folder(), ResponseLetter.objects.all()),
    ):
        old = [found.path for found in media_storage().all_files_below(folder) if found.modified < before]
        stored_uuids = {str(uuid) for uuid in rows.values_list("uuid", flat=True)}
        orphans += [path for path in old if path.name.partition(".")[0] not in stored_uuids]
    media_storage().erase(*orphans)
    return len(orphans)
