"""Tests with a real worker: a message, its reply with the code, an answer, the notification, a reply by e-mail."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from clicksafely.celery import app
from clicksafely.common.crypto import receipts
from clicksafely.common.logs import PrivateFormatter
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.intake.email.services import ingest_message
from hotline.models import Message, OutgoingMail
from hotline.outbox.delivery import send_due_mail
from hotline.outbox.tasks import send_mail
from hotline.review import sealed_content
from tests.factories.outgoing_mail import receipt_in
from tests.factories.received_mail import received
from tests.hotline.intake.journey import Reporter, html
from tests.hotline.intake.test_traces import database_text, redis_content
from tests.hotline.review.conftest import make_user
from tests.waiting import until
from tests.workers import outside_worker

ADDRESS = "marker.mail.4821@sender.example"
PASSED = "mx.hotline.test; dmarc=pass header.from=sender.example"
SENT = [
    "MAIL_SMTP_URL",
    "MAIL_ADDRESS",
    "MAIL_AUTHSERV_ID",
    "MAIL_SECRET",
    "MAIL_CA_FILE",
    "SITE_URL",
]


@pytest.fixture
def worker(settings: Settings, sink: SmtpSink, tmp_path: Path) -> Iterator[None]:
    """A worker started as in the Procfile, without private keys."""
    with outside_worker(*SENT, PORTAL="public", PRIVATE_KEYS_DIR=str(tmp_path / "absent")):
        yield


@pytest.mark.django_db(transaction=True)
def test_from_a_message_to_the_dialogue(sink: SmtpSink, worker: None) -> None:
    raw = received(sender=ADDRESS, results=PASSED, text="Na ovoj strani prete deci: https://forum.example.org/a")
    report = ingest_message(raw=raw, now=timezone.now()).report
    assert report is not None
    send_mail.apply_async()
    until(lambda: sink.letters, what="the answer")
    until(lambda: OutgoingMail.objects.get().state == "sent", what="its end")
    (answer,) = sink.letters
    reporter, receipt = Reporter("sr-latn"), receipt_in(answer)
    assert "/sr-latn/report/status/" in answer.text
    assert reporter.open(receipt).status_code == 200

    sealed_content.send_reply(
        report=report, actor=make_user("first", "analyst"), text="Где је то било?", now=timezone.now()
    )
    send_mail.apply_async()
    until(lambda: len(sink.letters) == 2, what="the news")
    until(lambda: OutgoingMail.objects.filter(state="sent").count() == 2, what="its end")
    to = str(answer.message["Reply-To"])
    back = received(sender=ADDRESS, results=PASSED, to=to, message_id="2@sender.example", text="U školi.")
    assert ingest_message(raw=back, now=timezone.now()).report == report
    page = html(reporter.open(receipt))
    assert page.index("Где је то било?") < page.index("U školi.")
    assert OutgoingMail.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["sent", "due", "failed"])
def test_neither_address_nor_receipt_is_left_in_clear(
    settings: Settings, sink: SmtpSink, caplog: pytest.LogCaptureFixture, ending: str
) -> None:
    caplog.set_level(logging.DEBUG)
    now = timezone.now()
    sink.accepts_then_drops = True
    sink.answers += [("TEXT", "drop")] if ending != "sent" else []
    report = ingest_message(raw=received(sender=ADDRESS, results=PASSED), now=now).report
    sealed_content.send_reply(report=report, actor=make_user("first", "analyst"), text="Хвала.", now=now)  # type: ignore[arg-type]
    send_mail.apply_async(queue="nobody-listens")
    send_due_mail(now=now, seconds=300)
    if ending == "failed":
        settings.MAIL_SECRET = "another secret of the same length"
        send_due_mail(now=now + timedelta(minutes=2), seconds=300)
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.sealed is None) == (ending, ending != "due")
    places = {
        "database": database_text().encode(),
        "redis": redis_content(settings.REDIS_URL),
        "logs": "\n".join(PrivateFormatter().format(record) for record in caplog.records).encode(),
    }
    assert b"hotline.send_mail" in places["redis"]
    assert Message.objects.count() == 1
    (letter,) = sink.letters
    receipt = receipt_in(letter)
    markers = [ADDRESS, "marker.mail.4821", receipt, receipts.format_receipt(receipt), receipt.lower()]
    for where, content in places.items():
        for marker in markers:
            assert marker.encode() not in content, f"{marker} in {where}"
            assert marker.encode().hex().encode() not in content.lower(), f"{marker} in {where}, as hexadecimal digits"
        assert receipts.receipt_bytes(receipt) not in content
        assert receipts.receipt_bytes(receipt).hex().encode() not in content
    with app.connection_for_write() as broker:
        broker.default_channel.queue_purge("nobody-listens")
