"""The bucket of the media."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from uuid import uuid4

from django.conf import settings

from clicksafely.common.files.disk_storage import Unreachable
from clicksafely.common.files.storage import CLIENT_MISSING, lying_here, media
from clicksafely.monitoring.doctor.results import Finding, broken, look, well

if TYPE_CHECKING:
    # Where no bucket is set its client is not loaded.
    from clicksafely.common.files.s3_storage import Bucket

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


def check_bucket(now: datetime) -> Iterator[Finding]:
    """It takes, gives and erases files, forgets what is erased, and shows nothing to others."""
    if not settings.MEDIA_S3_BUCKET:
        yield well("no bucket is set: media lie on this machine's disk")
        return
    try:
        bucket = cast("Bucket", media())
        yield from _tried(bucket)
    except Unreachable as error:
        code = str(error)
        yield broken(f"the bucket {settings.MEDIA_S3_BUCKET} cannot be used ({code})", _REMEDIES.get(code, _AWAY))
        return
    yield from _versions(bucket)
    yield from _left_here(now)


def _tried(bucket: "Bucket") -> Iterator[Finding]:
    path = Path(settings.MEDIA_ROOT) / PROBE_FOLDER / str(uuid4())
    bucket.write(path, b"probe")
    try:
        fits = bucket.read(path) == b"probe" and path in {found.path for found in bucket.below(path.parent)}
        public = bucket.shows_everybody(path)
    finally:
        bucket.erase(path)
    if not fits or bucket.has(path):
        yield broken("the bucket does not give back, list or erase what was put into it", "Look at the service")
    else:
        yield well("the bucket takes, gives and erases files")
    if public:
        yield broken(
            "the bucket shows its files to everybody",
            "Take away its public access at once: photographs of children are in it",
        )


def _versions(bucket: "Bucket") -> Iterator[Finding]:
    try:
        if bucket.keeps_versions():
            yield broken(
                "the bucket keeps former versions: what is erased is still in it",
                f"Switch versioning off, and erase the versions that are there ({_OPERATIONS})",
            )
    except Unreachable as error:
        yield look(
            f"nobody knows whether the bucket keeps former versions ({error})",
            "See to it that it does not; the key may not ask (s3:GetBucketVersioning)",
        )


def _left_here(now: datetime) -> Iterator[Finding]:
    old = sum(found.modified < now.timestamp() - YOUNG_SECONDS for found in lying_here())
    if old:
        yield look(
            f"{old} files lie in the media folder of this machine, although there is a bucket",
            "Stop the portal and run `manage.py move_media`; what nobody needs is then swept",
        )
