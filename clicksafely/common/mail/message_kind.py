"""Classifies the sender of a message: a person, a machine, a mail system, a list (RFC 3834, 3464, 2369)."""

import re
from enum import StrEnum

from clicksafely.common.mail.headers import Headers, split_parameters

_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "maildaemon"})
_REPLY_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponse",
    "x-auto-reply-from",
    "x-mail-autoreply",
    "x-fc-machinegenerated",
)
_LIST_HEADERS = ("list-id", "list-post", "list-unsubscribe", "list-help", "mailing-list", "x-mailing-list")
_BULK_HEADERS = ("feedback-id", "x-campaign-id", "x-mc-user", "x-csa-complaints")


class MessageKind(StrEnum):
    """The kind of sender. Only persons receive replies (RFC 3834)."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"  # a machine: vacation notices, receipts, feedback reports
    BOUNCE = "bounce"  # a mail system, about an undelivered message
    BULK = "bulk"  # through a mailing list, to many recipients, or requesting no reply


def classify_message(headers: Headers, sender: str) -> MessageKind:
    """Classify by the header fields only; content forwarded by a person, such as a bounce, does not count."""
    kind, parameters = split_parameters(headers.first("content-type"))
    report = parameters.get("report-type", "").lower() if kind == "multipart/report" else ""
    null_path = headers.first("return-path").replace(b" ", b"") == b"<>"
    automatic = _word(headers, "auto-submitted")
    precedence = _word(headers, "precedence")
    from_daemon = sender.partition("@")[0].lower() in _DAEMONS
    if report == "delivery-status" or headers.all("x-failed-recipients") or (null_path and from_daemon):
        return MessageKind.BOUNCE
    suppressed = {word.strip() for word in headers.text("x-auto-response-suppress").lower().split(",")}
    if (
        kind == "multipart/report"
        or null_path
        or from_daemon
        or automatic not in {"", "no"}
        or precedence in {"auto_reply", "auto-reply"}
        or any(headers.all(name) for name in _REPLY_HEADERS)
    ):
        return MessageKind.AUTO_REPLY
    # A request for no reply, which mail programs of people set too: a message about a case is still processed.
    if suppressed & {"all", "autoreply"}:
        return MessageKind.BULK
    if precedence in {"bulk", "list", "junk"} or any(headers.all(name) for name in _LIST_HEADERS + _BULK_HEADERS):
        return MessageKind.BULK
    return MessageKind.PERSON


def _word(headers: Headers, name: str) -> str:
    """Return the first word of a value, in lower case, without parameters and comments."""
    return re.split(r"[\s;(]", headers.text(name).lower(), maxsplit=1)[0]
