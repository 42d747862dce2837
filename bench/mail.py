"""M1: e-mail intake, alone and from a mailbox, against parsing with the standard library, sealing and one INSERT each."""

import email
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg2
from django.test import override_settings
from django.utils import timezone

from bench.environment import BenchEnvironment
from bench.figures import Figure, at_least
from bench.load import ROUNDS, BenchError, say
from clicksafely.common.crypto import sealing
from clicksafely.devserver.mock_services.certificates import make_certificate
from clicksafely.devserver.mock_services.generated_messages import make_messages
from clicksafely.devserver.mock_services.imap import ImapServer
from hotline.intake.email.mailbox_reader import fetch_mail
from hotline.intake.email.services import ingest_message
from hotline.models import IncomingMail

MESSAGES = 400
BAR, MAILBOX_BAR = 0.15, 0.1


def measure(environment: BenchEnvironment) -> list[Figure]:
    """Each message once, of every kind, a third of them broken."""
    with TemporaryDirectory() as folder, ImapServer(make_certificate(Path(folder))) as server:
        mailbox = {"MAIL_IMAP_URL": server.url, "MAIL_CA_FILE": str(server.ca), "MAIL_RETENTION_DAYS": 0}

        def from_mailbox(messages: list[bytes]) -> float:
            server.append(*messages)
            with override_settings(**mailbox):
                return _rate(messages, _fetch)

        with closing(
            psycopg2.connect(urlsplit(environment.database_url)._replace(path="/floor").geturl())
        ) as connection:
            connection.autocommit = True
            store = partial(_store, connection)
            return [
                _compare("messages taken in", store, lambda messages: _rate(messages, _ingest), BAR, 1),
                _compare("messages out of a mailbox", store, from_mailbox, MAILBOX_BAR, 100),
            ]


def _compare(
    what: str, store: Callable[[list[bytes]], None], rate: Callable[[list[bytes]], float], bar: float, seed: int
) -> Figure:
    rates, ratios = [], []
    floors = [_rate(make_messages(MESSAGES, seed=seed), store)]
    for number in range(1, ROUNDS + 1):
        messages = make_messages(MESSAGES, seed=seed + number)
        rates.append(rate(messages))
        floors.append(_rate(messages, store))
        ratios.append(rates[-1] / statistics.mean(floors[-2:]))
        say(f"  {what}, round {number}: {rates[-1]:,.0f}/s, floor {floors[-1]:,.0f}/s, ratio {ratios[-1]:.2f}")
    value, floor, ratio = statistics.median(rates), statistics.median(floors), statistics.median(ratios)
    return at_least("M1", what, value, floor, ratio, bar)


def _rate(messages: list[bytes], take: Callable[[list[bytes]], None]) -> float:
    start = time.monotonic()
    take(messages)
    return len(messages) / (time.monotonic() - start)


def _store(connection: Any, messages: list[bytes]) -> None:
    """The minimum: parse with the standard library, seal three parts as for a report, insert a row and commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS message (id uuid PRIMARY KEY, sender bytea, headers bytea, body bytea)"
        )
        for raw in messages:
            message, row = email.message_from_bytes(raw), uuid4()
            parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
            body = b"\n".join(bytes(part.get_payload(decode=True) or b"") for part in parts)
            headers = "\n".join(f"{name}: {value}" for name, value in message.items()).encode(errors="replace")
            sender = str(message["From"]).encode(errors="replace")
            sealed = [
                sealing.seal(plain, ring="hotline", table="message", field=field, row=row)
                for field, plain in (("sender", sender), ("headers", headers), ("body", body))
            ]
            cursor.execute(
                "INSERT INTO message (id, sender, headers, body) VALUES (%s, %s, %s, %s)", [str(row), *sealed]
            )


def _ingest(messages: list[bytes]) -> None:
    for raw in messages:
        ingest_message(raw=raw, now=timezone.now())


def _fetch(messages: list[bytes]) -> None:
    remaining, before = 1, IncomingMail.objects.count()
    while remaining:
        outcome = fetch_mail()
        remaining = outcome.remaining
        if outcome.error or outcome.busy:
            raise BenchError(f"The mailbox cannot be read: {outcome}.")
    if IncomingMail.objects.count() == before:
        raise BenchError("No message was imported.")
