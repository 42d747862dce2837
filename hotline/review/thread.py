"""Sealed things that staff open on purpose, each opening logged; and the hotline's side of the dialogue."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from clicksafely.common import audit, sealing
from hotline.lifecycle.exposure import Kind, count_exposure
from hotline.lifecycle.pictures import open_picture
from hotline.models import Direction, Message, Report, SealedText, Upload
from hotline.post.news import tell_reporter
from hotline.review import selectors
from hotline.review.claims import lock_held
from hotline.review.errors import Anonymised, NotCompared, NotHolder, PictureLocked
from hotline.review.matches import is_compared, is_locked
from hotline.states import ReportState

# One reading of what is sealed, however often its page is drawn.
STAYS_OPEN = timedelta(minutes=10)
MESSAGE_TABLE = Message._meta.db_table


@dataclass(frozen=True)
class OpenMessage:
    """A message in clear, for one answer to one request; never stored."""

    direction: str
    text: str
    sent_at: datetime


def open_words(*, report: Report, actor: User, now: datetime) -> dict[str, dict[str, Any]]:
    """Open what the reporter wrote and the contact, where there is one: {"words": {...}, "contact": {...}}.

    Logged and counted once in `STAYS_OPEN`: whoever goes from item to item reads the same words, not new ones.
    Raises NotHolder, SealError.
    """
    with transaction.atomic():
        report = lock_held(report_id=report.pk, actor=actor, now=now)
        opened = {text.field: json.loads(_open(text)) for text in report.texts.all()}
        if not selectors.has_done("words.opened", report=report, user=actor, since=now - STAYS_OPEN):
            audit.record(action="words.opened", subject=report, actor=actor, now=now, data={"fields": sorted(opened)})
            count_exposure(actor=actor, kind=Kind.TEXTS, now=now)
        return opened


def reveal_upload(*, upload: Upload, actor: User, now: datetime, again: bool = False) -> bytes:
    """Open one picture; logged, and counted as exposure. `again`: it was seen blurred a moment ago and is wanted sharp, which counts once.

    Raises NotHolder, PictureLocked, NotCompared, SealError, FileNotFoundError, Unreachable.
    """
    with transaction.atomic():
        # Whoever locks pictures holds the report too: what is said of this one now is true until it is open.
        report = lock_held(report_id=upload.report_id or 0, actor=actor, now=now)
        if is_locked(upload):
            raise PictureLocked
        if not is_compared(upload):
            raise NotCompared
        picture = open_picture(upload)
        just_seen = again and selectors.has_done(
            "upload.revealed", report=report, user=actor, since=now - STAYS_OPEN, data={"upload": upload.pk}
        )
        if not just_seen:
            count_exposure(actor=actor, kind=Kind.PICTURES, now=now)
        audit.record(action="upload.revealed", subject=report, actor=actor, now=now, data={"upload": upload.pk})
        return picture


def open_thread(*, report: Report, actor: User, now: datetime) -> list[OpenMessage]:
    """Open the dialogue, oldest first; it is then no longer news. Logged once in `STAYS_OPEN`, and again with every new message.

    Raises NotHolder where a colleague holds the case, SealError.
    """
    with transaction.atomic():
        report = _lock_readable(report, actor, now)
        messages = [
            OpenMessage(message.direction, _open_message(message), message.sent_at) for message in report.messages.all()
        ]
        known = selectors.has_done(
            "thread.opened", report=report, user=actor, since=now - STAYS_OPEN, data={"messages": len(messages)}
        )
        if messages and not known:
            audit.record(action="thread.opened", subject=report, actor=actor, now=now, data={"messages": len(messages)})
        if report.has_news:
            report.has_news = False
            report.save(update_fields=["has_news"])
        return messages


def send_reply(*, report: Report, actor: User, text: str, now: datetime) -> Message:
    """Write to the reporter; sealed for the hotline and for the reporter, who is told by e-mail where there is an address for it.

    Raises NotHolder where a colleague holds the case, Anonymised where its reporter cannot read it any more.
    """
    with transaction.atomic():
        report = _lock_readable(report, actor, now)
        if report.state == ReportState.ANONYMISED:
            raise Anonymised
        # First, because it may give the report new keys.
        tell_reporter(report=report, now=now)
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
        audit.record(action="message.sent", subject=report, actor=actor, now=now, data={"message": message.pk})
        return message


def _lock_readable(report: Report, actor: User, now: datetime) -> Report:
    """An ended case, which nobody holds, is still answered; one that a colleague works on is not."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    if selectors.is_held(report, now) and report.claimed_by_id != actor.pk:
        raise NotHolder
    return report


def _open(text: SealedText) -> bytes:
    return sealing.open_sealed(text.sealed, ring="hotline", table="hotline_sealedtext", field=text.field, row=text.uuid)


def _open_message(message: Message) -> str:
    return sealing.open_sealed(
        message.sealed_hotline, ring="hotline", table=MESSAGE_TABLE, field="text", row=message.uuid
    ).decode()
