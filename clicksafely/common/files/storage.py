"""Selects the media storage and moves files from disk to a bucket."""

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
    """Return the configured media storage. Raises StorageUnavailable for invalid settings of a bucket."""
    if not settings.MEDIA_S3_BUCKET:
        return DISK_STORAGE
    # A client must not be shared with the parent process after a fork.
    return _bucket(
        os.getpid(),
        settings.MEDIA_S3_BUCKET,
        settings.MEDIA_S3_ENDPOINT,
        settings.MEDIA_S3_KEY_FILE,
    )


@functools.lru_cache(maxsize=4)
def _bucket(process: int, name: str, endpoint: str, key_file: str) -> DiskStorage:
    try:
        from clicksafely.common.files.s3_storage import S3Storage  # noqa: PLC0415 - 20 MB, unused without a bucket
    except ModuleNotFoundError as error:
        raise StorageUnavailable(CLIENT_MISSING) from error
    return S3Storage(name)


# Files that each machine creates for itself: rendered titles, and the staging area of a restore.
LOCAL_FOLDERS: Final = frozenset({"pictures", ".restoring"})


def files_on_disk() -> Iterator[FileInfo]:
    """Yield every media file on the local disk."""
    root = Path(settings.MEDIA_ROOT)
    for found in DISK_STORAGE.below(root):
        if found.path.relative_to(root).parts[0] not in LOCAL_FOLDERS:
            yield found


def move_to_bucket(progress: Callable[[int], None]) -> int:
    """Move files to the bucket and return their number; a file already in the bucket is newer and stays. Raises StorageUnavailable.

    The portal must be stopped. `progress` receives the number of files done.
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
