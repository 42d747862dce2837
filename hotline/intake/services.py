"""Services for reporters: submit a report, upload pictures, send messages, withdraw the contact."""

import json
import logging
import secrets
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, models, transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.crypto.sealing import ReporterKey
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.image_uploads import ReencodedImage
from clicksafely.common.files.storage import media_storage
from hotline.intake.report_insert import NewText, insert_report
from hotline.intake.submission import Submission
from hotline.models import Channel, Direction, HashOrigin, Message, Report, SealedText, TextField, Upload
from hotline.models.sealed_content import sealed_path
from hotline.outbox import queue
from hotline.review.reopen_services import reopen_for_reporter
from hotline.triage.enqueue import enqueue_triage
from hotline.triage.hash_lists.digests import FileDigest
from hotline.triage.hash_lists.file_services import attach_upload_hashes, store_hashes, store_upload_hash

logger = logging.getLogger(__name__)

SALT_BYTES = 16
_ORIGINS = {Channel.API: HashOrigin.PARTNER, Channel.ICCAM: HashOrigin.PARTNER}
UNSENT_LIFETIME = timedelta(hours=2)
# For all pictures of unsent forms together. It protects the disk and is far above normal use.
MAX_UNSENT_BYTES = 2 * 1024**3
MAX_MESSAGES = 200


class PicturesMissing(Exception):
    """Some pictures of a form have expired or belong to another report. Nothing was written."""


class UploadStorageFull(Exception):
    """The picture cannot be stored. Nothing was written."""


class TooManyMessages(Exception):
    """The case holds `MAX_MESSAGES` messages of the reporter. Nothing was written."""


def hour_of(moment: datetime) -> datetime:
    """Return `moment` rounded down to the hour, like all stored times of the reporter."""
    return moment.replace(minute=0, second=0, microsecond=0)


def submit_report(
    *, submission: Submission, state_digest: bytes, now: datetime, actor: User | None = None
) -> Report | None:
    """Store an encrypted report and queue it for triage. Repeated calls with the same `state_digest` (32 bytes) store
    it once.

    `actor` is the staff member who entered a manual report. Returns the report, or None if it is already stored. Raises
    PicturesMissing.
    """
    hour = hour_of(now)
    report = _new_report(submission, state_digest, hour)
    texts = [_seal_text(field, content) for field, content in submission.texts.items()]
    # A single statement needs no transaction.
    with transaction.atomic() if submission.uploads or submission.files else nullcontext():
        if not insert_report(report=report, texts=texts, actor=actor, data={"channel": submission.channel.value}):
            return None
        if submission.uploads:
            attached = _unsent(submission.uploads).update(report=report, stored_at=hour)
            if attached != len(submission.uploads):
                raise PicturesMissing
            attach_upload_hashes(report=report)
        store_hashes(report=report, files=submission.files, origin=_ORIGINS.get(submission.channel, HashOrigin.MAIL))
        transaction.on_commit(partial(enqueue_triage, report.pk))
    return report


def _new_report(submission: Submission, state_digest: bytes, hour: datetime) -> Report:
    salt = secrets.token_bytes(SALT_BYTES)
    return Report(
        channel=submission.channel,
        category=submission.category,
        category_assumed=submission.category_assumed,
        language=submission.language,
        received_at=hour,
        danger_now=submission.danger_now,
        about_me=submission.about_me,
        receipt_digest=receipts.receipt_digest(submission.receipt),
        reporter_salt=salt,
        reporter_public_key=ReporterKey.derive(submission.receipt, salt).public_bytes,
        state_digest=state_digest,
        locations=[location.as_dict() for location in submission.locations],
    )


def _seal_text(field: TextField, content: Mapping[str, Any]) -> NewText:
    row = uuid4()
    plain = json.dumps(content, ensure_ascii=False).encode()
    sealed = sealing.seal(plain, ring="hotline", table=SealedText._meta.db_table, field=field.value, row=row)
    return NewText(field, row, sealed)


