"""What may go wrong with a mail server or a mailbox, as codes that are stored and words that staff read."""

import imaplib
import ssl

from django.db import models
from django.utils.translation import pgettext_lazy


class SmtpErrorCode(models.TextChoices):
    """Why a server did not take a message over."""

    UNREACHABLE = "unreachable", pgettext_lazy("outgoing e-mail", "the mail server does not answer")
    ENCRYPTION = "encryption", pgettext_lazy("outgoing e-mail", "no trusted encrypted connection to the mail server")
    LOGIN = "login", pgettext_lazy("outgoing e-mail", "the mail server does not accept our name and password")
    SENDER = "sender", pgettext_lazy("outgoing e-mail", "the mail server does not accept our address")
    DEFERRED = "deferred", pgettext_lazy("outgoing e-mail", "the mail server asks for later")
    LOST = "lost", pgettext_lazy("outgoing e-mail", "the connection broke off, it may have arrived")
    RECIPIENT = "recipient", pgettext_lazy("outgoing e-mail", "the address is refused")
    CONTENT = "content", pgettext_lazy("outgoing e-mail", "the message is refused")


class MailboxErrorCode(models.TextChoices):
    """Why a mailbox could not be read to its end."""

    UNREACHABLE = "unreachable", pgettext_lazy("mailbox", "the server does not answer")
    TIMEOUT = "timeout", pgettext_lazy("mailbox", "the server is too slow or hangs")
    CERTIFICATE = "certificate", pgettext_lazy("mailbox", "the server's certificate is not trusted")
    LOGIN = "login", pgettext_lazy("mailbox", "wrong user name or password")
    BUSY = "busy", pgettext_lazy("mailbox", "the server refuses to serve for the moment")
    FOLDER = "folder", pgettext_lazy("mailbox", "the folder to read cannot be opened")
    BROKEN = "broken", pgettext_lazy("mailbox", "the connection breaks off")
    NONSENSE = "nonsense", pgettext_lazy("mailbox", "the server does not keep to the protocol")
    FULL = "full", pgettext_lazy("mailbox", "messages cannot be moved, the mailbox may be full")
    REMOVAL = "removal", pgettext_lazy("mailbox", "messages that were taken cannot be removed")
    INTERRUPTED = "interrupted", pgettext_lazy("mailbox", "the program was ended in the middle of a message")
    SETTINGS = "settings", pgettext_lazy("mailbox", "the settings are wrong")


# The trouble is with the server, not with one message: whoever sends many should stop for a while.
SERVER_ERRORS = frozenset(
    {SmtpErrorCode.UNREACHABLE, SmtpErrorCode.ENCRYPTION, SmtpErrorCode.LOGIN, SmtpErrorCode.SENDER}
)


class MailboxUnreadable(Exception):
    """The mailbox cannot be read (on). Holds nothing of what the server said."""

    def __init__(self, why: MailboxErrorCode) -> None:
        super().__init__(why.value)
        self.why = why


def classify_connection_error(error: Exception) -> MailboxErrorCode:
    """What kept a connection from being made, by the error that was raised."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxErrorCode.CERTIFICATE
    if isinstance(error, TimeoutError):
        return MailboxErrorCode.TIMEOUT
    if isinstance(error, ssl.SSLError):
        return MailboxErrorCode.NONSENSE
    if isinstance(error, imaplib.IMAP4.abort):
        return MailboxErrorCode.BROKEN
    if isinstance(error, imaplib.IMAP4.error):
        return MailboxErrorCode.BUSY
    return MailboxErrorCode.UNREACHABLE
