"""What waits to be sent to reporters, the receipts in it, the threads, and how many answers an address may get."""

import re
import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.sealing import ReporterKey
from hotline.models import Channel, MailThread, OutgoingKind, OutgoingMail, OutgoingState, ReplyCount, Report
from hotline.outbox import address_encryption
from hotline.outbox.address_encryption import Envelope

ANSWERS_A_DAY = 3
_MESSAGE_ID = re.compile(r"[!-;=?-~]{3,150}")
SALT_BYTES = 16
# The desk speaks of messages that were given up for so long.
GIVEN_UP_DAYS = 7
COUNT_CAP = 1000
_COUNT = """
    INSERT INTO hotline_replycount AS counted (day, address_digest, count) VALUES (%s, %s, 1)
    ON CONFLICT (day, address_digest) DO UPDATE SET count = counted.count + 1 WHERE counted.count < %s
    RETURNING count
"""


def hour_of(moment: datetime) -> datetime:
    """`moment` rounded down to the hour: an exact time would tell when somebody wrote to us."""
    return moment.replace(minute=0, second=0, microsecond=0)


def get_or_create_thread(*, report: Report) -> MailThread:
    """The thread of a report, made where there is none."""
    thread, _made = MailThread.objects.get_or_create(report=report, defaults={"tag": receipts.generate_receipt()})
    return thread


def queue_mail(
    *, report: Report, kind: OutgoingKind, to: str, now: datetime, in_reply_to: str = "", receipt: str = ""
) -> OutgoingMail:
    """Let a message wait for the next run of the post. Raises IntegrityError where one waits for the report already."""
    # An odd Message-ID only costs the sender's program the place of the answer among its messages.
    in_reply_to = in_reply_to if _MESSAGE_ID.fullmatch(in_reply_to) else ""
    mail = OutgoingMail(report=report, kind=kind, queued_at=hour_of(now), due_at=hour_of(now))
    mail.sealed = address_encryption.seal(Envelope(to=to, in_reply_to=in_reply_to, receipt=receipt), row=mail.uuid)
    mail.save(force_insert=True)
    return mail


def count_answer(*, address: str, now: datetime) -> bool:
    """Count one more answer to `address` today (Belgrade); False, and nothing is counted, where it had its three."""
    local, _at, domain = address.lower().rpartition("@")
    day = timezone.localdate(now)
    digest = address_encryption.address_digest(f"{local.partition('+')[0]}@{domain}", day=day)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [day, digest, ANSWERS_A_DAY])
        return cursor.fetchone() is not None


def sweep_counts(*, now: datetime) -> None:
    """Forget the counts of earlier days."""
    ReplyCount.objects.filter(day__lt=timezone.localdate(now)).delete()


def issue_receipt(*, report: Report) -> str | None:
    """Give a report a new receipt, the only one that opens it from then on; None where something is sealed to the present one.

    The caller holds a lock on the report's row, and `report` has the new keys afterwards. Nothing is kept of the receipt but its digest:
    whoever asks for it sends it, after the commit.
    """
    if report.messages.exists():
        return None
    receipt, salt = receipts.generate_receipt(), secrets.token_bytes(SALT_BYTES)
    report.receipt_digest, report.reporter_salt = receipts.receipt_digest(receipt), salt
    report.reporter_public_key = ReporterKey.derive(receipt, salt).public_bytes
    report.save(update_fields=["receipt_digest", "reporter_salt", "reporter_public_key"])
    return receipt


def assign_receipt(*, report: Report, mail: OutgoingMail) -> None:
    """Decide the receipt of an answer that still waits, so that what is sealed to the reporter from now on opens with it.

    The caller holds locks on both rows. An attempt under way counts for nothing then: the message is sent again, with this receipt.
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
    """Whether the reporter has a receipt: who came by e-mail has none until one was sent; all others were told theirs."""
    return report.channel != Channel.EMAIL or report.outgoing_mails.filter(receipt_sent=True).exists()


def count_failed(*, now: datetime) -> int:
    """How many messages of the last `GIVEN_UP_DAYS` never reached their reporters, at most `COUNT_CAP`."""
    since = now - timedelta(days=GIVEN_UP_DAYS)
    lost = OutgoingMail.objects.filter(state__in=[OutgoingState.FAILED, OutgoingState.REFUSED], queued_at__gte=since)
    return lost.order_by()[:COUNT_CAP].count()


def cancel_waiting(*, report: Report) -> None:
    """Erase what waits for a reporter who does not want to be reached any more."""
    with transaction.atomic():
        report.outgoing_mails.filter(state=OutgoingState.DUE).delete()
