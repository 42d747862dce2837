"""Errors of mail servers and mailboxes, as stored codes and staff messages."""

import imaplib
import ssl

from django.db import models
from django.utils.translation import pgettext_lazy


class SmtpErrorCode(models.TextChoices):
    """The reason that a server did not accept a message."""

    UNREACHABLE = "unreachable", pgettext_lazy("outgoing e-mail", "the mail server is not responding")
    ENCRYPTION = "encryption", pgettext_lazy("outgoing e-mail", "no trusted encrypted connection to the mail server")
    LOGIN = "login", pgettext_lazy("outgoing e-mail", "the mail server rejects our user name and password")
    SENDER = "sender", pgettext_lazy("outgoing e-mail", "the mail server rejects our address")
    DEFERRED = "deferred", pgettext_lazy("outgoing e-mail", "the mail server requests a later attempt")
    LOST = "lost", pgettext_lazy("outgoing e-mail", "the connection was interrupted; the message may have arrived")
    RECIPIENT = "recipient", pgettext_lazy("outgoing e-mail", "the recipient's address was rejected")
    CONTENT = "content", pgettext_lazy("outgoing e-mail", "the message was rejected")


class MailboxErrorCode(models.TextChoices):
    """The reason that a mailbox could not be read completely."""

    UNREACHABLE = "unreachable", pgettext_lazy("mailbox", "the server is not responding")
    TIMEOUT = "timeout", pgettext_lazy("mailbox", "the server is too slow or has stopped responding")
    CERTIFICATE = "certificate", pgettext_lazy("mailbox", "the server's certificate is not trusted")
    LOGIN = "login", pgettext_lazy("mailbox", "wrong user name or password")
    BUSY = "busy", pgettext_lazy("mailbox", "the server is temporarily refusing requests")
    FOLDER = "folder", pgettext_lazy("mailbox", "the mail folder cannot be opened")
    BROKEN = "broken", pgettext_lazy("mailbox", "the connection was interrupted")
    NONSENSE = "nonsense", pgettext_lazy("mailbox", "the server violates the protocol")
    FULL = "full", pgettext_lazy("mailbox", "messages cannot be moved; the mailbox may be full")
    REMOVAL = "removal", pgettext_lazy("mailbox", "imported messages cannot be deleted")
    INTERRUPTED = "interrupted", pgettext_lazy("mailbox", "the program was stopped while processing a message")
    SETTINGS = "settings", pgettext_lazy("mailbox", "the settings are wrong")


# The problem is the server, not one message: senders of many messages should pause.
SERVER_ERRORS = frozenset(
    {SmtpErrorCode.UNREACHABLE, SmtpErrorCode.ENCRYPTION, SmtpErrorCode.LOGIN, SmtpErrorCode.SENDER}
)


class MailboxUnreadable(Exception):
    """The mailbox cannot be read (further). Contains no response of the server."""

    def __init__(self, why: MailboxErrorCode) -> None:
        super().__init__(why.value)
        self.why = why


def classify_connection_error(error: Exception) -> MailboxErrorCode:
    """Return the code for an exception raised while connecting."""
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
