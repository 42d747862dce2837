"""Storage of resource files, and removal of orphaned files."""

import time
from collections.abc import Iterable

from awareness.library.models import MAX_FILE_BYTES, ResourceFile
from awareness.library.paths import covers_folder, files_folder, preview_of
from clicksafely.common.files import file_store
from clicksafely.common.files.file_store import FileWriter, StoredFile
from clicksafely.common.files.storage import media_storage

# An unreferenced file of this age is from an interrupted upload.
ORPHAN_SECONDS = 24 * 3600


def new_file() -> FileWriter:
    """Return a writer for a resource file. Raises StorageFull."""
    return FileWriter(files_folder(), largest=MAX_FILE_BYTES)


def store_file(chunks: Iterable[bytes]) -> StoredFile:
    """Store a file from chunks. Raises FileTooBig, StorageFull, and any exception of `chunks`."""
    return file_store.store_chunks(chunks, new_file())


def delete_file(stored: StoredFile | ResourceFile) -> None:
    """Erase a file and its preview."""
    media_storage().erase(stored.path, preview_of(stored.path))


def delete_orphan_files() -> int:
    """Erase unreferenced files and thumbnails older than a day. Return their number."""
    swept, before = 0, time.time() - ORPHAN_SECONDS
    file_uuids = {str(uuid) for uuid in ResourceFile.objects.values_list("uuid", flat=True)}
    for folder in (files_folder(), covers_folder()):
        for found in media_storage().all_files_below(folder):
            if found.path.stem not in file_uuids and found.modified < before:
                media_storage().erase(found.path)
                swept += 1
    return swept
