"""Services for reporters: submit a report, upload pictures, send messages, withdraw the contact."""

import json
import logging
import secrets
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.reporter_keys import key_tag
from clicksafely.common.crypto.sealing import ReporterKey
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.image_uploads import ReencodedImage
from clicksafely.common.files.storage import media_storage
from hotline.intake.report_insert import insert_report
from hotline.intake.submission import Submission
from hotline.models import Channel, Direction, HashOrigin, Message, Report, SealedText, TextField, Upload, UploadState
from hotline.models.report import REPORTER_COLUMNS
from hotline.models.sealed_content import sealed_path
from hotline.outbox import queue
from hotline.priority import PriorityReason
from hotline.review.reopen_services import reopen_for_reporter
from hotline.triage.enqueue import enqueue_triage
from hotline.triage.hash_lists.digests import FileDigest
from hotline.triage.hash_lists.file_services import attach_upload_hashes, store_hashes, store_upload_hash
from hotline.triage.hash_lists.own_pictures import store_own_pictures

logger = logging.getLogger(__name__)

SALT_BYTES = 16
_ORIGINS = {Channel.API: HashOrigin.PARTNER, Channel.ICCAM: HashOrigin.PARTNER}
# Counted from the full hour in which a picture was stored: two hours at least, as long as its form can be sent.
UNSENT_LIFETIME = timedelta(hours=3)
# For all pictures of unsent forms together. It protects the disk and is far above normal use.
MAX_UNSENT_BYTES = 2 * 1024**3
MAX_MESSAGES = 200
MAX_CASE_PICTURES = 50


class PicturesMissing(Exception):
    """Some pictures of a form have expired or belong to another report. Nothing was written."""


class UploadStorageFull(Exception):
    """The picture cannot be stored. Nothing was written."""


class TooManyMessages(Exception):
    """The case holds `MAX_MESSAGES` messages of the reporter. Nothing was written."""


class TooManyPictures(Exception):
    """The case would hold more than `MAX_CASE_PICTURES` pictures. Nothing was written."""


class ContactFromMail(Exception):
    """The contact of a report by e-mail is its authenticated sender and cannot be replaced. Nothing was written."""


class PicturesRefused(Exception):
    """The case takes no pictures. Nothing was written."""


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
    texts = [_seal_text(report, field, content) for field, content in submission.texts.items()]
    # A single statement needs no transaction.
    with transaction.atomic() if submission.uploads or submission.files or submission.own_pictures else nullcontext():
        if not insert_report(report=report, texts=texts, actor=actor, data={"channel": submission.channel.value}):
            return None
        if submission.uploads:
            _attach(submission.uploads, report, hour)
        store_hashes(report=report, files=submission.files, origin=_ORIGINS.get(submission.channel, HashOrigin.MAIL))
        if submission.own_pictures:
            store_own_pictures(report=report, codes=submission.own_pictures)
        transaction.on_commit(partial(enqueue_triage, report.pk))
    return report


def _attach(uploads: Collection[UUID], report: Report, hour: datetime, message: Message | None = None) -> None:
    """Attach unsent pictures to a report, and to the message that they came with. Raises PicturesMissing."""
    attached = _unsent(uploads).update(report=report, message=message, stored_at=hour)
    if attached != len(uploads):
        raise PicturesMissing
    attach_upload_hashes(report=report)


def _new_report(submission: Submission, state_digest: bytes, hour: datetime) -> Report:
    salt = secrets.token_bytes(SALT_BYTES)
    report = Report(
        channel=submission.channel,
        category=submission.category,
        category_assumed=submission.category_assumed,
        language=submission.language,
        received_at=hour,
        danger_now=submission.danger_now,
        about_me=submission.about_me,
        in_child_words=submission.in_child_words,
        receipt_digest=receipts.receipt_digest(submission.receipt),
        reporter_salt=salt,
        reporter_public_key=ReporterKey.derive(submission.receipt, salt).public_bytes,
        state_digest=state_digest,
        locations=[location.as_dict() for location in submission.locations],
        priority_reasons=[PriorityReason.FLOOD.value] if submission.in_flood else [],
    )
    report.reporter_key_tag = key_tag(report.reporter_public_key, report.uuid)
    return report


def _seal_text(report: Report, field: TextField, content: Mapping[str, Any]) -> SealedText:
    text = SealedText(field=field)
    if field == TextField.WORDS:
        text.uuid = report.uuid
    SealedText.CONTENT.seal(text, json.dumps(content, ensure_ascii=False).encode())
    return text


def store_upload(*, image: ReencodedImage, file: FileDigest, now: datetime) -> Upload:
    """Encrypt and store a re-encoded picture. It expires after `UNSENT_LIFETIME` unless its form is sent. Raises
    UploadStorageFull.

    `file` has the digests of the original picture, because hash lists contain the originals.
    """
    return _store(image.data, kind=image.format, state=UploadState.READY, file=file, now=now)


def store_waiting_upload(*, data: bytes, kind: str, file: FileDigest, now: datetime) -> Upload:
    """Like `store_upload`, for a picture as uploaded, which the sealed worker reads when its form has been sent.

    `kind` is the format by its header (see `image_uploads.check_header`), `file` has no PDQ.
    """
    return _store(data, kind=kind, state=UploadState.WAITING, file=file, now=now)


