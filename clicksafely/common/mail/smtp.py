"""SMTP delivery: one connection per run, encrypted and verified, or local."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from django.conf import settings

from clicksafely.common.mail.addresses import is_deliverable
from clicksafely.common.mail.errors import SERVER_ERRORS, SmtpErrorCode
from clicksafely.common.mail.smtp_settings import SmtpSettings
from clicksafely.common.queue.outgoing import SendError

# Timeouts in seconds, for each response and for the one to the whole message (RFC 5321, 4.5.3.2, allows minutes; the message may then
# have been delivered).
ANSWER_SECONDS = 10
ACCEPT_SECONDS = 60
# Timeout of a slow response as a whole.
MESSAGE_SECONDS = 120
_OK, _GO_ON, _PERMANENT = 200, 300, 500


class DeliveryError(SendError):
    """The server did not accept a message, or its response is unknown.

    `code` is the server's reply code (RFC 5321, 4.2), 0 without one.
    """

    def __init__(self, trouble: SmtpErrorCode, *, final: bool = False, code: int = 0) -> None:
        super().__init__(trouble.value, final=final, server=trouble in SERVER_ERRORS)
        self.trouble = trouble
        self.code = code


class SmtpConnection:
    """Context manager of a connection, opened for the first message and again after every failure.

    `name` is our name in EHLO: the domain of the sender's address.
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

    def deliver(self, *, sender: str, recipient: str, write: Callable[[], bytes | None]) -> bool:
        """Deliver one message; return True once the server has accepted it.

        `write` is called after the server has accepted both addresses, so that rejected or deferred messages cost
        nothing. It returns the message with CRLF line ends. None cancels it, and the result is False. Takes a minute at
        most for a connection, then MESSAGE_SECONDS. Raises DeliveryError.

        Django's mail backends send in one step and raise unspecific errors. Here, every failure has a code.
        """
        if not is_deliverable(recipient):
            raise DeliveryError(SmtpErrorCode.RECIPIENT, final=True)
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
        """Return the response. The library accepts half a line of a closed connection as a response; here it raises TimeoutError."""
        if self._overdue:
            raise TimeoutError
        return answer

    def _cut(self, smtp: smtplib.SMTP) -> None:
        self._overdue = True
        with suppress(OSError, AttributeError):
            # Not SSLSocket's own method, which would wait for the reading thread.
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
    """Return a connection after greeting, TLS and login."""
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
    """Return the trusted authorities, cached: reading them takes longer than sending a message."""
    return ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)


def _expect(answer: tuple[int, bytes], refused: SmtpErrorCode, *, final: bool) -> None:
    """Raise unless the response is positive; a 4yz response always means a temporary failure (RFC 5321, 4.2.1)."""
    code, _text = answer
    if _OK <= code < _GO_ON:
        return
    if code >= _PERMANENT:
        raise DeliveryError(refused, final=final, code=code)
    raise DeliveryError(SmtpErrorCode.DEFERRED, code=code)
