"""Storage of hash list files on disk, and the removal of unused ones."""

import shutil
import time
from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from clicksafely.common.files.file_store import FileWriter, StoredFile, store_chunks
from clicksafely.common.files.storage import media_storage
from clicksafely.common.files.upload_handlers import DiskUploadHandler
from hotline.models import HashList, ListState
from hotline.models.hash_lists import FILE_ENDING, lists_folder

# Largest file of a list: 65 million MD5.
MAX_BYTES = 2 * 1024**3

# An unknown file of this age is an aborted upload.
ORPHAN_SECONDS = 24 * 3600
UNFINISHED = (ListState.WAITING, ListState.IMPORTING)


def new_file() -> FileWriter:
    """Return a writer for the file of a list. Raises StorageFull."""
    return FileWriter(lists_folder(), largest=MAX_BYTES, ending=FILE_ENDING)


def store_file(chunks: Iterable[bytes]) -> StoredFile:
    """Store a file from chunks. Raises FileTooBig, StorageFull, and exceptions of `chunks`."""
    return store_chunks(chunks, new_file())


def sweep_files() -> int:
    """Delete unused files of the folder. Returns the number deleted."""
    needed = {
        f"{uuid}{FILE_ENDING}" for uuid in HashList.objects.filter(state__in=UNFINISHED).values_list("uuid", flat=True)
    }
    swept, before = 0, time.time() - ORPHAN_SECONDS
    # First the temporary folders of imports.
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
TOO_BIG = _("This file exceeds the size limit for hash lists. Split it or contact the administrator.")


class ListUploadHandler(DiskUploadHandler):
    """Stores the form's list file on disk. Files of other fields are discarded."""

    too_big = TOO_BIG

    def begin(self) -> FileWriter | None:
        """Return a writer for the file field, otherwise None."""
        return new_file() if self.field_name == FIELD else None

    def needed(self, uuids: Collection[UUID]) -> Collection[UUID]:
        """Return the uploads that belong to a list."""
        return set(HashList.objects.filter(uuid__in=uuids).values_list("uuid", flat=True))
