"""Which of the two places it is."""

import functools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from clicksafely.common.files.disk_storage import DiskStorage, FileInfo, StorageUnavailable

DISK_STORAGE: Final = DiskStorage()
CLIENT_MISSING: Final = "boto3 is not installed"


def media_storage() -> DiskStorage:
    """Where media are kept by the settings. Raises Unreachable where those of a bucket are no good."""
    if not settings.MEDIA_S3_BUCKET:
        return DISK_STORAGE
    # A client must not be shared with the process that this one was forked from.
    return _bucket(
        os.getpid(),
        settings.MEDIA_S3_BUCKET,
        settings.MEDIA_S3_ENDPOINT,
        settings.MEDIA_S3_REGION,
        settings.MEDIA_S3_KEY_FILE,
    )


@functools.lru_cache(maxsize=4)
def _bucket(process: int, name: str, endpoint: str, region: str, key_file: str) -> DiskStorage:
    try:
        from clicksafely.common.files.s3_storage import S3Storage  # noqa: PLC0415 - 20 MB that nobody needs without one
    except ModuleNotFoundError as error:
        raise StorageUnavailable(CLIENT_MISSING) from error
    return S3Storage(name)


# What every machine makes for itself: drawn pictures of titles, packed hashes, and what a restore has not put in its place yet.
LOCAL_FOLDERS: Final = frozenset({"pictures", ".restoring"})
LOCAL_SUFFIX: Final = ".pdq"


def files_on_disk() -> Iterator[FileInfo]:
    """Every such file."""
    root = Path(settings.MEDIA_ROOT)
    for found in DISK_STORAGE.below(root):
        if found.path.relative_to(root).parts[0] not in LOCAL_FOLDERS and found.path.suffix != LOCAL_SUFFIX:
            yield found


def move_to_bucket(progress: Callable[[int], None]) -> int:
    """Put them into the bucket; where it has one of that name, that is the newer one. Returns how many it got. Raises Unreachable.

    Nobody may be writing files meanwhile. `progress` is told how many are done.
    """
    moved = 0
    for number, found in enumerate(files_on_disk(), 1):
        if media_storage().has(found.path):
            found.path.unlink(missing_ok=True)
        else:
            media_storage().move(found.path)
            moved += 1
        progress(number)
    return moved
