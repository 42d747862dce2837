"""Which of the two places it is."""

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from clicksafely.common.files.disk_storage import Disk, Found, Unreachable

DISK: Final = Disk()
CLIENT_MISSING: Final = "boto3 is not installed"


def media() -> Disk:
    """Where media are kept by the settings. Raises Unreachable where those of a bucket are no good."""
    if not settings.MEDIA_S3_BUCKET:
        return DISK
    # A client must not be shared with the process that this one was forked from.
    return _bucket(
        os.getpid(),
        settings.MEDIA_S3_BUCKET,
        settings.MEDIA_S3_ENDPOINT,
        settings.MEDIA_S3_REGION,
        settings.MEDIA_S3_KEY_FILE,
    )


@functools.lru_cache(maxsize=4)
def _bucket(process: int, name: str, endpoint: str, region: str, key_file: str) -> Disk:
    try:
        from clicksafely.common.files.s3_storage import Bucket  # noqa: PLC0415 - 20 MB that nobody needs without one
    except ModuleNotFoundError as error:
        raise Unreachable(CLIENT_MISSING) from error
    return Bucket(name)


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
