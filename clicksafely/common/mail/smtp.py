"""Handing messages over to the mail server: one connection for as many as a run has. Encrypted and verified, or on this machine.

Django's mail backends send in one go and raise what they meet. Here a message may be written between the server's yes to the addresses and
its text, so that nothing is drawn or spent for one that is refused or put off, and every no has its name.
"""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

from django.conf import settings

from clicksafely.common.mail.addresses import is_deliverable
from clicksafely.common.mail.errors import SERVER_ERRORS, SmtpErrorCode
from clicksafely.common.mail.smtp_settings import SmtpSettings

# Seconds that each answer may take, and the one to the whole text (RFC 5321, 4.5.3.2, allows minutes; then it may have arrived).
ANSWER_SECONDS = 10
ACCEPT_SECONDS = 60
# A server that drips its answers on is cut off after so long.
MESSAGE_SECONDS = 120
_OK, _DONE, _GO_ON, _PERMANENT = 200, 250, 300, 500


class DeliveryError(Exception):
    """The server did not take a message over, or it is not known whether it did. `final`: asking again is of no use.

    `code` is the server's reply code (RFC 5321, 4.2), 0 where it gave none.
    """

    def __init__(self, trouble: SmtpErrorCode, *, final: bool = False, code: int = 0) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble
        self.final = final
        self.code = code


class DeliveryOutcome(StrEnum):
    """What became of a message that was handed over."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good: the same message to the same address will be refused again
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class DeliveryResult:
    """The server's answer to one message. `trouble` says why it is not accepted; `code` is the reply code, 0 where there was none."""

    outcome: DeliveryOutcome
    trouble: SmtpErrorCode | None = None
    code: int = 0

    @property
    def is_accepted(self) -> bool:
        """Whether the server has the message; what happens to it then, a bounce may tell."""
        return self.outcome is DeliveryOutcome.ACCEPTED

    @property
    def stops(self) -> bool:
        """Whether the server itself cannot be used: the next message would fare no better, it should rest for some minutes."""
        return self.trouble in SERVER_ERRORS


class SmtpConnection:
    """A context manager around the connection, which is made at the first message and again after every failure.

    `name` is what we call ourselves: the domain of the address that is written from.
    """

    def __init__(self, server: SmtpSettings, *, name: str) -> None:
        self._server = server
        self._name = name
        self._smtp: smtplib.SMTP | None = None
        self._overdue = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def hand_over(self, message: bytes, *, sender: str, recipient: str) -> DeliveryResult:
        """Hand one message over, CRLF at its line ends, from an envelope sender to one recipient. Whatever the server does is a verdict.

        Takes a minute at most for a connection, then MESSAGE_SECONDS.
        """
        if not is_deliverable(recipient):
            return DeliveryResult(outcome=DeliveryOutcome.REFUSED, trouble=SmtpErrorCode.RECIPIENT)
        try:
            self.deliver(sender=sender, recipient=recipient, write=lambda: message)
        except DeliveryError as no:
            outcome = DeliveryOutcome.REFUSED if no.final else DeliveryOutcome.LATER
            return DeliveryResult(outcome=outcome, trouble=no.trouble, code=no.code)
        return DeliveryResult(outcome=DeliveryOutcome.ACCEPTED, code=_DONE)

    def deliver(self, *, sender: str, recipient: str, write: Callable[[], bytes | None]) -> bool:
        """Hand one message over; True once the server has it.

        `write` is called when the server has taken both addresses, and returns the message; None: it is not to be sent after all, and
        False comes back. Raises Undelivered.
        """
        smtp = self._smtp or self._connect()
        self._overdue = False
        timer = threading.Timer(MESSAGE_SECONDS, self._cut, [smtp])
        timer.daemon = True
        timer.start()
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
        finally:
            timer.cancel()
        return True

    def _connect(self) -> smtplib.SMTP:
        try:
            smtp = _connected(self._server, self._name)
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryError(SmtpErrorCode.LOGIN, code=error.smtp_code) from error
        except (ssl.SSLError, smtplib.SMTPNotSupportedError) as error:
            raise DeliveryError(SmtpErrorCode.ENCRYPTION) from error
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise DeliveryError(SmtpErrorCode.UNREACHABLE) from error
        self._smtp = smtp
        return smtp

    def _announce(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
        try:
            _expect(self._in_time(smtp.mail(sender)), SmtpErrorCode.SENDER, final=False)
            _expect(self._in_time(smtp.rcpt(recipient)), SmtpErrorCode.RECIPIENT, final=True)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(SmtpErrorCode.UNREACHABLE) from error

    def _hand_over(self, smtp: smtplib.SMTP, text: bytes) -> None:
        try:
            if smtp.sock:
                smtp.sock.settimeout(ACCEPT_SECONDS)
            answer = self._in_time(smtp.data(text))
            if smtp.sock:
                smtp.sock.settimeout(ANSWER_SECONDS)
        except smtplib.SMTPDataError as refusal:
            answer = refusal.smtp_code, b""
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(SmtpErrorCode.LOST) from error
        _expect(answer, SmtpErrorCode.CONTENT, final=True)

    def _in_time(self, answer: tuple[int, bytes]) -> tuple[int, bytes]:
        """The answer; half a line, which is what there is when the line was cut, the library takes for one. Raises TimeoutError."""
        if self._overdue:
            raise TimeoutError
        return answer

    def _cut(self, smtp: smtplib.SMTP) -> None:
        self._overdue = True
        with suppress(OSError, AttributeError):
            # Not SSLSocket's own, which would wait for the thread that reads.
            socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)  # type: ignore[arg-type]

    def _leave(self) -> None:
        if self._smtp:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._drop()

    def _drop(self) -> None:
        if self._smtp:
            self._smtp.close()
            self._smtp = None


def _connected(server: SmtpSettings, name: str) -> smtplib.SMTP:
    """Greeted, encrypted and signed in."""
    smtp: smtplib.SMTP
    if server.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=name, timeout=ANSWER_SECONDS, context=_authorities()
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, local_hostname=name, timeout=ANSWER_SECONDS)
    try:
        if server.scheme == "smtp+tls":
            smtp.starttls(context=_authorities())
        smtp.ehlo_or_helo_if_needed()
        if server.username:
            smtp.login(server.username, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _authorities() -> ssl.SSLContext:
    """Whose word about the server is taken; reading them all takes longer than handing over a letter."""
    return ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)


def _expect(answer: tuple[int, bytes], refused: SmtpErrorCode, *, final: bool) -> None:
    """Pass where the server says yes; a 4yz answer means later, whatever it was to (RFC 5321, 4.2.1)."""
    code, _said = answer
    if _OK <= code < _GO_ON:
        return
    if code >= _PERMANENT:
        raise DeliveryError(refused, final=final, code=code)
    raise DeliveryError(SmtpErrorCode.DEFERRED, code=code)
