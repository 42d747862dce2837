"""Files of hash lists on the disk: where they are written, and that none stays that no list needs."""

import shutil
import time
from collections.abc import Collection, Iterable
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from clicksafely.common.files.file_store import FileWriter, StoredFile, store_chunks
from clicksafely.common.files.storage import media_storage
from clicksafely.common.files.upload_handlers import DiskUploadHandler
from hotline.models import HashList, ListState
from hotline.models.hash_lists import FILE_ENDING, lists_folder

# A file that no list knows of is somebody's broken upload once it is so old.
ORPHAN_SECONDS = 24 * 3600
GONE = (ListState.REFUSED, ListState.REMOVING, ListState.REMOVED)


def new_file() -> FileWriter:
    """Writes the file of a list. Raises NoRoom."""
    return FileWriter(lists_folder(), largest=settings.HASH_LIST_MAX_BYTES, ending=FILE_ENDING)


def store_file(chunks: Iterable[bytes]) -> StoredFile:
    """Keep a file that comes in chunks. Raises FileTooBig, NoRoom, and what `chunks` raises."""
    return store_chunks(chunks, new_file())


def sweep_files() -> int:
    """Erase files of the folder that no list needs (any more); returns how many."""
    needed = {
        f"{uuid}{FILE_ENDING if state in (ListState.WAITING, ListState.IMPORTING) else '.pdq'}"
        for uuid, state in HashList.objects.exclude(state__in=GONE).values_list("uuid", "state")
    }
    swept, before = 0, time.time() - ORPHAN_SECONDS
    # First the folders in which somebody sorted.
    for folder in lists_folder().glob("*/"):
        if folder.stat().st_mtime < before:
            shutil.rmtree(folder)
            swept += 1
    for found in media_storage().all_files_below(lists_folder()):
        if found.modified < before and found.path.name not in needed:
            media_storage().erase(found.path)
            swept += 1
    return swept


FIELD = "file"
TOO_BIG = _("This file is larger than a hash list may be. Divide it, or ask whoever runs the system.")


class ListUploadHandler(DiskUploadHandler):
    """Keeps the form's file with the lists; files of other fields are forgotten."""

    too_big = TOO_BIG

    def begin(self) -> FileWriter | None:
        """Where the form has one."""
        return new_file() if self.field_name == FIELD else None

    def needed(self, uuids: Collection[UUID]) -> Collection[UUID]:
        """Those that became a list's."""
        return set(HashList.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))
