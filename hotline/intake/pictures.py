"""Reads pictures of reports in the sandbox: re-encoded without metadata, and the digests of the original."""

import logging
import time
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import F, QuerySet

from clicksafely.common.files.image_uploads import ImageRefused, ReencodedImage, as_reencoded, run_reader
from clicksafely.common.files.storage import media_storage
from clicksafely.common.queue.enqueue import enqueue_task
from clicksafely.common.sandbox.runner import run_alone
from hotline.lifecycle.picture_files import open_picture
from hotline.models import FileHash, Upload, UploadState
from hotline.models.sealed_content import sealed_path
from hotline.triage.hash_lists.digests import READER, FileDigest, add_pdq, digest_file, parse_pdq
from hotline.triage.hash_lists.file_services import MATCH_TASK

logger = logging.getLogger(__name__)

# One picture, and a run of the task until it starts no further one. Together less than the time limit of tasks.
READ_SECONDS: Final = 60
RUN_SECONDS: Final = 10
# For processes that were killed or too slow. The machine may have been the reason.
MAX_ATTEMPTS: Final = 2
_AT_ONCE: Final = 100
# Older pictures have been rewritten, unless the worker was stopped for longer.
_REWRITTEN_FOR: Final = timedelta(days=2)
_HOUR: Final = timedelta(hours=1)


class ReadPicture(NamedTuple):
    """A re-encoded picture. `file` has the digests of the original, because hash lists contain the originals."""

    image: ReencodedImage
    file: FileDigest


def read_picture(data: bytes, *, media_type: str, seconds: int) -> ReadPicture:
    """Read a picture whose header was checked. `media_type` is the declared one.

    Raises ImageRefused; the code is "too-complex" if the process exceeded `seconds` or was killed.
    """
    line, clean = run_reader(READER, ["report"], data, parts=2, seconds=seconds)
    file = digest_file(data, media_type=media_type)
    return ReadPicture(as_reencoded(clean), add_pdq(file, parse_pdq(line.decode("ascii", "replace"))))


def read_waiting_uploads() -> int:
    """Read waiting pictures of sent reports for about `RUN_SECONDS`, one process a machine. Return how many were read.

    It runs where the private keys are. Pictures that took too long before come last.
    """
    read = 0
    with run_alone("waiting-uploads") as is_alone:
        if not is_alone:
            return 0
        end = time.monotonic() + RUN_SECONDS
        for upload_id in list(_waiting().order_by("attempts", "pk").values_list("pk", flat=True)[:_AT_ONCE]):
            try:
                read += read_waiting_upload(upload_id=upload_id)
            except FileNotFoundError:
                logger.error("The file of a waiting picture is missing.", extra={"upload_id": upload_id})
            if time.monotonic() > end:
                break
    return read


def read_waiting_upload(*, upload_id: int) -> bool:
    """Replace a waiting picture by the re-encoded one, and have its report matched with its PDQ. Return whether it was replaced.

    A picture that cannot be read stays sealed as it was uploaded, and is never opened for staff. Idempotent. Raises SealError,
    FileNotFoundError, StorageUnavailable.
    """
    upload = _waiting().filter(pk=upload_id).first()
    if upload is None:
        return False
    data = open_picture(upload)
    # First, so that a picture that ends this process is not tried for ever.
    _waiting().filter(pk=upload_id).update(attempts=F("attempts") + 1)
    try:
        picture = read_picture(data, media_type="", seconds=READ_SECONDS)
    except ImageRefused as refusal:
        if refusal.code != "too-complex" or upload.attempts + 1 >= MAX_ATTEMPTS:
            _waiting().filter(pk=upload_id).update(state=UploadState.UNREADABLE)
        return False
    with transaction.atomic():
        # Erasure and the rotation of keys lock the row too. An erased one is not written again.
        locked = _waiting().select_for_update(of=("self",)).filter(pk=upload_id).first()
        if locked is None:
            return False
        media_storage().replace(sealed_path(locked.uuid), Upload.IMAGE.seal(locked, picture.image.data))
        locked.state, locked.size = UploadState.READY, len(picture.image.data)
        locked.mime_type = f"image/{picture.image.format.lower()}"
        locked.save(update_fields=["state", "size", "mime_type"])
        for row in FileHash.objects.filter(upload=locked):
            row.seal_digests(picture.file.digests)
            row.matched_at = None
            row.save(update_fields=["sealed", "matched_at"])
    enqueue_task(MATCH_TASK, report_id=locked.report_id or 0)
    return True


def hide_upload_times(*, now: datetime) -> int:
    """Rewrite the pictures of sent reports once their hour is over, in random order, for about `RUN_SECONDS`. Return how many.

    A bucket dates each object, and a disk each file, by an exact time that cannot be set. Afterwards it is the time of this run.
    """
    rewritten, end = 0, time.monotonic() + RUN_SECONDS
    stored = Upload.objects.filter(
        report__isnull=False, erased_at=None, stored_at__gt=now - _REWRITTEN_FOR, stored_at__lte=now - _HOUR
    )
    for upload_id in list(stored.order_by("?").values_list("pk", flat=True)):
        with transaction.atomic(), suppress(FileNotFoundError):
            # Erasure and the rotation of keys lock the row too. An erased file is not written again.
            locked = stored.select_for_update(of=("self",), skip_locked=True).filter(pk=upload_id).first()
            if locked is None:
                continue
            path = sealed_path(locked.uuid)
            if media_storage().look(path).modified < (locked.stored_at + _HOUR).timestamp():
                media_storage().replace(path, media_storage().read(path))
                rewritten += 1
        if time.monotonic() > end:
            break
    return rewritten


def _waiting() -> QuerySet[Upload]:
    return Upload.objects.filter(state=UploadState.WAITING, report__isnull=False, handed_over_at=None)
