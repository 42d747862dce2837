"""What the tests of parsing share."""

import hashlib

from clicksafely.devserver.mock_services.generated_messages import picture
from hotline.intake.email.sandbox import parse_message
from hotline.intake.email.types import ParsedMail

HEAD = (
    b"From: Ana <ana@example.org>\nTo: prijava@netpatrola.test\nSubject: Prijava\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n"
    b"Message-ID: <1@example.org>\nMIME-Version: 1.0\n"
)
PNG, JPEG = picture(1), picture(2, "JPEG")


def parsed(body: bytes, *, head: bytes = HEAD) -> ParsedMail:
    """The message of these header lines, which `body` goes on with."""
    return parse_message(head + body)


def addresses(mail: ParsedMail) -> list[str]:
    """What it names."""
    return [location.canonical for location in mail.extraction.locations]


def hashes(mail: ParsedMail) -> list[bytes | None]:
    """SHA-256 of its files."""
    return [file.sha256 for file in mail.files]


def sha256(*files: bytes) -> list[bytes]:
    """The same of files at hand."""
    return [hashlib.sha256(file).digest() for file in files]
