"""A run of the post: sends what is due, puts off what cannot be sent, gives up after three days. At least once, never lost.

An attempt is written down before it is made. Whatever ends it in between (a crash, a lost answer), the message is sent again, an answer
with a new receipt: only the last one works, and the message says so.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from clicksafely.common.audit import audit_log
from clicksafely.common.mail.errors import SERVER_ERRORS
from clicksafely.common.mail.smtp import DeliveryError, SmtpConnection
from hotline.models import Direction, OutgoingError, OutgoingKind, OutgoingMail, OutgoingState, Report
from hotline.outbox import address_encryption, config, queue
from hotline.outbox.address_encryption import Envelope, EnvelopeLost
from hotline.outbox.content import compose
from hotline.outbox.queue import hour_of

logger = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(days=3)
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=2)
# How long an attempt may take before another run looks after its message.
ATTEMPT = timedelta(minutes=3)
# The server itself cannot be reached or used: nothing is tried for so long.
SERVER_PAUSE = timedelta(minutes=5)
SERVER_TROUBLE = frozenset(OutgoingError(trouble) for trouble in SERVER_ERRORS)


class Superseded(Exception):
    """Somebody has changed or erased the message meanwhile."""


@dataclass(frozen=True)
class MailDeliveryAttempt:
    """A message that this run tries to send, as its row was written when it began."""

    mail: OutgoingMail
    sealed: bytes
    now: datetime


def send_due_mail(*, now: datetime, seconds: float) -> int:
    """Send what is due at `now`, for so many seconds; returns how many messages the server has taken.

    Does nothing while another run is at it, or while the server rests after trouble.
    """
    if not config.is_configured() or _is_resting(now):
        return 0
    queue.sweep_counts(now=now)
    ends, sent = time.monotonic() + seconds, 0
    with config.mail_server() as server:
        while time.monotonic() < ends and (attempt := _begin(now)):
            try:
                sent += _try(attempt, server)
            except DeliveryError as no:
                error = OutgoingError(no.trouble)
                _put_off(attempt, error, final=no.final)
                if error in SERVER_TROUBLE:
                    logger.error("The mail server cannot be used: %s.", error.value)
                    break
            except EnvelopeLost:
                _put_off(attempt, OutgoingError.SECRET, final=True)
            except Superseded:
                continue
            except Exception:
                logger.exception("A message could not be sent for a reason nobody thought of.")
                _put_off(attempt, OutgoingError.UNFORESEEN)
    return sent


def _is_resting(now: datetime) -> bool:
    waiting = OutgoingMail.objects.filter(state=OutgoingState.DUE, due_at__gt=now)
    return waiting.filter(error__in=[OutgoingError.INTERRUPTED, *SERVER_TROUBLE]).exists()


def _begin(now: datetime) -> MailDeliveryAttempt | None:
    """Write down that the oldest message due is tried; when it may be tried again, should nobody write down how it ended."""
    with transaction.atomic():
        due = OutgoingMail.objects.filter(state=OutgoingState.DUE, due_at__lte=now).order_by("due_at", "pk")
        mail = due.select_for_update(skip_locked=True).first()
        if mail is None:
            return None
        mail.attempts += 1
        mail.due_at = now + ATTEMPT
        mail.error = OutgoingError.INTERRUPTED
        mail.save(update_fields=["attempts", "due_at", "error"])
        return MailDeliveryAttempt(mail, bytes(mail.sealed or b""), now)


def retry_delay(attempts: int) -> timedelta:
    """How long after so many attempts the next one is made."""
    return min(SHORTEST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def _try(attempt: MailDeliveryAttempt, server: SmtpConnection) -> bool:
    envelope = address_encryption.open_envelope(attempt.sealed, row=attempt.mail.uuid)
    thread = queue.get_or_create_thread(report=attempt.mail.report)
    receipt_sent = False

    def write() -> bytes | None:
        nonlocal receipt_sent
        with transaction.atomic():
            report = _lock(attempt)
            if _has_arrived(attempt.mail, report):
                receipt_sent = True
                return None
            receipt = _receipt_for(attempt.mail, report, envelope)
            known = queue.has_receipt(report=report)
        receipt_sent = bool(receipt)
        return compose(
            kind=OutgoingKind(attempt.mail.kind),
            envelope=envelope,
            tag=thread.tag,
            language=report.language,
            receipt=receipt,
            knows_receipt=known,
            now=attempt.now,
        )

    taken = server.deliver(sender=config.tagged_address(thread.tag), recipient=envelope.to, write=write)
    _end(attempt, OutgoingState.SENT, receipt_sent=receipt_sent)
    return taken


def _receipt_for(mail: OutgoingMail, report: Report, envelope: Envelope) -> str:
    if mail.kind != OutgoingKind.ANSWER:
        return ""
    return envelope.receipt or queue.issue_receipt(report=report) or ""


def _lock(attempt: MailDeliveryAttempt) -> Report:
    """The report, then the message, as everybody locks them. Raises Superseded."""
    report = Report.objects.select_for_update().get(pk=attempt.mail.report_id)
    same = OutgoingMail.objects.filter(pk=attempt.mail.pk, state=OutgoingState.DUE, attempts=attempt.mail.attempts)
    if not same.filter(sealed=attempt.sealed).select_for_update().exists():
        raise Superseded
    return report


def _has_arrived(mail: OutgoingMail, report: Report) -> bool:
    """Whether an answer that seemed not to get through did: only who has read it can have written in the case since."""
    if mail.kind != OutgoingKind.ANSWER or mail.attempts == 1:
        return False
    return report.messages.filter(direction=Direction.REPORTER).exists()


def _put_off(attempt: MailDeliveryAttempt, error: OutgoingError, *, final: bool = False) -> None:
    if final:
        gone = error in {OutgoingError.RECIPIENT, OutgoingError.CONTENT}
        _end(attempt, OutgoingState.REFUSED if gone else OutgoingState.FAILED, error)
    elif attempt.now - attempt.mail.queued_at > GIVE_UP_AFTER:
        _end(attempt, OutgoingState.FAILED, error)
    else:
        later = SERVER_PAUSE if error in SERVER_TROUBLE else retry_delay(attempt.mail.attempts)
        _row(attempt).update(error=error, due_at=attempt.now + later)


def _end(
    attempt: MailDeliveryAttempt,
    state: OutgoingState,
    error: OutgoingError | None = None,
    *,
    receipt_sent: bool = False,
) -> None:
    """The end of a message, unless it was changed meanwhile: then it is sent once more. Its address is erased."""
    with transaction.atomic():
        ended = _row(attempt).filter(sealed=attempt.sealed)
        if not ended.update(state=state, error=error or "", sealed=None, due_at=None, receipt_sent=receipt_sent):
            return
        codes: dict[str, audit_log.AuditValue] = {"mail": attempt.mail.pk, "kind": attempt.mail.kind}
        if error:
            codes["error"] = error.value
        audit_log.record(
            action="mail.failed" if error else "mail.sent",
            subject=attempt.mail.report,
            actor=None,
            now=hour_of(attempt.now),
            data=codes,
        )


def _row(attempt: MailDeliveryAttempt) -> QuerySet[OutgoingMail]:
    mail = attempt.mail
    return OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingState.DUE, attempts=mail.attempts)
