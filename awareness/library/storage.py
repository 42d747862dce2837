"""Files of the library: where they are written, and that none stays that is no resource's."""

import time
from collections.abc import Iterable

from awareness.library.models import LARGEST_FILE, ResourceFile
from awareness.library.paths import files_folder, preview_of
from clicksafely.common.files import file_store
from clicksafely.common.files.file_store import Stored, Writer
from clicksafely.common.files.storage import media

# A file that no resource knows of is somebody's broken upload once it is so old.
ORPHAN_SECONDS = 24 * 3600


def new_file() -> Writer:
    """Writes a file of the library. Raises NoRoom."""
    return Writer(files_folder(), largest=LARGEST_FILE)


def store(chunks: Iterable[bytes]) -> Stored:
    """Keep what comes in chunks. Raises TooBig, NoRoom, and what `chunks` raises."""
    return file_store.store(chunks, new_file())


def discard(stored: Stored | ResourceFile) -> None:
    """Erase a file and its preview."""
    media().erase(stored.path, preview_of(stored.path))


def sweep_orphans() -> int:
    """Erase files that no resource knows of and that are a day old; returns how many."""
    swept, before = 0, time.time() - ORPHAN_SECONDS
    known = {str(uuid) for uuid in ResourceFile.objects.values_list("uuid", flat=True)}
    for found in media().lying_below(files_folder()):
        if found.path.stem not in known and found.modified < before:
            media().erase(found.path)
            swept += 1
    return swept
