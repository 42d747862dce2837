"""The queue of e-mail to reporters: messages, their codes, threads, and daily reply limits."""

import re
import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from clicksafely.common.clock import hour_of
from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.reporter_keys import key_tag
from clicksafely.common.crypto.sealing import ReporterKey
from hotline.models import Channel, MailThread, OutgoingKind, OutgoingMail, OutgoingState, ReplyCount, Report
from hotline.outbox import address_encryption
from hotline.outbox.address_encryption import Envelope

ANSWERS_A_DAY = 3
_MESSAGE_ID = re.compile(r"[!-;=?-~]{3,150}")
SALT_BYTES = 16
# "My work" shows messages that failed within this time.
GIVEN_UP_DAYS = 7
COUNT_CAP = 1000
_COUNT = """
    INSERT INTO hotline_replycount AS counted (day, address_digest, count) VALUES (%s, %s, 1)
    ON CONFLICT (day, address_digest) DO UPDATE SET count = counted.count + 1 WHERE counted.count < %s
    RETURNING count
"""


def get_or_create_thread(*, report: Report) -> MailThread:
    """Return the thread of a report, created if there is none."""
    thread, _created = MailThread.objects.get_or_create(report=report, defaults={"tag": receipts.generate_code()})
    return thread


def queue_mail(
    *, report: Report, kind: OutgoingKind, to: str, now: datetime, in_reply_to: str = "", receipt: str = ""
) -> OutgoingMail:
    """Queue a message for the next run. Raises IntegrityError if the report has a queued one."""
    # An invalid Message-ID is dropped: only the threading in the recipient's mail program is lost.
    in_reply_to = in_reply_to if _MESSAGE_ID.fullmatch(in_reply_to) else ""
    mail = OutgoingMail(report=report, kind=kind, queued_at=hour_of(now), due_at=hour_of(now))
    mail.sealed = address_encryption.seal(Envelope(to=to, in_reply_to=in_reply_to, receipt=receipt), row=mail.uuid)
    mail.save(force_insert=True)
    return mail


def count_answer(*, address: str, now: datetime) -> bool:
    """Count one more reply to `address` today (Belgrade); False, without counting, after three."""
    local, _at, domain = address.lower().rpartition("@")
    day = timezone.localdate(now)
    digest = address_encryption.address_digest(f"{local.partition('+')[0]}@{domain}", day=day)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [day, digest, ANSWERS_A_DAY])
        return cursor.fetchone() is not None


def sweep_counts(*, now: datetime) -> None:
    """Delete the counts of earlier days."""
    ReplyCount.objects.filter(day__lt=timezone.localdate(now)).delete()


def issue_receipt(*, report: Report) -> str | None:
    """Give a report a new code, the only valid one from then on, and return it.

    Returns None if content is sealed to the current code. The caller holds a lock on the report's row, and `report` has
    the new keys afterwards. Only the digest of the code is stored, so the caller sends the code after the commit.
    """
    if report.messages.exists():
        return None
    receipt, salt = receipts.generate_code(), secrets.token_bytes(SALT_BYTES)
    report.receipt_digest, report.reporter_salt = receipts.receipt_digest(receipt), salt
    report.reporter_public_key = ReporterKey.derive(receipt, salt).public_bytes
    report.reporter_key_tag = key_tag(report.reporter_public_key, report.uuid)
    report.save(update_fields=["receipt_digest", "reporter_salt", "reporter_public_key", "reporter_key_tag"])
    return receipt


def assign_receipt(*, report: Report, mail: OutgoingMail) -> None:
    """Fix the code of a queued reply, so that content sealed to the reporter from now on opens with it.

    The caller holds locks on both rows. A running attempt is superseded: the message is sent again with this code.
    """
    envelope = address_encryption.open_envelope(bytes(mail.sealed or b""), row=mail.uuid)
    if envelope.receipt:
        return
    receipt = issue_receipt(report=report)
    if receipt is None:
        return
    decided = Envelope(to=envelope.to, in_reply_to=envelope.in_reply_to, receipt=receipt)
    mail.sealed = address_encryption.seal(decided, row=mail.uuid)
    mail.save(update_fields=["sealed"])


def has_receipt(*, report: Report) -> bool:
    """Return whether the reporter has a code. Reporters by e-mail have none until one was sent; all others got theirs."""
    return report.channel != Channel.EMAIL or report.outgoing_mails.filter(receipt_sent=True).exists()


def count_failed(*, now: datetime) -> int:
    """Return the number of failed and refused messages queued in the last `GIVEN_UP_DAYS`, at most `COUNT_CAP`."""
    since = now - timedelta(days=GIVEN_UP_DAYS)
    lost = OutgoingMail.objects.filter(state__in=[OutgoingState.FAILED, OutgoingState.REFUSED], queued_at__gte=since)
    return lost.order_by()[:COUNT_CAP].count()


def is_contact_refused(*, report: Report) -> bool:
    """Return whether a message to the reporter's present contact was refused or returned."""
    return report.outgoing_mails.filter(state=OutgoingState.REFUSED).exists()


def forget_contact(*, report: Report) -> None:
    """Delete the messages to a contact that is withdrawn or replaced: queued ones, and those that it refused."""
    with transaction.atomic():
        report.outgoing_mails.filter(state__in=[OutgoingState.DUE, OutgoingState.REFUSED]).delete()
