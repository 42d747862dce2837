"""Files of the library: where they are written, and that none stays that is no resource's."""

import time
from collections.abc import Iterable

from awareness.library.models import LARGEST_FILE, ResourceFile
from awareness.library.paths import files_folder, preview_of
from clicksafely.common.files import file_store
from clicksafely.common.files.file_store import FileWriter, StoredFile
from clicksafely.common.files.storage import media_storage

# A file that no resource knows of is somebody's broken upload once it is so old.
ORPHAN_SECONDS = 24 * 3600


def new_file() -> FileWriter:
    """Writes a file of the library. Raises NoRoom."""
    return FileWriter(files_folder(), largest=LARGEST_FILE)


def store_file(chunks: Iterable[bytes]) -> StoredFile:
    """Keep what comes in chunks. Raises FileTooBig, NoRoom, and what `chunks` raises."""
    return file_store.store_chunks(chunks, new_file())


def delete_file(stored: StoredFile | ResourceFile) -> None:
    """Erase a file and its preview."""
    media_storage().erase(stored.path, preview_of(stored.path))


def delete_orphan_files() -> int:
    """Erase files that no resource knows of and that are a day old; returns how many."""
    swept, before = 0, time.time() - ORPHAN_SECONDS
    known = {str(uuid) for uuid in ResourceFile.objects.values_list("uuid", flat=True)}
    for found in media_storage().all_files_below(files_folder()):
        if found.path.stem not in known and found.modified < before:
            media_storage().erase(found.path)
            swept += 1
    return swept
