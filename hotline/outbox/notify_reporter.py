"""E-mail notifications to reporters about new messages of the hotline."""

import json
import logging
import re
from datetime import datetime

from clicksafely.common.crypto.sealing import SealError
from hotline.models import Channel, MailThread, OutgoingKind, OutgoingState, Report, SealedText, TextField
from hotline.outbox import config, queue
from hotline.outbox.address_encryption import EnvelopeLost

logger = logging.getLogger(__name__)

_BETWEEN = re.compile(r"[\s,;<>()\"']+")


def queue_notification(*, report: Report, now: datetime) -> None:
    """Queue a notification, if the reporter has an e-mail address and wants an answer.

    Called before the message is sealed, in the reply's transaction, which locks the report's row. A reporter who
    wrote by e-mail is notified only if the sender was authenticated. A queued automatic reply with the code
    replaces the notification. Its code is fixed now, and `report` has the new keys afterwards, so that the code opens
    the message. Without a mail server or private key nothing happens.
    """
    if not config.is_configured():
        return
    waiting = report.outgoing_mails.select_for_update().filter(state=OutgoingState.DUE).first()
    if waiting:
        if waiting.kind == OutgoingKind.ANSWER:
            try:
                queue.assign_receipt(report=report, mail=waiting)
            except EnvelopeLost:
                logger.error("Queued message cannot be decrypted: MAIL_SECRET has changed.")
        return
    if report.channel == Channel.EMAIL and not MailThread.objects.filter(report=report).exists():
        return
    address = _address(report)
    if address is None:
        return
    receipt = "" if queue.has_receipt(report=report) else queue.issue_receipt(report=report) or ""
    kind = OutgoingKind.ANSWER if receipt else OutgoingKind.NEWS
    queue.queue_mail(report=report, kind=kind, to=address, receipt=receipt, now=now)


def _address(report: Report) -> str | None:
    """Return the reporter's e-mail address. Reports by e-mail use the authenticated sender, not an address in the text."""
    contact = report.texts.filter(field=TextField.CONTACT).first()
    if contact is None:
        return None
    try:
        plaintext = SealedText.CONTENT.open(contact)
    except SealError:
        logger.error("Contact cannot be decrypted; the reporter is not notified.")
        return None
    content = json.loads(plaintext)
    if not content.get("wants_answer"):
        return None
    return sole_address(content.get("sender") or content.get("contact", ""))


def sole_address(text: str) -> str | None:
    """Return the only e-mail address in a text; None if there is none, or more than one."""
    found = {word.removeprefix("mailto:").strip(".:") for word in _BETWEEN.split(text) if "@" in word}
    address = found.pop() if len(found) == 1 else ""
    return address if config.takes_mail(address) else None
