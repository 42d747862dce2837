"""Invented messages for the mailboxes of a demonstration, with new Message-IDs at every start."""

import random
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import uuid4

from clicksafely.devserver.mock_services.generated_messages import make_messages

# The receiving server whose authentication results the portal trusts.
AUTHSERV_ID = "mx.hotline.example.test"
ADDRESS = "prijava@hotline.example.test"
EVENTS_ADDRESS = "dogadjaji@centar.example.test"

# Sender, subject, text. The first four have an authentication result that the portal trusts.
WRITTEN = (
    (
        "Милица Примерић <milica@example.org>",
        "Лажни налог",
        "Неко је отворио налог са мојим именом: https://profil.example.org/lazni-2",
    ),
    ("jovan@example.net", "Prijava", "Zdravo, u ovoj temi se poziva na nasilje: hxxps://forum[.]example[.]net/tema/88"),
    ("sam@example.com", "Report", "Please look at album.example.org/a/301 and https://cdn.example.net/x/10"),
    (
        "ana@example.org",
        "(без предмета)",
        "Ово је рекла другарица: video.example.org/v/2, а има и на https://tih.example.org/",
    ),
    ("neko@example.org", "Пријава", "Пошиљалац који није проверен; пријава је ипак ту: https://kvar.example.org/1"),
    ("neko2@example.org", "krug", "Adresa se vrti u krug: https://krug.example.org/"),
    ("neko3@example.org", "nema", "Ova adresa više ne postoji: https://nema.example.org/"),
)


def demonstration_messages() -> list[bytes]:
    """Seven ordinary messages and five unusual ones."""
    return [*(_written(number) for number in range(len(WRITTEN))), *make_messages(5, seed=random.randrange(10**6))]


def answer_to_events() -> bytes:
    """Return a school's reply to a booking confirmation, for the staff who read that mailbox."""
    message = EmailMessage()
    message["From"], message["To"] = "Учитељица Јелена <jelena@skola.example.org>", EVENTS_ADDRESS
    message["Subject"], message["Date"] = "Одг: Радионица", format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{uuid4()}@skola.example.org>"
    message.set_content("Хвала на потврди. Биће нас двадесет осморо; имате ли пројектор?")
    return bytes(message)


def _written(number: int) -> bytes:
    sender, subject, text = WRITTEN[number]
    message = EmailMessage()
    domain = sender.rstrip(">").rpartition("@")[2]
    if number < 4:
        message["Authentication-Results"] = (
            f"{AUTHSERV_ID}; dmarc=pass header.from={domain}; dkim=pass header.d={domain}"
        )
    message["From"], message["To"], message["Subject"] = sender, ADDRESS, subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{uuid4()}@{domain}>"
    message.set_content(text)
    return bytes(message)
