"""Tells a reporter who left an e-mail address that the hotline has written."""

import json
import logging
import re
from datetime import datetime

from clicksafely.common.crypto import sealing
from clicksafely.common.crypto.sealing import SealError
from hotline.models import Channel, MailThread, OutgoingKind, OutgoingState, Report, TextField
from hotline.outbox import config, queue
from hotline.outbox.address_encryption import EnvelopeLost

logger = logging.getLogger(__name__)

_BETWEEN = re.compile(r"[\s,;<>()\"']+")


def queue_notification(*, report: Report, now: datetime) -> None:
    """Let a message wait that there is news, where the reporter has an e-mail address and wants an answer; before the news is sealed.

    In the transaction of the reply, which holds a lock on the report's row. A reporter who came by e-mail is told only where the sender was
    authenticated. Where the answer with the receipt has not gone out yet it says it all; its receipt is fixed, `report` has its keys
    afterwards, so that the news opens with it. Without the means to do so (no mail server, no private key) nothing happens.
    """
    if not config.is_configured():
        return
    waiting = report.outgoing_mails.select_for_update().filter(state=OutgoingState.DUE).first()
    if waiting:
        if waiting.kind == OutgoingKind.ANSWER:
            try:
                queue.assign_receipt(report=report, mail=waiting)
            except EnvelopeLost:
                logger.error("A waiting message cannot be opened: MAIL_SECRET has changed.")
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
    """Where the reporter wants to be reached by e-mail. Who wrote by e-mail is reached where the message came from, not where it points to."""
    contact = report.texts.filter(field=TextField.CONTACT).first()
    if contact is None:
        return None
    try:
        opened = sealing.open_sealed(
            contact.sealed, ring="hotline", table="hotline_sealedtext", field=contact.field, row=contact.uuid
        )
    except SealError:
        logger.error("A contact cannot be opened here; its reporter is not told of news.")
        return None
    content = json.loads(opened)
    if not content.get("wants_answer"):
        return None
    return sole_address(content.get("sender") or content.get("contact", ""))


def sole_address(text: str) -> str | None:
    """The one e-mail address in what somebody typed; None where there is none, or more than one."""
    found = {word.removeprefix("mailto:").strip(".:") for word in _BETWEEN.split(text) if "@" in word}
    address = found.pop() if len(found) == 1 else ""
    return address if config.takes_mail(address) else None
