"""A run of notices: sends what is due, reminds, goes on to the next contact, gives up after three days. At least once, never lost.

A message is written down with its Message-ID before it is tried, and keeps that: what arrives twice is one message to the host's program.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from clicksafely.common.mail.smtp import DeliveryError, SmtpConnection
from hotline.models import (
    Notice,
    NoticeGroup,
    NoticeItem,
    NoticeKind,
    NoticeMessage,
    NoticeState,
    NoticeStep,
    OutgoingError,
)
from hotline.outbox import config
from hotline.outbox.delivery import ATTEMPT, GIVE_UP_AFTER, SERVER_PAUSE, SERVER_TROUBLE, retry_delay
from hotline.referral.takedown import progress
from hotline.referral.takedown.content import (
    NoticeDraft,
    RenderedNotice,
    address_for_answers,
    build_entries,
    render_notice,
)
from hotline.referral.takedown.email import compose
from hotline.referral.takedown.progress import begin_next_message, open_entries, without_police_hold
from hotline.referral.takedown.recipients import Recipient

logger = logging.getLogger(__name__)


class Superseded(Exception):
    """Somebody has withdrawn or closed the notice meanwhile, or nothing is left to tell."""


@dataclass
class NoticeDeliveryAttempt:
    """A message that this run tries to send, as its notice was written when it began; what went is noted on the way."""

    notice: Notice
    message: NoticeMessage
    now: datetime
    letter: RenderedNotice | None = None
    entries: Sequence[NoticeItem] = ()


def send_due_notices(*, now: datetime, seconds: float) -> int:
    """Do what is due at `now`, for so many seconds; returns how many messages the server has taken.

    Does nothing where no mail server is named, or while it rests after trouble.
    """
    if not config.is_configured() or _is_resting(now):
        return 0
    ends, sent = time.monotonic() + seconds, 0
    with config.mail_server() as server:
        while time.monotonic() < ends and (begun := begin_next_message(now=now, lease=ATTEMPT)):
            attempt = NoticeDeliveryAttempt(*begun, now)
            try:
                sent += _try(attempt, server)
            except DeliveryError as no:
                error = OutgoingError(no.trouble)
                _put_off(attempt, error, final=no.final)
                if error in SERVER_TROUBLE:
                    logger.error("The mail server cannot be used for notices: %s.", error.value)
                    break
            except Superseded:
                continue
            except Exception:
                logger.exception("A notice could not be sent for a reason nobody thought of.")
                _put_off(attempt, OutgoingError.UNFORESEEN)
    return sent


def build_draft(notice: Notice, *, kind: NoticeKind, entries: Sequence[NoticeItem], now: datetime) -> NoticeDraft:
    """What the next message of a notice is made of. Items in which nothing is found illegal any more are left out."""
    before = notice.escalated_from if kind == NoticeKind.ESCALATION else None
    return NoticeDraft(
        recipient=Recipient(NoticeStep(notice.step), notice.contact, notice.address),
        group=NoticeGroup(notice.group),
        kind=kind,
        language=notice.language,
        reference=notice.reference,
        answers_to=address_for_answers(notice.tag),
        entries=build_entries([(entry.uuid, entry.item) for entry in entries], since=notice.made_at),
        now=now,
        repeat=notice.repeats + 1,
        first_sent=before.sent_at or before.made_at if before else notice.sent_at,
    )


def _is_resting(now: datetime) -> bool:
    waiting = Notice.objects.filter(due_at__gt=now, attempts__gt=0)
    return waiting.filter(error__in=[OutgoingError.INTERRUPTED, *SERVER_TROUBLE]).exists()


def _try(attempt: NoticeDeliveryAttempt, server: SmtpConnection) -> bool:
    notice = attempt.notice

    def write() -> bytes | None:
        with transaction.atomic():
            if not _row(attempt).select_for_update().exists():
                raise Superseded
            attempt.entries = list(without_police_hold(open_entries(notice)))
            draft = build_draft(notice, kind=NoticeKind(attempt.message.kind), entries=attempt.entries, now=attempt.now)
            if not draft.entries:
                return None
            attempt.letter = render_notice(draft)
            earlier = notice.messages.filter(sent_at__isnull=False, message_id__isnull=False)
            return compose(
                letter=attempt.letter,
                draft=draft,
                message_id=str(attempt.message.message_id),
                earlier=[str(each) for each in earlier.values_list("message_id", flat=True)],
                sent_at=attempt.now,
            )

    taken = server.deliver(sender=config.tagged_address(notice.tag), recipient=notice.address, write=write)
    with transaction.atomic():
        if not taken or attempt.letter is None:
            # Everything in it ended while the server was asked: the next step finds that out.
            _row(attempt).update(due_at=attempt.now, attempts=0, error="")
            return False
        # Whatever was changed meanwhile, the message is out: that is put on record, and where it was withdrawn it stays so.
        progress.record_sent(
            notice=Notice.objects.select_for_update().get(pk=notice.pk),
            message=attempt.message,
            letter=attempt.letter,
            entries=attempt.entries,
            actor=None,
            now=attempt.now,
        )
    return True


def _put_off(attempt: NoticeDeliveryAttempt, error: OutgoingError, *, final: bool = False) -> None:
    given_up = final or attempt.now - attempt.message.began_at > GIVE_UP_AFTER
    with transaction.atomic():
        notice = _row(attempt).select_for_update(of=("self",)).select_related("contact").first()
        if notice is None:
            return
        if given_up:
            progress.record_refused(notice=notice, message=attempt.message, error=error, now=attempt.now)
        else:
            later = SERVER_PAUSE if error in SERVER_TROUBLE else retry_delay(notice.attempts)
            _row(attempt).update(error=error, due_at=attempt.now + later)


def _row(attempt: NoticeDeliveryAttempt) -> QuerySet[Notice]:
    notice = attempt.notice
    return Notice.objects.filter(
        pk=notice.pk, state__in=[NoticeState.PLANNED, NoticeState.SENT], attempts=notice.attempts
    )
