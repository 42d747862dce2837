"""The bucket of the media."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from uuid import uuid4

from django.conf import settings

from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.storage import CLIENT_MISSING, files_on_disk, media_storage
from clicksafely.monitoring.doctor.results import CheckResult, failed, passed, warning

if TYPE_CHECKING:
    # Where no bucket is set its client is not loaded.
    from clicksafely.common.files.s3_storage import S3Storage

# Something may be on its way.
YOUNG_SECONDS: Final = 3600
PROBE_FOLDER: Final = ".doctor"
_OPERATIONS: Final = "docs/operations.md, Media in a bucket"
_REMEDIES: Final = {
    CLIENT_MISSING: "Run `bin/setup s3`, and start all parts anew",
    "NoSuchBucket": "Make the bucket, or mend MEDIA_S3_BUCKET",
    "AccessDenied": f"Let the key do what {_OPERATIONS}, lists",
    "InvalidAccessKeyId": "Put the right key into MEDIA_S3_KEY_FILE, and start all parts anew",
    "SignatureDoesNotMatch": "Put the right secret into MEDIA_S3_KEY_FILE, and compare this machine's clock with the service's",
}
_AWAY: Final = (
    "Look at the service, the network to it and MEDIA_S3_ENDPOINT; pictures are refused until it is back, reports go on"
)


def check_bucket(now: datetime) -> Iterator[CheckResult]:
    """It takes, gives and erases files, forgets what is erased, and shows nothing to others."""
    if not settings.MEDIA_S3_BUCKET:
        yield passed("no bucket is set: media lie on this machine's disk")
        return
    try:
        bucket = cast("S3Storage", media_storage())
        yield from _tried(bucket)
    except StorageUnavailable as error:
        code = str(error)
        yield failed(f"the bucket {settings.MEDIA_S3_BUCKET} cannot be used ({code})", _REMEDIES.get(code, _AWAY))
        return
    yield from _versions(bucket)
    yield from _left_here(now)


def _tried(bucket: "S3Storage") -> Iterator[CheckResult]:
    path = Path(settings.MEDIA_ROOT) / PROBE_FOLDER / str(uuid4())
    bucket.write(path, b"probe")
    try:
        fits = bucket.read(path) == b"probe" and path in {found.path for found in bucket.below(path.parent)}
        public = bucket.is_public(path)
    finally:
        bucket.erase(path)
    if not fits or bucket.has(path):
        yield failed("the bucket does not give back, list or erase what was put into it", "Look at the service")
    else:
        yield passed("the bucket takes, gives and erases files")
    if public:
        yield failed(
            "the bucket shows its files to everybody",
            "Take away its public access at once: photographs of children are in it",
        )


def _versions(bucket: "S3Storage") -> Iterator[CheckResult]:
    try:
        if bucket.has_versioning():
            yield failed(
                "the bucket keeps former versions: what is erased is still in it",
                f"Switch versioning off, and erase the versions that are there ({_OPERATIONS})",
            )
    except StorageUnavailable as error:
        yield warning(
            f"nobody knows whether the bucket keeps former versions ({error})",
            "See to it that it does not; the key may not ask (s3:GetBucketVersioning)",
        )


def _left_here(now: datetime) -> Iterator[CheckResult]:
    old = sum(found.modified < now.timestamp() - YOUNG_SECONDS for found in files_on_disk())
    if old:
        yield warning(
            f"{old} files lie in the media folder of this machine, although there is a bucket",
            "Stop the portal and run `manage.py move_media`; what nobody needs is then swept",
        )
