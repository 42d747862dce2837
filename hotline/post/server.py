"""The mail server: one connection for a run of the post. Encrypted and verified, or on this machine.

Django's mail backends send in one go. Here the message is written between the server's yes to the addresses and its text, so that no
receipt is drawn for a message that is refused or put off.
"""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from django.conf import settings

from hotline.models import OutgoingError
from hotline.post.config import Server, own_domain

# Seconds that each answer may take, and the one to the whole text (RFC 5321, 4.5.3.2, allows minutes; then it may have arrived).
ANSWER_SECONDS = 10
ACCEPT_SECONDS = 60
_OK, _GO_ON, _PERMANENT = 200, 300, 500


class Undelivered(Exception):
    """The server did not take a message over, or it is not known whether it did. `final`: asking again is of no use."""

    def __init__(self, error: OutgoingError, *, final: bool = False) -> None:
        super().__init__(error.value)
        self.error = error
        self.final = final


class MailServer:
    """A context manager around the connection, which is made at the first message and again after every failure."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "MailServer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def deliver(self, *, sender: str, recipient: str, write: Callable[[], bytes | None]) -> bool:
        """Hand one message over; True once the server has it.

        `write` is called when the server has taken both addresses, and returns the message; None: it is not to be sent after all, and
        False comes back. Raises Undelivered.
        """
        smtp = self._smtp or self._connect()
        try:
            self._announce(smtp, sender, recipient)
            text = write()
            if text is None:
                smtp.rset()
                return False
            self._hand_over(smtp, text)
        except BaseException:
            self._drop()
            raise
        return True

    def _connect(self) -> smtplib.SMTP:
        try:
            smtp = _connected(self._server)
        except smtplib.SMTPAuthenticationError as error:
            raise Undelivered(OutgoingError.LOGIN) from error
        except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
            raise Undelivered(OutgoingError.ENCRYPTION) from error
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise Undelivered(OutgoingError.UNREACHABLE) from error
        self._smtp = smtp
        return smtp

    def _announce(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
        try:
            _expect(smtp.mail(sender), OutgoingError.SENDER, final=False)
            _expect(smtp.rcpt(recipient), OutgoingError.RECIPIENT, final=True)
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(OutgoingError.UNREACHABLE) from error

    def _hand_over(self, smtp: smtplib.SMTP, text: bytes) -> None:
        try:
            if smtp.sock:
                smtp.sock.settimeout(ACCEPT_SECONDS)
            answer = smtp.data(text)
            if smtp.sock:
                smtp.sock.settimeout(ANSWER_SECONDS)
        except smtplib.SMTPDataError as refusal:
            answer = refusal.smtp_code, b""
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(OutgoingError.LOST) from error
        _expect(answer, OutgoingError.CONTENT, final=True)

    def _leave(self) -> None:
        if self._smtp:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._drop()

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
            self._smtp = None


def _connected(server: Server) -> smtplib.SMTP:
    """Greeted, encrypted and signed in. The name we give is the domain of our address: a name of the machine is nobody's business."""
    context = ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)
    smtp: smtplib.SMTP
    if server.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=own_domain(), timeout=ANSWER_SECONDS, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=own_domain(), timeout=ANSWER_SECONDS)
    try:
        if server.scheme == "smtp+tls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.username:
            smtp.login(server.username, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _expect(answer: tuple[int, bytes], refused: OutgoingError, *, final: bool) -> None:
    """Pass where the server says yes; a 4yz answer means later, whatever it was to (RFC 5321, 4.2.1)."""
    code, _said = answer
    if _OK <= code < _GO_ON:
        return
    if code >= _PERMANENT:
        raise Undelivered(refused, final=final)
    raise Undelivered(OutgoingError.DEFERRED)
