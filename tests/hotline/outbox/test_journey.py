"""Neither addresses nor receipts of reporters are left in clear."""

import logging
from datetime import timedelta

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
from tests.hotline.intake.test_traces import database_text, redis_content
from tests.hotline.review.conftest import make_user

ADDRESS = "marker.mail.4821@sender.example"
PASSED = "mx.hotline.test; dmarc=pass header.from=sender.example"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ending", ["sent", "failed"])
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
    assert (mail.state, mail.sealed) == (ending, None)
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
