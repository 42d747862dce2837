"""Logged decryption of a case's text and pictures, and the hotline's side of the dialogue."""

import base64
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.reporter_keys import ReporterKeyChanged
from clicksafely.common.crypto.sealing import SealError
from clicksafely.common.files.disk_storage import StorageUnavailable
from clicksafely.common.files.image_uploads import ImageRefused, render_checked
from clicksafely.common.files.renditions import Rendition
from hotline.lifecycle.picture_files import open_picture
from hotline.lifecycle.welfare_counters import ExposureKind, count_exposure
from hotline.models import Channel, Direction, MailThread, Message, Report, SealedText, TextField, Upload, UploadState
from hotline.outbox import config
from hotline.outbox.notify_reporter import queue_notification, sole_address
from hotline.review import selectors
from hotline.review.claims import lock_claimed_case
from hotline.review.exceptions import (
    Anonymised,
    NotClaimHolder,
    PictureLocked,
    PictureNotMatched,
    PictureNotReady,
    PictureNotShown,
)
from hotline.review.openings import OPEN_LOG_INTERVAL, Unopened, UnopenedReason, unopened_by
from hotline.review.selectors import is_hash_checked, is_locked, is_ready
from hotline.states import ReportState

# Pictures revealed in one response.
MAX_REVEALED = 12


class MessagePicture(NamedTuple):
    """A picture of a message: id of the upload, and its number among the pictures of the case, from 1."""

    upload_id: int
    number: int


@dataclass(frozen=True)
class DecryptedMessage:
    """A message in clear text with its pictures, for a single response. It is never stored."""

    direction: str
    text: str
    sent_at: datetime
    pictures: Sequence[MessagePicture] = ()


def open_report_text(*, report: Report, actor: User, now: datetime) -> dict[str, dict[str, Any]]:
    """Decrypt the reporter's text and contact: {"words": {...}, "contact": {...}}. "contact" may be missing.

    The access is logged and counted once per `OPEN_LOG_INTERVAL`, so moving between items of a case does not count
    again. Raises NotClaimHolder, SealError.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        texts = {text.field: json.loads(SealedText.CONTENT.open(text)) for text in report.texts.all()}
        if not selectors.has_audit_event("words.opened", report=report, user=actor, since=now - OPEN_LOG_INTERVAL):
            audit_log.record(
                action="words.opened", subject=report, actor=actor, now=now, data={"fields": sorted(texts)}
            )
            count_exposure(actor=actor, kind=ExposureKind.TEXTS, now=now)
        return texts


def reveal_upload(*, upload: Upload, actor: User, now: datetime, again: bool = False) -> bytes:
    """Decrypt one picture. The access is logged and counted as exposure.

    `again` is set when a picture that was just shown blurred is shown sharp. It is then not counted again. Raises
    NotClaimHolder, PictureLocked, PictureNotReady, PictureNotMatched, SealError, FileNotFoundError, StorageUnavailable.
    """
    with transaction.atomic():
        # Locking a picture also locks its report, so the checks below stay valid until the picture is open.
        report = lock_claimed_case(report_id=upload.report_id or 0, actor=actor, now=now)
        if is_locked(upload):
            raise PictureLocked
        if not is_ready(upload):
            raise PictureNotReady
        if not is_hash_checked(upload):
            raise PictureNotMatched
        picture = open_picture(upload)
        just_seen = again and selectors.has_audit_event(
            "upload.revealed", report=report, user=actor, since=now - OPEN_LOG_INTERVAL, data={"upload": upload.pk}
        )
        if not just_seen:
            count_exposure(actor=actor, kind=ExposureKind.PICTURES, now=now)
        audit_log.record(action="upload.revealed", subject=report, actor=actor, now=now, data={"upload": upload.pk})
        return picture


@transaction.atomic
def reveal_blurred(*, report: Report, actor: User, now: datetime) -> dict[int, str]:
    """Reveal up to `MAX_REVEALED` pictures of the case, as blurred `data:` URLs: {upload id: URL}.

    Each access is logged and counted. Pictures that are locked, not ready or cannot be read are left out. Raises
    NotClaimHolder, SealError, StorageUnavailable.
    """
    lock_claimed_case(report_id=report.pk, actor=actor, now=now)
    shown: dict[int, str] = {}
    for upload in report.uploads.filter(locked_at=None, state=UploadState.READY).order_by("pk")[:MAX_REVEALED]:
        try:
            stored = reveal_upload(upload=upload, actor=actor, now=now)
            shown[upload.pk] = preview_data_url(stored, blurred=True)
        except (PictureLocked, PictureNotReady, PictureNotMatched, PictureNotShown, FileNotFoundError):
            continue
    return shown


def open_thread(*, report: Report, actor: User, now: datetime) -> list[DecryptedMessage]:
    """Decrypt the dialogue, oldest first, and mark it as read.

    The access is logged once per `OPEN_LOG_INTERVAL`, and again after each new message. Raises SealError, and
    NotClaimHolder if a colleague holds the case.
    """
    with transaction.atomic():
        report = _lock_readable(report, actor, now)
        pictures: dict[int | None, list[MessagePicture]] = {}
        uploads = report.uploads.order_by("pk").values_list("pk", "message")
        for number, (upload, sent_with) in enumerate(uploads, start=1):
            pictures.setdefault(sent_with, []).append(MessagePicture(upload, number))
        messages = [
            DecryptedMessage(
                message.direction,
                Message.TEXT.open(message).decode(),
                message.sent_at,
                pictures.get(message.pk, ()),
            )
            for message in report.messages.all()
        ]
        is_logged = selectors.has_audit_event(
            "thread.opened", report=report, user=actor, since=now - OPEN_LOG_INTERVAL, data={"messages": len(messages)}
        )
        if messages and not is_logged:
            audit_log.record(
                action="thread.opened", subject=report, actor=actor, now=now, data={"messages": len(messages)}
            )
        if report.has_news:
            report.has_news = False
            report.save(update_fields=["has_news"])
        return messages


def send_reply(*, report: Report, actor: User, text: str, now: datetime) -> Message:
    """Store a message to the reporter, encrypted for the hotline and for the reporter.

    The reporter is notified by e-mail if an address is known. Raises NotClaimHolder if a colleague holds the case, and
    Anonymised if the reporter can no longer read the dialogue. If the reporter's key was changed in the database, nothing
    is sent, which is recorded: raises ReporterKeyChanged.
    """
    try:
        with transaction.atomic():
            report = _lock_readable(report, actor, now)
            if report.state == ReportState.ANONYMISED:
                raise Anonymised
            # First, because it may create new keys for the report.
            queue_notification(report=report, now=now)
            message = Message(report=report, direction=Direction.HOTLINE, author=actor, sent_at=now)
            message.seal_text(text)
            message.save(force_insert=True)
            audit_log.record(action="message.sent", subject=report, actor=actor, now=now, data={"message": message.pk})
            return message
    except ReporterKeyChanged:
        audit_log.record(action="message.refused", subject=report, actor=actor, now=now)
        raise


def check_opened(*, report: Report, actor: User) -> bool:
    """Return whether `actor` has opened everything in `report`, before a closing.

    Parts that cannot be decrypted or shown are no obstacle. Raises ContentNotOpened if another part is unopened.
    """
    unopened = unopened_by(report, actor)
    unreadable = [UnopenedReason.TEXT_UNREADABLE, UnopenedReason.PICTURE_UNREADABLE]
    unopened.without(true_reasons(report=report, unopened=unopened, reasons=unreadable)).check()
    return not unopened


def true_reasons(*, report: Report, unopened: Unopened, reasons: Collection[str]) -> list[str]:
    """Return those of `reasons` that are true of the unopened parts: decryption is tried, and nothing is shown."""
    conditions: dict[str, Callable[[], bool]] = {
        UnopenedReason.TEXT_UNREADABLE: lambda: not _is_text_readable(report),
        UnopenedReason.PICTURE_WAITING: lambda: True,
        UnopenedReason.PICTURE_UNREADABLE: lambda: (
            not any(
                _is_picture_readable(upload)
                for upload in Upload.objects.filter(pk__in=[each.upload_id for each in unopened.pictures])
            )
        ),
    }
    return [value for value, _label in unopened.reasons if value in reasons and conditions[value]()]


def _is_text_readable(report: Report) -> bool:
    try:
        for text in report.texts.all():
            SealedText.CONTENT.open(text)
        for message in report.messages.all():
            Message.TEXT.open(message)
    except SealError:
        return False
    return True


def _is_picture_readable(upload: Upload) -> bool:
    try:
        preview_data_url(open_picture(upload), blurred=True)
    except (PictureNotShown, FileNotFoundError, SealError, StorageUnavailable):
        return False
    return True


def _lock_readable(report: Report, actor: User, now: datetime) -> Report:
    """Lock the report. Unclaimed cases can be answered, ended ones included. Cases of colleagues cannot."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    if selectors.is_claimed(report, now) and report.claimed_by_id != actor.pk:
        raise NotClaimHolder
    return report


