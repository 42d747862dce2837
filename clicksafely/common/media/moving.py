"""Files that lie on this machine although a bucket is set: from the time before it, or left by a process that was killed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from clicksafely.common.media.disk import Found
from clicksafely.common.media.place import DISK, media

# What every machine makes for itself: drawn pictures of titles, packed hashes, and what a restore has not put in its place yet.
OWN_FOLDERS: Final = frozenset({"pictures", ".restoring"})
OWN_ENDING: Final = ".pdq"


def lying_here() -> Iterator[Found]:
    """Every such file."""
    root = Path(settings.MEDIA_ROOT)
    for found in DISK.below(root):
        if found.path.relative_to(root).parts[0] not in OWN_FOLDERS and found.path.suffix != OWN_ENDING:
            yield found


def move(progress: Callable[[int], None]) -> int:
    """Put them into the bucket; where it has one of that name, that is the newer one. Returns how many it got. Raises Unreachable.

    Nobody may be writing files meanwhile. `progress` is told how many are done.
    """
    moved = 0
    for number, found in enumerate(lying_here(), 1):
        if media().has(found.path):
            found.path.unlink(missing_ok=True)
        else:
            media().move(found.path)
            moved += 1
        progress(number)
    return moved
