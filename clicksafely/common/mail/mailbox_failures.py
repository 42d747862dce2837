"""A mailbox that cannot be read: which of its troubles it is."""

import imaplib
import ssl

from clicksafely.common.mail.troubles import MailboxTrouble


class MailboxFailure(Exception):
    """The mailbox cannot be read (on). Holds nothing of what the server said."""

    def __init__(self, why: MailboxTrouble) -> None:
        super().__init__(why.value)
        self.why = why


def why_not_connected(error: Exception) -> MailboxTrouble:
    """What kept a connection from being made, by the error that was raised."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailboxTrouble.CERTIFICATE
    if isinstance(error, TimeoutError):
        return MailboxTrouble.TIMEOUT
    if isinstance(error, ssl.SSLError):
        return MailboxTrouble.NONSENSE
    if isinstance(error, imaplib.IMAP4.abort):
        return MailboxTrouble.BROKEN
    if isinstance(error, imaplib.IMAP4.error):
        return MailboxTrouble.BUSY
    return MailboxTrouble.UNREACHABLE