MAX_SIDE = 1280
# Longer side of a blurred picture, in pixels. So few pixels cannot be sharpened again.
BLURRED_SIDE = 32


def preview_data_url(stored: bytes, *, blurred: bool = False) -> str:
    """Return the picture as a grey `data:` URL. Without a URL of its own, no cache or history stores it.

    `stored` came from the sandbox, so the sandbox decodes it too. `blurred` reduces the picture to `BLURRED_SIDE` pixels. Raises
    PictureNotShown.
    """
    grey = Rendition(MAX_SIDE, MAX_SIDE, "WEBP", 80, grey=True, blur=BLURRED_SIDE if blurred else 0)
    try:
        (shown,) = render_checked(stored, "", grey)
    except ImageRefused as refusal:
        raise PictureNotShown from refusal
    return "data:image/webp;base64," + base64.b64encode(shown.data).decode()


def reply_hint(*, report: Report, texts: Mapping[str, Mapping[str, Any]] | None) -> str:
    """Return a sentence for the reply form that says how the reporter is notified.

    `texts` is the result of `open_report_text`, or None if it was not decrypted. The logic follows
    `hotline.outbox.notify_reporter.queue_notification` and decrypts nothing.
    """
    if report.channel == Channel.ICCAM:
        return _("This case came from a partner hotline over ICCAM. It has no reporter to write to.")
    by_code = _("The reporter can read it with the code.")
    if report.channel == Channel.EMAIL and not MailThread.objects.filter(report=report).exists():
        return _("The sender could not be verified, so no e-mail is sent. The message can be read only with the code.")
    if not config.is_configured():
        return _("E-mail is not set up on this server.") + " " + by_code
    if not report.texts.filter(field=TextField.CONTACT).exists():
        return _("No contact was left, so no e-mail is sent.") + " " + by_code
    if texts is None:
        return (
            _("If the reporter left an e-mail address and wants an answer, we send an e-mail about the news.")
            + " "
            + by_code
        )
    contact = texts.get(TextField.CONTACT, {})
    if not contact.get("wants_answer"):
        return _("The reporter wants no answer by e-mail, so none is sent.") + " " + by_code
    if sole_address(contact.get("sender") or contact.get("contact", "")) is None:
        return _("The contact is not a single e-mail address, so no e-mail is sent.") + " " + by_code
    return _("The e-mail says only that there is news.") + " " + by_code
