"""What is written to reporters: plain text in their language and script, under a subject that says nothing of what it is about."""

from datetime import datetime
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common.crypto import receipts
from clicksafely.common.mail.message_builder import compose_message, new_message_id
from hotline.models import OutgoingKind
from hotline.outbox.address_encryption import Envelope
from hotline.outbox.config import own_domain, tagged_address

SUBJECTS: dict[str, Promise] = {
    OutgoingKind.ANSWER: gettext_lazy("Your message has been received"),
    OutgoingKind.NEWS: gettext_lazy("There is news for you"),
}
TEMPLATES = {
    OutgoingKind.ANSWER: "emails/hotline/auto_reply.txt",
    OutgoingKind.NEWS: "emails/hotline/status_update.txt",
}
# RFC 3834, 5: an answer that a message brought about, and one that came by itself.
_AUTO_SUBMITTED: dict[OutgoingKind, Literal["auto-replied", "auto-generated"]] = {
    OutgoingKind.ANSWER: "auto-replied",
    OutgoingKind.NEWS: "auto-generated",
}


def compose(
    *, kind: OutgoingKind, envelope: Envelope, tag: str, language: str, receipt: str, knows_receipt: bool, now: datetime
) -> bytes:
    """The message as it goes to the server, CRLF at its line ends.

    `language` is a code of LANGUAGES. `receipt` is the one to tell, "" where there is none to tell; then `has_receipt` says whether the
    reader has one.
    """
    context = {
        "receipt": receipts.format_receipt(receipt) if receipt else "",
        "knows_receipt": knows_receipt,
        "link": _link(language),
    }
    with translation.override("sr" if language.startswith("sr") else language):
        subject = str(SUBJECTS[kind])
        name = _("Click Safely")
        # The help lines come with every page's context, and so with this.
        text = render_to_string(TEMPLATES[kind], context, request=HttpRequest())
    return compose_message(
        sender=settings.MAIL_ADDRESS,
        sender_name=name,
        to=envelope.to,
        reply_to=tagged_address(tag),
        subject=subject,
        text=text,
        language=language,
        sent_at=now,
        message_id=new_message_id(own_domain()),
        in_reply_to=[envelope.in_reply_to] if envelope.in_reply_to else [],
        automatic=_AUTO_SUBMITTED[kind],
        suppress_replies=True,
    )


def _link(language: str) -> str:
    with translation.override(language):
        return f"{settings.SITE_URL.rstrip('/')}{reverse('report-status')}"
