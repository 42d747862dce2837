"""Files of the library on the disk: where they are written, and that none stays that is no resource's."""

import time
from collections.abc import Iterable

from awareness.library.folders import files_folder, preview_of
from awareness.library.models import LARGEST_FILE, ResourceFile
from clicksafely.common import storing
from clicksafely.common.storing import Stored, Writer

# A file that no resource knows of is somebody's broken upload once it is so old.
ORPHAN_SECONDS = 24 * 3600


def new_file() -> Writer:
    """Writes a file of the library. Raises NoRoom."""
    return Writer(files_folder(), largest=LARGEST_FILE)


def store(chunks: Iterable[bytes]) -> Stored:
    """Keep what comes in chunks. Raises TooBig, NoRoom, and what `chunks` raises."""
    return storing.store(chunks, new_file())


def discard(stored: Stored | ResourceFile) -> None:
    """Erase a file and its preview."""
    stored.path.unlink(missing_ok=True)
    preview_of(stored.path).unlink(missing_ok=True)


def sweep_orphans() -> int:
    """Erase files that no resource knows of and that are a day old; returns how many."""
    if not files_folder().is_dir():
        return 0
    swept, before = 0, time.time() - ORPHAN_SECONDS
    known = {str(uuid) for uuid in ResourceFile.objects.values_list("uuid", flat=True)}
    for path in files_folder().iterdir():
        if path.stem not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            swept += 1
    return swept
