"""Delivery of e-mail to reporters, at least once."""

from datetime import datetime
from functools import partial

from django.db import transaction

from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.mail.errors import SERVER_ERRORS
from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.queue import outgoing
from clicksafely.common.queue.outgoing import SendError, Superseded
from hotline.models import Direction, OutgoingError, OutgoingKind, OutgoingMail, OutgoingState, Report
from hotline.outbox import address_encryption, config, queue
from hotline.outbox.address_encryption import Envelope, EnvelopeLost
from hotline.outbox.content import compose


def send_due_mail(*, now: datetime, seconds: float = outgoing.RUN_SECONDS) -> int:
    """Send the messages due at `now`, for at most `seconds`; return the number accepted by the server.

    After an aborted run or a lost response, a message is sent again. A reply then has a new code. Only the last code
    works, and the message says so. Does nothing during another run, or during a pause after a server error.
    """
    mails = OutgoingMail.objects.all()
    if not config.is_configured() or outgoing.is_resting(mails, server_errors=SERVER_ERRORS, now=now):
        return 0
    queue.sweep_counts(now=now)
    with config.mail_server() as server:
        return outgoing.send_due(
            claim=partial(outgoing.claim, mails, now=now),
            send=partial(_send, server=server, now=now),
            give_up=partial(_give_up, now=now),
            now=now,
            seconds=seconds,
        )


def _send(mail: OutgoingMail, *, server: SmtpConnection, now: datetime) -> bool:
    try:
        envelope = address_encryption.open_envelope(bytes(mail.sealed or b""), row=mail.uuid)
    except EnvelopeLost as error:
        raise SendError(OutgoingError.SECRET, final=True) from error
    thread = queue.get_or_create_thread(report=mail.report)
    receipt_sent = False

    def write() -> bytes | None:
        nonlocal receipt_sent
        with transaction.atomic():
            report = _lock(mail)
            if _has_arrived(mail, report):
                receipt_sent = True
                return None
            receipt = _receipt_for(mail, report, envelope)
            knows_receipt = queue.has_receipt(report=report)
        receipt_sent = bool(receipt)
        return compose(
            kind=OutgoingKind(mail.kind),
            envelope=envelope,
            tag=thread.tag,
            language=report.language,
            receipt=receipt,
            knows_receipt=knows_receipt,
            in_child_words=report.in_child_words,
            now=now,
        )

    taken = server.deliver(sender=config.tagged_address(thread.tag), recipient=envelope.to, write=write)
    _end(mail, OutgoingState.SENT, receipt_sent=receipt_sent, now=now)
    return taken


def _receipt_for(mail: OutgoingMail, report: Report, envelope: Envelope) -> str:
    if mail.kind != OutgoingKind.ANSWER:
        return ""
    return envelope.receipt or queue.issue_receipt(report=report) or ""


def _lock(mail: OutgoingMail) -> Report:
    """Lock the report, then the message, in the common order. Raises Superseded."""
    report = Report.objects.select_for_update().get(pk=mail.report_id)
    if not outgoing.leased(mail).filter(sealed=bytes(mail.sealed or b"")).select_for_update().exists():
        raise Superseded
    return report


def _has_arrived(mail: OutgoingMail, report: Report) -> bool:
    """Return whether a seemingly failed reply arrived: only its reader can have written in the case since."""
    if mail.kind != OutgoingKind.ANSWER or mail.attempts == 1:
        return False
    return report.messages.filter(direction=Direction.REPORTER).exists()


def _give_up(mail: OutgoingMail, failure: SendError, *, now: datetime) -> None:
    error = OutgoingError(failure.error)
    refused = failure.final and error in {OutgoingError.RECIPIENT, OutgoingError.CONTENT}
    _end(mail, OutgoingState.REFUSED if refused else OutgoingState.FAILED, error=error, now=now)


def _end(
    mail: OutgoingMail,
    state: OutgoingState,
    *,
    error: OutgoingError | None = None,
    receipt_sent: bool = False,
    now: datetime,
) -> None:
    """Store the end of a message and erase its address. If the message was changed meanwhile, it is sent once more."""
    with transaction.atomic():
        same = OutgoingMail.objects.filter(pk=mail.pk, sealed=bytes(mail.sealed or b"")).select_for_update()
        columns = {"state": state, "error": error or "", "sealed": None, "receipt_sent": receipt_sent}
        if not same.exists() or not outgoing.finish(mail, **columns):
            return
        codes: dict[str, audit_log.AuditValue] = {"mail": mail.pk, "kind": mail.kind}
        if error:
            codes["error"] = error.value
        audit_log.record(
            action="mail.failed" if error else "mail.sent",
            subject=mail.report,
            actor=None,
            now=hour_of(now),
            data=codes,
        )
