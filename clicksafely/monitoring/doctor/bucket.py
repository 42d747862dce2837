"""Doctor checks of the media bucket."""

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
    # Without a bucket, the client is not imported.
    from clicksafely.common.files.s3_storage import S3Storage

# Allow for files being written at the moment.
YOUNG_SECONDS: Final = 3600
PROBE_FOLDER: Final = ".doctor"
_OPERATIONS: Final = "docs/operations/configure.md, Media in a bucket"
_REMEDIES: Final = {
    CLIENT_MISSING: "Run `bin/setup s3`, and restart all parts",
    "NoSuchBucket": "Create the bucket, or correct MEDIA_S3_BUCKET",
    "AccessDenied": f"Grant the key the permissions listed in {_OPERATIONS}",
    "InvalidAccessKeyId": "Put the right key into MEDIA_S3_KEY_FILE, and restart all parts",
    "SignatureDoesNotMatch": (
        "Put the right secret into MEDIA_S3_KEY_FILE, and compare this machine's clock with the service's"
    ),
}
_AWAY: Final = (
    "Check the service, the network and MEDIA_S3_ENDPOINT; until then pictures are refused and reports are accepted"
)


def check_bucket(now: datetime) -> Iterator[CheckResult]:
    """Check that the bucket stores, returns, lists and erases files, keeps no versions, and denies public access."""
    if not settings.MEDIA_S3_BUCKET:
        yield passed("no bucket is configured: media are stored on this machine's disk")
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
        yield failed("the bucket does not return, list or erase a stored file", "Check the service")
    else:
        yield passed("the bucket stores, returns and erases files")
    if public:
        yield failed(
            "the files of the bucket are publicly readable",
            "Remove public access immediately: the bucket contains photographs of children",
        )


def _versions(bucket: "S3Storage") -> Iterator[CheckResult]:
    try:
        if bucket.has_versioning():
            yield failed(
                "the bucket keeps old versions: erased files remain in it",
                f"Disable versioning, and erase the existing versions ({_OPERATIONS})",
            )
    except StorageUnavailable as error:
        yield warning(
            f"it is unknown whether the bucket keeps old versions ({error})",
            "Make sure that it does not; the key lacks the permission to query it (s3:GetBucketVersioning)",
        )


def _left_here(now: datetime) -> Iterator[CheckResult]:
    old = sum(found.modified < now.timestamp() - YOUNG_SECONDS for found in files_on_disk())
    if old:
        yield warning(
            f"{old} files are in the media folder of this machine, although a bucket is configured",
            "Stop the portal and run `manage.py move_media`; unused files are removed later",
        )
