"""Made-up messages for a demonstration, taken in as real ones are."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from io import BytesIO

from PIL import Image, ImageDraw

from hotline.intake.email.services import ingest_message
from hotline.models import IncomingMail, Report

HOTLINE = "prijava@netpatrola.example.org"


def send_by_mail(*, subject: str, text: str, number: int, now: datetime) -> Report:
    """A report from a made-up address; every second one has a drawing attached, of which only what it is recognised by is kept."""
    message = EmailMessage()
    message["From"] = f"Citalac {number} <citalac{number}@example.net>"
    message["To"] = HOTLINE
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<demonstration-{number}@example.net>"
    message.set_content(text)
    if number % 2:
        message.add_attachment(
            _drawing(number), maintype="image", subtype="png", filename=f"snimak-ekrana-{number}.png"
        )
    report = ingest_message(raw=message.as_bytes(), now=now).report
    if report is None:
        raise ValueError("a message of the demonstration made no report")
    return report


def send_unreadable(*, now: datetime) -> IncomingMail:
    """What came through the mail server without a single header line; it waits for somebody."""
    raw = "Пробао сам са старог телефона, не знам да ли је стигло: forum.example.net/tema/40\n"
    return ingest_message(raw=raw.encode(), now=now)


def _drawing(number: int) -> bytes:
    """A plain shape."""
    image = Image.new("RGB", (120, 80), "#e8ecf7")
    ImageDraw.Draw(image).ellipse((20 + number, 15, 70 + number, 65), fill="#3d5a99")
    png = BytesIO()
    image.save(png, "PNG")
    return png.getvalue()
