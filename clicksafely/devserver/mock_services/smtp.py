"""A real SMTP server on loopback that records messages, or misbehaves on request, and the notifications of their delivery."""

import asyncio
import logging
import threading
import zlib
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from clicksafely.devserver.mock_services.certificates import HOST, Certificate

# The server logs its input, which would disturb tests of the portal's own logs.
logging.getLogger("mail.log").setLevel(logging.ERROR)
USER, PASSWORD = "post@example.test", "letters: 7/8"
_BOUNDARY = "B.1"


@dataclass(frozen=True)
class Letter:
    """A received message with its envelope."""

    sender: str
    recipients: list[str]
    content: bytes
    greeting: str
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        message = message_from_bytes(self.content, policy=default)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def text(self) -> str:
        """The text, decoded."""
        return str(self.message.get_content())


@dataclass
class SmtpSink:
    """A context manager. `scheme` is that of its URL. `login`: a required (name, password).

    `answers` are single-use replies in place of success: ("MAIL" | "RCPT" | "DATA" | "TEXT", line). "drop" closes the
    connection, "hang" does not reply before `release()`, and "drip" sends one digit after another until then. `tried`
    counts the recipients that were tried.
    """

    certificate: Certificate | None = None
    scheme: str = "smtp"
    login: bool = False
    answers: list[tuple[str, str]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    # "drop" at TEXT after the message was recorded: the sender cannot know that it arrived.
    accepts_then_drops: bool = False
    # Local parts of unknown addresses.
    unknown: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._released = threading.Event()

    def __enter__(self) -> "SmtpSink":
        context = self.certificate.server_context() if self.certificate and self.scheme != "smtp" else None
        self._controller = _Controller(
            _Handler(self),
            hostname=HOST,
            port=0,
            ready_timeout=60,
            ssl_context=context if self.scheme == "smtps" else None,
            tls_context=context if self.scheme == "smtp+tls" else None,
            require_starttls=self.scheme == "smtp+tls",
            authenticator=_authenticate if self.login else None,
            # Checked by the handler, because the server warns of unencrypted logins and does not support implicit TLS.
            auth_require_tls=False,
        )
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.release()
        self._controller.abort_connections()
        self._controller.stop()

    @property
    def port(self) -> int:
        """The port that the system chose."""
        port: int = self._controller.port
        return port

    @property
    def url(self) -> str:
        """The value of MAIL_SMTP_URL."""
        who = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}@" if self.login else ""
        return f"{self.scheme}://{who}{HOST}:{self.port}"

    def release(self) -> None:
        """Release hanging connections."""
        self._released.set()

    def answer(self, stage: str) -> str | None:
        """Return the reply at `stage`, if it is not success."""
        for place, (at, line) in enumerate(self.answers):
            if at == stage:
                del self.answers[place]
                return line
        return None


class _Controller(Controller):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.connections: list[SMTP] = []

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]

    def factory(self) -> SMTP:
        connection = SMTP(self.handler, **self.SMTP_kwargs)
        self.connections.append(connection)
        return connection

    def abort_connections(self) -> None:
        """Close the connections that clients left open, which stopping the server does not."""

        async def abort() -> None:
            for connection in self.connections:
                if connection.transport is not None:
                    _transport(connection).abort()
            # The event loop closes their sockets after this step.
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(abort(), self.loop).result()


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self.sink = sink

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        if self.sink.login and not session.authenticated:
            return "530 sign in first"
        envelope.mail_from = address
        return await self._say("MAIL", server) or "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        self.sink.tried.append(address)
        if address.partition("@")[0] in self.sink.unknown:
            return "550 5.1.1 there is no such mailbox"
        if answer := await self._say("RCPT", server):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        letter = Letter(
            sender=envelope.mail_from or "",
            recipients=list(envelope.rcpt_tos),
            content=content,
            greeting=str(session.host_name),
            encrypted=_transport(server).get_extra_info("sslcontext") is not None,
        )
        if self.sink.accepts_then_drops:
            self.sink.letters.append(letter)
        if answer := await self._say("TEXT", server):
            return answer
        if not self.sink.accepts_then_drops:
            self.sink.letters.append(letter)
        return "250 OK"

    async def _say(self, stage: str, server: SMTP) -> str | None:
        answer = self.sink.answer(stage)
        if answer == "hang":
            await server.loop.run_in_executor(None, self.sink._released.wait)
            return None
        if answer == "drip":
            while not self.sink._released.is_set() and not _transport(server).is_closing():
                _transport(server).write(b"2")
                await asyncio.sleep(0.02)
            return None
        if answer == "drop":
            _transport(server).abort()
            return "421 gone"
        return answer


def _transport(server: SMTP) -> asyncio.Transport:
    assert isinstance(server.transport, asyncio.Transport)
    return server.transport


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = LoginPassword(login=USER.encode(), password=PASSWORD.encode())
    return AuthResult(success=data == right, handled=False)


def delivery_notice(
    letter: Letter, *, to: str = "", action: str = "failed", status: str = "5.1.1", headers: bool = True
) -> bytes:
    """Return a delivery status notification (RFC 3464) in the format of Postfix about the first recipient, with the headers of the message.

    It is addressed to the envelope sender or to `to`.
    """
    recipient = letter.recipients[0]
    reason = "unknown user" if action == "failed" else "Connection timed out"
    parts = [
        "Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        f"This is the mail system at host mx.example.net.\r\n\r\n<{recipient}>: host mx.example.net said: {reason}\r\n",
        "Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nOriginal-Recipient: rfc822;{recipient}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 {reason}\r\n",
    ]
    if headers:
        original = letter.content.split(b"\r\n\r\n", 1)[0].decode()
        parts.append(
            f"Content-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\n{original}\r\n"
        )
    body = "".join(f"--{_BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{_BOUNDARY}--\r\n"
    return (
        "Return-Path: <>\r\n"
        "From: MAILER-DAEMON@mx.example.net (Mail Delivery System)\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        f"To: {to or letter.sender}\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "MIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{_BOUNDARY}"\r\n'
        "Date: Mon, 2 Mar 2026 13:00:00 +0000\r\n"
        f"Message-Id: <{zlib.crc32((to + body).encode()):08x}@mx.example.net>\r\n\r\n{body}"
    ).encode()
