"""Helpers: reports with queued messages, and their states."""

import re
from datetime import timedelta

from clicksafely.devserver.mock_services.smtp import Letter
from hotline.models import Channel, OutgoingKind, OutgoingMail, Report
from hotline.outbox import queue
from hotline.outbox.delivery import send_due_mail
from tests.factories.hotline import RECEIVED, ReportFactory

ADDRESS = "ana@sender.example"
MINUTE = timedelta(minutes=1)


def mailed_report(**columns: object) -> Report:
    """A report by e-mail from an authenticated sender, whose code is not known to anyone."""
    report = ReportFactory(channel=Channel.EMAIL, contact=ADDRESS, **columns)
    queue.get_or_create_thread(report=report)
    return report


def waiting(
    report: Report | None = None, *, kind: OutgoingKind = OutgoingKind.ANSWER, to: str = ADDRESS
) -> OutgoingMail:
    """A message due at RECEIVED."""
    return queue.queue_mail(
        report=report or mailed_report(), kind=kind, to=to, in_reply_to="1@sender.example", now=RECEIVED
    )


def run(*, minutes: float = 0) -> int:
    """A delivery run `minutes` after RECEIVED."""
    return send_due_mail(now=RECEIVED + minutes * MINUTE, seconds=300)


def delivery_state(mail: OutgoingMail) -> tuple[str, str, int]:
    """State, last error and attempts of a message, as stored."""
    mail.refresh_from_db()
    return mail.state, mail.error, mail.attempts


def receipts_in(letter: Letter) -> list[str]:
    """The codes in a message, normalised."""
    found = re.findall(r"^ +((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})\r?$", letter.text, re.MULTILINE)
    return [receipt.replace("-", "") for receipt in found]


def receipt_in(letter: Letter) -> str:
    """The only code in a message."""
    (found,) = receipts_in(letter)
    return found
