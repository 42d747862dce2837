"""Logged decryption of a case's text and pictures, and the hotline's side of the dialogue."""

import base64
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import sealing
from hotline.lifecycle.picture_files import open_picture
from hotline.lifecycle.welfare_counters import ExposureKind, count_exposure
from hotline.models import Channel, Direction, MailThread, Message, Report, SealedText, TextField, Upload
from hotline.outbox import config
from hotline.outbox.notify_reporter import queue_notification, sole_address
from hotline.review import selectors
from hotline.review.claims import lock_claimed_case
from hotline.review.exceptions import Anonymised, NotClaimHolder, PictureLocked, PictureNotMatched
from hotline.review.selectors import is_hash_checked, is_locked
from hotline.states import ReportState

# Repeated requests within this interval are logged as one access.
OPEN_LOG_INTERVAL = timedelta(minutes=10)
MESSAGE_TABLE = Message._meta.db_table


@dataclass(frozen=True)
class DecryptedMessage:
    """A message in clear text, for a single response. It is never stored."""

    direction: str
    text: str
    sent_at: datetime


def open_words(*, report: Report, actor: User, now: datetime) -> dict[str, dict[str, Any]]:
    """Decrypt the reporter's text and contact: {"words": {...}, "contact": {...}}. "contact" may be missing.

    The access is logged and counted once per `OPEN_LOG_INTERVAL`, so moving between items of a case does not count
    again. Raises NotClaimHolder, SealError.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        opened = {text.field: json.loads(_open(text)) for text in report.texts.all()}
        if not selectors.has_audit_event("words.opened", report=report, user=actor, since=now - OPEN_LOG_INTERVAL):
            audit_log.record(
                action="words.opened", subject=report, actor=actor, now=now, data={"fields": sorted(opened)}
            )
            count_exposure(actor=actor, kind=ExposureKind.TEXTS, now=now)
        return opened


def reveal_upload(*, upload: Upload, actor: User, now: datetime, again: bool = False) -> bytes:
    """Decrypt one picture. The access is logged and counted as exposure.

    `again` is set when a picture that was just shown blurred is shown sharp. It is then not counted again. Raises
    NotClaimHolder, PictureLocked, PictureNotMatched, SealError, FileNotFoundError, StorageUnavailable.
    """
    with transaction.atomic():
        # Locking a picture also locks its report, so the checks below stay valid until the picture is open.
        report = lock_claimed_case(report_id=upload.report_id or 0, actor=actor, now=now)
        if is_locked(upload):
            raise PictureLocked
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


def open_thread(*, report: Report, actor: User, now: datetime) -> list[DecryptedMessage]:
    """Decrypt the dialogue, oldest first, and mark it as read.

    The access is logged once per `OPEN_LOG_INTERVAL`, and again after each new message. Raises SealError, and
    NotClaimHolder if a colleague holds the case.
    """
    with transaction.atomic():
        report = _lock_readable(report, actor, now)
        messages = [
            DecryptedMessage(message.direction, _open_message(message), message.sent_at)
            for message in report.messages.all()
        ]
        known = selectors.has_audit_event(
            "thread.opened", report=report, user=actor, since=now - OPEN_LOG_INTERVAL, data={"messages": len(messages)}
        )
        if messages and not known:
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
    Anonymised if the reporter can no longer read the dialogue.
    """
    with transaction.atomic():
        report = _lock_readable(report, actor, now)
        if report.state == ReportState.ANONYMISED:
            raise Anonymised
        # First, because it may create new keys for the report.
        queue_notification(report=report, now=now)
        row = uuid.uuid4()
        plain = text.encode()
        message = Message.objects.create(
            report=report,
            uuid=row,
            direction=Direction.HOTLINE,
            author=actor,
            sealed_hotline=sealing.seal(plain, ring="hotline", table=MESSAGE_TABLE, field="text", row=row),
            sealed_reporter=sealing.seal_for_reporter(
                plain, public_bytes=report.reporter_public_key, table=MESSAGE_TABLE, field="text", row=row
            ),
            sent_at=now,
        )
        audit_log.record(action="message.sent", subject=report, actor=actor, now=now, data={"message": message.pk})
        return message


def _lock_readable(report: Report, actor: User, now: datetime) -> Report:
    """Lock the report. Unclaimed cases can be answered, ended ones included. Cases of colleagues cannot."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    if selectors.is_claimed(report, now) and report.claimed_by_id != actor.pk:
        raise NotClaimHolder
    return report


def _open(text: SealedText) -> bytes:
    return sealing.open_sealed(text.sealed, ring="hotline", table="hotline_sealedtext", field=text.field, row=text.uuid)


def _open_message(message: Message) -> str:
    return sealing.open_sealed(
        message.sealed_hotline, ring="hotline", table=MESSAGE_TABLE, field="text", row=message.uuid
    ).decode()


LONGEST_SIDE = 1280
# Longer side of a blurred picture, in pixels. So few pixels cannot be sharpened again.
BLURRED_SIDE = 32


def preview_data_url(stored: bytes, *, blurred: bool = False) -> str:
    """Return the picture as a grey `data:` URL. Without a URL of its own, no cache or history stores it.

    `stored` was checked and re-encoded at upload. `blurred` reduces the picture to `BLURRED_SIDE` pixels.
    """
    with Image.open(BytesIO(stored)) as image:
        grey = ImageOps.grayscale(image)
        grey.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        if blurred:
            size = grey.size
            grey.thumbnail((BLURRED_SIDE, BLURRED_SIDE))
            grey = grey.resize(size, Image.Resampling.BICUBIC)
        shown = BytesIO()
        grey.save(shown, "WEBP", quality=80)
    return "data:image/webp;base64," + base64.b64encode(shown.getvalue()).decode()


def reply_hint(*, report: Report, opened: Mapping[str, Mapping[str, Any]] | None) -> str:
    """Return a sentence for the reply form that says how the reporter is notified.

    `opened` is the result of `open_words`, or None if it was not decrypted. The logic follows
    `hotline.outbox.notify_reporter.queue_notification` and decrypts nothing.
    """
    if report.channel == Channel.ICCAM:
        return _("It came from a partner hotline over ICCAM: there is nobody to write to.")
    by_code = _("The reporter reads it with the code.")
    if report.channel == Channel.EMAIL and not MailThread.objects.filter(report=report).exists():
        return _("The sender could not be verified: no e-mail goes out, and without a code nobody reads this.")
    if not config.is_configured():
        return _("No e-mail goes out from here.") + " " + by_code
    if not report.texts.filter(field=TextField.CONTACT).exists():
        return _("No contact was left: no e-mail goes out.") + " " + by_code
    if opened is None:
        return (
            _("If an e-mail address was left and an answer is wanted, an e-mail says that there is news.")
            + " "
            + by_code
        )
    contact = opened.get(TextField.CONTACT, {})
    if not contact.get("wants_answer"):
        return _("No answer by e-mail is wanted: none goes out.") + " " + by_code
    if sole_address(contact.get("sender") or contact.get("contact", "")) is None:
        return _("The contact is not one e-mail address: no e-mail goes out.") + " " + by_code
    return _("An e-mail says that there is news, and nothing else.") + " " + by_code
