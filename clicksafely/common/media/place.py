"""Which of the two places it is."""

import functools
import os
from typing import Final

from django.conf import settings

from clicksafely.common.media.disk import Disk, Unreachable

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
        from clicksafely.common.media.bucket import Bucket  # noqa: PLC0415 - 20 MB that nobody needs without one
    except ModuleNotFoundError as error:
        raise Unreachable(CLIENT_MISSING) from error
    return Bucket(name)
