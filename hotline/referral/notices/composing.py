"""A notice as an e-mail message: plain text, with the XARF report of each item attached."""

import json
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings

from hotline.models import NoticeGroup
from hotline.referral.notices.drafting import Draft, Letter

# Seven bits: not every server on the way takes eight. Header lines are not folded at 78: a long Message-ID would come out encoded.
_POLICY = SMTP.clone(cte_type="7bit")
_HEADERS = _POLICY.clone(max_line_length=200)
# The host's program need not see more of them to put reminders together.
_REFERENCES = 5


def compose(*, letter: Letter, draft: Draft, message_id: str, earlier: Sequence[str], sent_at: datetime) -> bytes:
    """The message as it goes to the server, CRLF at its line ends; `earlier` are the Message-IDs of the notice so far.

    The sender is named, except about CSAM: then the only address is the one of the thread, without a name.
    """
    named = draft.group != NoticeGroup.CSAM
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(settings.NOTICE_NOTIFIER, addr_spec=settings.MAIL_ADDRESS) if named else draft.answers_to
    message["To"] = Address(addr_spec=draft.recipient.address)
    message["Reply-To"] = Address(addr_spec=draft.answers_to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<{message_id}>"
    if earlier:
        message["In-Reply-To"] = f"<{earlier[-1]}>"
        message["References"] = " ".join(f"<{each}>" for each in earlier[-_REFERENCES:])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    for number, report in enumerate(letter.reports, start=1):
        message.add_attachment(as_json(report), maintype="application", subtype="json", filename=f"xarf-{number}.json")
    return message.as_bytes(policy=_HEADERS)


def as_json(report: dict[str, object]) -> bytes:
    """A XARF report as it is attached and shown."""
    return json.dumps(report, ensure_ascii=False, indent=2).encode()
