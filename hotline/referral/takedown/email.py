"""A notice as an e-mail message: plain text, with the XARF report of each item attached."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings

from clicksafely.common.mail.message_builder import Attachment, compose_message
from hotline.models import NoticeGroup
from hotline.referral.takedown import content
from hotline.referral.takedown.content import NoticeDraft, RenderedNotice


def compose(
    *, letter: RenderedNotice, draft: NoticeDraft, message_id: str, earlier: Sequence[str], sent_at: datetime
) -> bytes:
    """The message for the server, with CRLF line ends; `earlier` are the Message-IDs of the notice so far.

    The sender is named, except about CSAM: then only the address of the thread is used, without a name.
    """
    named = draft.group != NoticeGroup.CSAM
    return compose_message(
        sender=settings.MAIL_ADDRESS if named else draft.answers_to,
        sender_name=content.SENDER_NAME if named else "",
        to=draft.recipient.address,
        reply_to=draft.answers_to,
        subject=letter.subject,
        text=letter.text,
        sent_at=sent_at,
        message_id=message_id,
        in_reply_to=earlier,
        attachments=[
            Attachment(name=f"xarf-{number}.json", kind="application/json", content=as_json(report))
            for number, report in enumerate(letter.reports, start=1)
        ],
    )


def as_json(report: dict[str, object]) -> bytes:
    """Return a XARF report as it is attached and shown."""
    return json.dumps(report, ensure_ascii=False, indent=2).encode()