def store_upload(*, image: ReencodedImage, file: FileDigest, now: datetime) -> Upload:
    """Encrypt and store a checked picture. It expires after two hours unless its form is sent. Raises
    UploadStorageFull.

    `file` has the digests of the original picture, because hash lists contain the originals.
    """
    size = len(image.data)
    waiting: int = Upload.objects.filter(report=None).aggregate(total=models.Sum("size", default=0))["total"]
    if waiting + size > MAX_UNSENT_BYTES:
        raise UploadStorageFull
    row = uuid4()
    sealed = sealing.seal(image.data, ring="hotline", table=Upload._meta.db_table, field="image", row=row)
    # The row is written first, so that the sweep finds the file after a failure.
    with transaction.atomic():
        upload = Upload.objects.create(uuid=row, size=size, mime_type=f"image/{image.format.lower()}", stored_at=now)
        store_upload_hash(upload=upload, file=file)
    try:
        media_storage().write(sealed_path(row), sealed)
    except OSError as error:
        logger.error("An encrypted picture could not be stored.", exc_info=error)
        _forget_unstored(upload)
        raise UploadStorageFull from error
    return upload


def _forget_unstored(upload: Upload) -> None:
    """Delete the row and file of a failed upload.

    The row stays if the bucket does not respond, because the file may exist.
    """
    try:
        media_storage().erase(sealed_path(upload.uuid))
    except OSError as error:
        if isinstance(error, StorageUnavailable):
            return
    upload.delete()


def extend_uploads(*, uploads: Collection[UUID], now: datetime) -> set[UUID]:
    """Extend the life of unsent pictures by two hours. Returns the ids that still exist."""
    waiting = set(_unsent(uploads).values_list("uuid", flat=True))
    _unsent(waiting).update(stored_at=now)
    return waiting


def discard_uploads(*, uploads: Collection[UUID]) -> None:
    """Delete unsent pictures that the reporter has removed from the form."""
    _erase(_unsent(uploads))


def sweep_unsent_uploads(*, now: datetime) -> int:
    """Delete the pictures of forms that were not sent within `UNSENT_LIFETIME`. Returns the number of pictures."""
    return _erase(Upload.objects.filter(report=None, stored_at__lt=now - UNSENT_LIFETIME))


def _unsent(uploads: Collection[UUID]) -> models.QuerySet[Upload]:
    return Upload.objects.filter(uuid__in=uploads, report=None)


def _erase(chosen: models.QuerySet[Upload]) -> int:
    """Delete files and rows. The rows are deleted last, so that the files can be found after a failure."""
    with transaction.atomic():
        rows = list(chosen.select_for_update(skip_locked=True).values_list("pk", "uuid"))
        for _pk, row in rows:
            media_storage().erase(sealed_path(row))
        Upload.objects.filter(pk__in=[pk for pk, _row in rows]).delete()
    return len(rows)


def add_reporter_message(*, report: Report, text: str, row: UUID, now: datetime) -> bool:
    """Store a reporter's message, encrypted for both sides. Repeated calls with the same `row` store it once.

    An ended report is reopened. Returns whether the message is new. Raises TooManyMessages.
    """
    plain, hour = text.encode(), hour_of(now)
    place: dict[str, Any] = {"table": Message._meta.db_table, "field": "text", "row": row}
    try:
        with transaction.atomic():
            # The lock serialises this with services that close the case.
            report = Report.objects.select_for_update(no_key=True).get(pk=report.pk)
            if report.messages.filter(direction=Direction.REPORTER).count() >= MAX_MESSAGES:
                raise TooManyMessages
            message = Message.objects.create(
                report=report,
                uuid=row,
                direction=Direction.REPORTER,
                sealed_hotline=sealing.seal(plain, ring="hotline", **place),
                sealed_reporter=sealing.seal_for_reporter(plain, public_bytes=report.reporter_public_key, **place),
                sent_at=hour,
            )
            Report.objects.filter(pk=report.pk).update(has_news=True, reporter_wrote_at=hour, words_erased_at=None)
            audit_log.record(
                action="message.received", subject=report, actor=None, now=hour, data={"message": message.pk}
            )
            reopen_for_reporter(report=report, now=hour)
    except IntegrityError:
        if not report.messages.filter(uuid=row).exists():
            raise
        return False
    return True


def withdraw_contact(*, report: Report, now: datetime) -> bool:
    """Delete the reporter's contact. Returns whether there was one."""
    with transaction.atomic():
        erased, _tables = report.texts.filter(field=TextField.CONTACT).delete()
        queue.cancel_waiting(report=report)
        if erased:
            audit_log.record(action="contact.withdrawn", subject=report, actor=None, now=hour_of(now))
    return bool(erased)
