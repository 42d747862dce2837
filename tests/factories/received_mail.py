"""Messages as the receiving server delivers them, and settings for automatic replies."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from pytest_django import Settings

from hotline.intake.email.sandbox import parse_message
from hotline.intake.email.types import ParsedMail

OURS = "mx.hotline.test"
SENDER = "ana@sender.example"
PASSED = f"{OURS}; dmarc=pass header.from=sender.example"


def received(
    *,
    sender: str = SENDER,
    results: str | None = PASSED,
    to: str = "prijava@hotline.test",
    message_id: str = "1@sender.example",
    text: str = "На овој страници прете деци: https://forum.example.org/a",
    subject: str = "Помоћ",
    attached: tuple[tuple[str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """A message with what our server adds on receipt above it. Further header lines by name, `_` for `-`."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{message_id}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    top = f"Received: by {OURS} with LMTP; Mon, 2 Mar 2026 10:00:00 +0000\r\n"
    if results is not None:
        top += f"Authentication-Results: {results}\r\n"
    return (
        f"{top}Received: from sender.example by {OURS} with ESMTPS; Mon, 2 Mar 2026 10:00:00 +0000\r\n".encode()
        + bytes(message)
    )


def parsed(raw: bytes | None = None, **options: object) -> ParsedMail:
    """The same, read."""
    return parse_message(raw if raw is not None else received(**options))  # type: ignore[arg-type]


@pytest.fixture
def mail_settings(settings: Settings) -> Settings:
    """A hotline that receives by OURS and answers; its mail server does not listen."""
    settings.MAIL_ADDRESS = "prijava@hotline.test"
    settings.MAIL_AUTHSERV_ID = OURS
    settings.MAIL_SECRET = "a secret of thirty-two characters"
    settings.MAIL_SMTP_URL = "smtp://127.0.0.1:1"
    settings.SITE_URL = "https://portal.example.org"
    return settings
