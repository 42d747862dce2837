"""Delivery of notices, reminders and escalations, at least once."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from clicksafely.common.mail.errors import SERVER_ERRORS
from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.queue import outgoing
from clicksafely.common.queue.outgoing import SendError, Superseded
from hotline.models import Notice, NoticeGroup, NoticeItem, NoticeKind, NoticeStep, OutgoingError
from hotline.outbox import config
from hotline.referral.takedown import outcomes, queue
from hotline.referral.takedown.content import (
    NoticeDraft,
    RenderedNotice,
    address_for_answers,
    build_entries,
    render_notice,
)
from hotline.referral.takedown.email import compose
from hotline.referral.takedown.recipients import Recipient
from hotline.referral.takedown.selectors import open_entries, without_police_hold


def send_due_notices(*, now: datetime, seconds: float = outgoing.RUN_SECONDS) -> int:
    """Send the notices due at `now`, for at most `seconds`; return the number of messages accepted by the server.

    A message is stored with its Message-ID before the first attempt. Retries reuse it, so that the host can recognise a
    duplicate. Does nothing if no mail server is configured, during another run, or during a pause after a server error.
    """
    resting = outgoing.is_resting(Notice.objects.all(), server_errors=SERVER_ERRORS, now=now)
    if not config.is_configured() or resting:
        return 0
    with config.mail_server() as server:
        return outgoing.send_due(
            claim=partial(queue.claim_next_notice, now=now),
            send=partial(_send, server=server, now=now),
            give_up=partial(_give_up, now=now),
            now=now,
            seconds=seconds,
        )


def build_draft(notice: Notice, *, kind: NoticeKind, entries: Sequence[NoticeItem], now: datetime) -> NoticeDraft:
    """Return the draft of a notice's next message. Items no longer assessed as illegal are left out."""
    before = notice.escalated_from if kind == NoticeKind.ESCALATION else None
    return NoticeDraft(
        recipient=Recipient(NoticeStep(notice.step), notice.contact, notice.address),
        group=NoticeGroup(notice.group),
        kind=kind,
        language=notice.language,
        reference=notice.reference,
        answers_to=address_for_answers(notice.tag),
        entries=build_entries([(entry.uuid, entry.item) for entry in entries], since=notice.created_at),
        now=now,
        repeat=notice.repeats + 1,
        first_sent=before.sent_at or before.created_at if before else notice.sent_at,
    )


def _send(notice: Notice, *, server: SmtpConnection, now: datetime) -> bool:
    message = notice.messages.get(sent_at=None, failed_at=None)
    entries: Sequence[NoticeItem] = ()
    letter: RenderedNotice | None = None

    def write() -> bytes | None:
        nonlocal entries, letter
        with transaction.atomic():
            if not outgoing.leased(notice).select_for_update().exists():
                raise Superseded
            entries = list(without_police_hold(open_entries(notice)))
            draft = build_draft(notice, kind=NoticeKind(message.kind), entries=entries, now=now)
            if not draft.entries:
                return None
            letter = render_notice(draft)
            earlier = notice.messages.filter(sent_at__isnull=False, message_id__isnull=False)
            return compose(
                letter=letter,
                draft=draft,
                message_id=str(message.message_id),
                earlier=[str(each) for each in earlier.values_list("message_id", flat=True)],
                sent_at=now,
            )

    taken = server.deliver(sender=config.tagged_address(notice.tag), recipient=notice.address, write=write)
    if not taken or letter is None:
        # All items ended during the attempt: the next step handles that.
        outgoing.requeue(outgoing.leased(notice), now=now)
        return False
    with transaction.atomic():
        # The message was sent, whatever changed in the meantime. A withdrawn notice stays withdrawn.
        outcomes.record_sent(
            notice=Notice.objects.select_for_update().get(pk=notice.pk),
            message=message,
            letter=letter,
            entries=entries,
            actor=None,
            now=now,
        )
    return True


def _give_up(notice: Notice, failure: SendError, *, now: datetime) -> None:
    with transaction.atomic():
        same = outgoing.leased(notice).select_for_update(of=("self",)).select_related("contact").first()
        if same:
            message = notice.messages.get(sent_at=None, failed_at=None)
            outcomes.record_refused(notice=same, message=message, error=OutgoingError(failure.error), now=now)
