"""What is written to reporters: plain text in their language and script, under a subject that says nothing of what it is about."""

import secrets
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clicksafely.common import receipts
from clicksafely.common.language import LANGUAGES
from clicksafely.common.script import in_script
from hotline.models import OutgoingKind
from hotline.post.config import own_domain, tagged_address
from hotline.post.envelopes import Envelope

# Seven bits: not every server on the way takes eight. Header lines are not folded at 78: a long Message-ID would come out encoded.
_POLICY = SMTP.clone(cte_type="7bit")
_HEADERS = _POLICY.clone(max_line_length=200)
SUBJECTS: dict[str, Promise] = {
    OutgoingKind.ANSWER: gettext_lazy("Your message has been received"),
    OutgoingKind.NEWS: gettext_lazy("There is news for you"),
}
TEMPLATES = {OutgoingKind.ANSWER: "hotline/mail/answer.txt", OutgoingKind.NEWS: "hotline/mail/news.txt"}
# RFC 3834, 5: an answer that a message brought about, and one that came by itself.
_AUTO_SUBMITTED = {OutgoingKind.ANSWER: "auto-replied", OutgoingKind.NEWS: "auto-generated"}


def compose(
    *, kind: OutgoingKind, envelope: Envelope, tag: str, language: str, receipt: str, knows_receipt: bool, now: datetime
) -> bytes:
    """The message as it goes to the server, CRLF at its line ends.

    `language` is a code of LANGUAGES. `receipt` is the one to tell, "" where there is none to tell; then `knows_receipt` says whether the
    reader has one.
    """
    context = {
        "receipt": receipts.display(receipt) if receipt else "",
        "knows_receipt": knows_receipt,
        "link": _link(language),
    }
    with translation.override("sr" if language.startswith("sr") else language):
        subject = in_script(str(SUBJECTS[kind]), language)
        name = in_script(_("Click Safely"), language)
        # The help lines come with every page's context, and so with this.
        text = in_script(render_to_string(TEMPLATES[kind], context, request=HttpRequest()), language)
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(name, addr_spec=settings.MAIL_ADDRESS)
    message["To"] = Address(addr_spec=envelope.to)
    message["Reply-To"] = Address(addr_spec=tagged_address(tag))
    message["Subject"] = subject
    message["Date"] = format_datetime(now.astimezone(UTC))
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{own_domain()}>"
    if envelope.in_reply_to:
        message["In-Reply-To"] = message["References"] = f"<{envelope.in_reply_to}>"
    message["Auto-Submitted"] = _AUTO_SUBMITTED[kind]
    message["X-Auto-Response-Suppress"] = "All"
    # Setting the content takes away every header line about the content.
    message.set_content(text.strip() + "\n")
    message["Content-Language"] = LANGUAGES[language].tag
    return message.as_bytes(policy=_HEADERS)


def _link(language: str) -> str:
    with translation.override(language):
        return f"{settings.SITE_URL.rstrip('/')}{reverse('report-status')}"