def _store(data: bytes, *, kind: str, state: UploadState, file: FileDigest, now: datetime) -> Upload:
    size = len(data)
    waiting: int = Upload.objects.filter(report=None).aggregate(total=models.Sum("size", default=0))["total"]
    if waiting + size > MAX_UNSENT_BYTES:
        raise UploadStorageFull
    upload = Upload(size=size, mime_type=f"image/{kind.lower()}", state=state, stored_at=hour_of(now))
    sealed = Upload.IMAGE.seal(upload, data)
    # The row is written first, so that the sweep finds the file after a failure.
    with transaction.atomic():
        upload.save(force_insert=True)
        store_upload_hash(upload=upload, file=file)
    try:
        media_storage().write(sealed_path(upload.uuid), sealed)
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
    _delete_unsent([upload.pk])


def extend_uploads(*, uploads: Collection[UUID], now: datetime) -> set[UUID]:
    """Begin the life of unsent pictures anew. Returns the ids that still exist."""
    waiting = set(_unsent(uploads).values_list("uuid", flat=True))
    _unsent(waiting).update(stored_at=hour_of(now))
    return waiting


def discard_uploads(*, uploads: Collection[UUID]) -> None:
    """Delete unsent pictures that the reporter has removed from the form."""
    _erase(_unsent(uploads))


def sweep_unsent_uploads(*, now: datetime) -> int:
    """Delete the pictures of forms that were not sent within `UNSENT_LIFETIME`. Returns the number of pictures."""
    return _erase(Upload.objects.filter(report=None, stored_at__lte=now - UNSENT_LIFETIME))


def _unsent(uploads: Collection[UUID]) -> models.QuerySet[Upload]:
    return Upload.objects.filter(uuid__in=uploads, report=None)


def _erase(chosen: models.QuerySet[Upload]) -> int:
    """Delete files and rows. The rows are deleted last, so that the files can be found after a failure."""
    with transaction.atomic():
        rows = list(chosen.select_for_update(skip_locked=True).values_list("pk", "uuid"))
        for _pk, row in rows:
            media_storage().erase(sealed_path(row))
        _delete_unsent([pk for pk, _row in rows])
    return len(rows)


def _delete_unsent(ids: list[int]) -> None:
    """Delete the rows of unsent pictures with their hashes. The public site may delete neither; this function of the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hotline_delete_unsent(%s)", [ids])


def add_reporter_message(
    *, report: Report, text: str, row: UUID, now: datetime, receipt: str = "", uploads: Collection[UUID] = ()
) -> bool:
    """Store a reporter's message, encrypted for both sides. Repeated calls with the same `row` store it once.

    With the receipt, the reporter's copy is sealed to the key derived from it. Without a receipt (an e-mail), it is
    sealed to the stored key. `uploads` are ids of unsent pictures, which the sweep matches with the hash lists. An
    ended report is reopened. Returns whether the message is new. Raises TooManyMessages, TooManyPictures,
    PicturesRefused, PicturesMissing, ReporterKeyChanged.
    """
    hour = hour_of(now)
    try:
        with transaction.atomic():
            # The lock serialises this with services that close the case.
            report = Report.objects.only(*REPORTER_COLUMNS).select_for_update(no_key=True).get(pk=report.pk)
            if report.messages.filter(direction=Direction.REPORTER).count() >= MAX_MESSAGES:
                raise TooManyMessages
            if uploads and not report.takes_pictures:
                raise PicturesRefused
            if uploads and report.uploads.count() + len(uploads) > MAX_CASE_PICTURES:
                raise TooManyPictures
            message = Message(report=report, uuid=row, direction=Direction.REPORTER, sent_at=hour)
            key = ReporterKey.derive(receipt, bytes(report.reporter_salt)).public_bytes if receipt else None
            message.seal_text(text, public_key=key)
            message.save(force_insert=True)
            if uploads:
                _attach(uploads, report, hour, message)
            Report.objects.filter(pk=report.pk).update(has_news=True, reporter_wrote_at=hour, text_erased_at=None)
            audit_log.record(
                action="message.received",
                subject=report,
                actor=None,
                now=hour,
                data={"message": message.pk} | ({"pictures": len(uploads)} if uploads else {}),
            )
            reopen_for_reporter(report=report, now=hour)
    except IntegrityError:
        if not report.messages.filter(uuid=row).exists():
            raise
        return False
    return True


def change_contact(*, report: Report, contact: str, now: datetime) -> None:
    """Replace the reporter's contact, to which messages about news are sent from now on. Raises ContactFromMail.

    What is known about the former contact is forgotten with it.
    """
    if report.channel == Channel.EMAIL:
        raise ContactFromMail
    with transaction.atomic():
        # Serialises two changes, and retention.
        report = Report.objects.only(*REPORTER_COLUMNS).select_for_update(no_key=True).get(pk=report.pk)
        _forget_contact(report)
        text = SealedText(report=report, field=TextField.CONTACT)
        content = {"contact": contact, "wants_answer": True}
        SealedText.CONTENT.seal(text, json.dumps(content, ensure_ascii=False).encode())
        text.save(force_insert=True)
        Report.objects.filter(pk=report.pk).update(contact_erased_at=None)
        audit_log.record(action="contact.changed", subject=report, actor=None, now=hour_of(now))


def withdraw_contact(*, report: Report, now: datetime) -> bool:
    """Delete the reporter's contact. Returns whether there was one."""
    with transaction.atomic():
        erased = _forget_contact(report)
        if erased:
            audit_log.record(action="contact.withdrawn", subject=report, actor=None, now=hour_of(now))
    return erased


def _forget_contact(report: Report) -> bool:
    """Delete the contact, the messages that wait for it and those that it refused. Returns whether there was a contact."""
    # The public site may delete no text; this function of the database deletes only contacts.
    with connection.cursor() as cursor:
        cursor.execute("SELECT hotline_erase_contact(%s)", [report.pk])
        (erased,) = cursor.fetchone()
    queue.forget_contact(report=report)
    return bool(erased)
