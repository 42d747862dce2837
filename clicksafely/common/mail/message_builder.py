"""Builds outgoing messages: plain text, 7-bit, CRLF, with attachments, safe from header injection."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Literal

from clicksafely.common.i18n.language import LANGUAGES
from clicksafely.common.mail.addresses import is_deliverable
from clicksafely.common.serbian.scripts import to_script

# 7-bit, because some servers do not accept 8-bit content.
_POLICY = SMTP.clone(cte_type="7bit")
# Encoded words have at most 75 characters (RFC 2047, 2). Other text is not folded there: a long Message-ID would be encoded.
_WORDS = frozenset({"from", "subject"})
_SHORT = _POLICY.clone(max_line_length=76)
_LONG = _POLICY.clone(max_line_length=200)
# The number of References that programs need to assemble a thread.
_REFERENCES = 5
_UNPRINTABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ID = re.compile(r"[!-;=?-~]+")

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """An attached file: its name, its media type such as "application/pdf", its bytes."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class CalendarPart:
    """An iCalendar object (RFC 5545) and its METHOD (RFC 5546)."""

    content: str
    method: Method
    name: str = "event.ics"


class _Folding(EmailPolicy):
    def fold_binary(self, name: str, value: str) -> bytes:
        return (_SHORT if name.lower() in _WORDS else _LONG).fold_binary(name, value)


_FOLDING = _Folding(linesep="\r\n", cte_type="7bit")


def new_message_id(domain: str) -> str:
    """Return a Message-ID without brackets: 128 random bits at our domain."""
    return f"{secrets.token_hex(16)}@{domain}"


def compose_message(
    *,
    sender: str,
    sender_name: str,
    to: str,
    subject: str,
    text: str,
    sent_at: datetime,
    message_id: str,
    language: str = "",
    reply_to: str = "",
    in_reply_to: Sequence[str] = (),
    automatic: Literal["auto-generated", "auto-replied", ""] = "auto-generated",
    suppress_replies: bool = False,
    calendar: CalendarPart | None = None,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the message. Addresses are bare; with an empty `sender_name`, the From field has only the address.

    `message_id` and those of `in_reply_to`, the oldest first, are without brackets. With a `language` (a code of
    LANGUAGES), name, subject and text are converted to its script. The message declares the language. Without one, they
    stay unchanged. `automatic` is the value of Auto-Submitted (RFC 3834), "" for a message by a person.
    `suppress_replies` also asks Exchange for no automatic reply. Raises ValueError for an invalid address or
    `message_id`, and for a calendar with another method than declared.
    """
    if language:
        sender_name, subject, text = (to_script(each, language) for each in (sender_name, subject, text))
    if not _ID.fullmatch(message_id):
        raise ValueError("no Message-ID")
    if not all(map(is_deliverable, filter(None, (sender, to, reply_to)))):
        raise ValueError("no address")
    # Message-IDs of other senders may be malformed.
    in_reply_to = [each for each in in_reply_to if _ID.fullmatch(each)]
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(one_line(sender_name), addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    if reply_to:
        message["Reply-To"] = Address(addr_spec=reply_to)
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(sent_at.astimezone(UTC))
    message["Message-ID"] = f"<{message_id}>"
    if in_reply_to:
        message["In-Reply-To"] = f"<{in_reply_to[-1]}>"
        message["References"] = " ".join(f"<{each}>" for each in in_reply_to[-_REFERENCES:])
    if automatic:
        message["Auto-Submitted"] = automatic
    if suppress_replies:
        message["X-Auto-Response-Suppress"] = "All"
    # Setting the content removes all header fields about the content.
    message.set_content(text.strip() + "\n")
    if language:
        message["Content-Language"] = LANGUAGES[language].tag
    if calendar:
        _add_calendar(message, calendar)
    for each in attachments:
        main, _, sub = each.kind.partition("/")
        message.add_attachment(each.content, maintype=main, subtype=sub, filename=one_line(each.name))
    return message.as_bytes(policy=_FOLDING)


def one_line(text: str) -> str:
    """Return `text` for a header field: white space, line ends and unprintable characters become single spaces."""
    return _UNPRINTABLE.sub(" ", text).strip()


def _add_calendar(message: EmailMessage, calendar: CalendarPart) -> None:
    """Add a calendar as mail programs expect it (RFC 6047).

    An invitation or cancellation is an alternative of the text: Gmail, Outlook and Thunderbird then show buttons. It is also attached as
    a file for other programs. Published dates are only attached: for an alternative of that kind, Exchange may show no message at all.
    """
    # Not splitlines: a description may contain Unicode line separators.
    lines = calendar.content.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if f"METHOD:{calendar.method}" not in lines:
        raise ValueError(f"the calendar's METHOD is not {calendar.method}")
    name = one_line(calendar.name)
    # Base64, because folded lines may split a letter's bytes, and line ends are significant.
    if calendar.method == "PUBLISH":
        message.add_attachment(
            calendar.content, subtype="calendar", cte="base64", params={"method": "PUBLISH"}, filename=name
        )
        return
    message.add_alternative(calendar.content, subtype="calendar", cte="base64", params={"method": calendar.method})
    content = "\r\n".join([*lines, ""]).encode()
    message.add_attachment(content, maintype="application", subtype="ics", filename=name)
