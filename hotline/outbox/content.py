"""Content of e-mail to reporters: plain text in their language and script, under a subject that reveals nothing."""

from datetime import datetime
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from clicksafely.common.crypto import receipts
from clicksafely.common.mail.message_builder import compose_message, new_message_id
from hotline.models import OutgoingKind
from hotline.outbox.address_encryption import Envelope
from hotline.outbox.config import own_domain, tagged_address

SUBJECTS: dict[str, Promise] = {
    OutgoingKind.ANSWER: gettext_lazy("Your message has been received"),
    OutgoingKind.NEWS: gettext_lazy("We have news for you"),
}
TEMPLATES = {
    OutgoingKind.ANSWER: "emails/hotline/auto_reply.txt",
    OutgoingKind.NEWS: "emails/hotline/status_update.txt",
}
# RFC 3834, section 5: a reply to a message, and a message without one.
_AUTO_SUBMITTED: dict[OutgoingKind, Literal["auto-replied", "auto-generated"]] = {
    OutgoingKind.ANSWER: "auto-replied",
    OutgoingKind.NEWS: "auto-generated",
}


def compose(
    *,
    kind: OutgoingKind,
    envelope: Envelope,
    tag: str,
    language: str,
    receipt: str,
    knows_receipt: bool,
    now: datetime,
    in_child_words: bool = False,
) -> bytes:
    """The message for the server, with CRLF line ends.

    `language` is a code of LANGUAGES. `receipt` is the code to include, or ""; then `knows_receipt` says whether
    the reporter has one. `in_child_words`: as to a child, which only the form of address shows.
    """
    context = {
        "receipt": receipts.format_receipt(receipt) if receipt else "",
        "knows_receipt": knows_receipt,
        "child": in_child_words,
        "link": _link(language),
    }
    with translation.override("sr" if language.startswith("sr") else language):
        is_news_to_child = in_child_words and kind == OutgoingKind.NEWS
        subject = pgettext("to a child", "We have news for you") if is_news_to_child else str(SUBJECTS[kind])
        name = _("Click Safely")
        # The help lines are in every page's context, and so available here.
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
        # The process that sends may be one of the staff site.
        path = reverse("report-status", urlconf="clicksafely.urls_public")
        return f"{settings.SITE_URL.rstrip('/')}{path}"
