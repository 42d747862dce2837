"""Files of hash lists on the disk: where they are written, and that none stays that no list needs."""

import shutil
import time
from collections.abc import Iterable

from django.conf import settings

from clicksafely.common.storing import Stored, Writer, store
from hotline.models import HashList, ListState
from hotline.models.hash_lists import FILE_ENDING, lists_folder

# A file that no list knows of is somebody's broken upload once it is so old.
ORPHAN_SECONDS = 24 * 3600
GONE = (ListState.REFUSED, ListState.REMOVING, ListState.REMOVED)


def new_file() -> Writer:
    """Writes the file of a list. Raises NoRoom."""
    return Writer(lists_folder(), largest=settings.HASH_LIST_MAX_BYTES, ending=FILE_ENDING)


def store_file(chunks: Iterable[bytes]) -> Stored:
    """Keep a file that comes in chunks. Raises TooBig, NoRoom, and what `chunks` raises."""
    return store(chunks, new_file())


def sweep_files() -> int:
    """Erase files of the folder that no list needs (any more); returns how many."""
    if not lists_folder().is_dir():
        return 0
    needed = {
        f"{uuid}{FILE_ENDING if state in (ListState.WAITING, ListState.IMPORTING) else '.pdq'}"
        for uuid, state in HashList.objects.exclude(state__in=GONE).values_list("uuid", "state")
    }
    swept = 0
    for path in lists_folder().iterdir():
        old = path.stat().st_mtime < time.time() - ORPHAN_SECONDS
        if old and path.name not in needed:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            swept += 1
    return swept
