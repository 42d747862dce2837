"""Tests of notifications: their recipients and the codes that open the message."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from clicksafely.accounts.models import User
from clicksafely.common.crypto import sealing
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.intake import selectors
from hotline.models import Channel, OutgoingMail, Report, SealedText, TextField
from hotline.outbox import queue
from hotline.outbox.notify_reporter import sole_address
from hotline.review import sealed_content
from tests.factories.hotline import RECEIVED, ReportFactory, seal_text
from tests.factories.outgoing_mail import ADDRESS, mailed_report, receipt_in, receipts_in, run, waiting
from tests.hotline.review.conftest import make_user
from tests.waiting import until

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(db: None) -> User:
    return make_user("first", "analyst")


def reply(report: Report, analyst: User, text: str = "Хвала.") -> None:
    sealed_content.send_reply(report=report, actor=analyst, text=text, now=RECEIVED)


def kinds() -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.order_by("pk").values_list("kind", "state"))


def read(receipt: str) -> list[str]:
    report = selectors.find_case(receipt)
    assert report is not None
    return [message.text for message in selectors.open_thread(report, receipt)]


def test_reporter_with_an_address_is_notified(sink: SmtpSink, analyst: User) -> None:
    report = ReportFactory(contact="  Ana <ana@sender.example>. ")
    reply(report, analyst)
    assert run() == 1
    (letter,) = sink.letters
    assert (letter.recipients, letter.message["Auto-Submitted"], receipts_in(letter)) == (
        [ADDRESS],
        "auto-generated",
        [],
    )
    assert read(report.receipt) == ["Хвала."]


def test_replies_before_delivery_share_one_message(sink: SmtpSink, analyst: User) -> None:
    report = ReportFactory(contact=ADDRESS)
    reply(report, analyst), reply(report, analyst)
    assert kinds() == [("news", "due")]
    run()
    reply(report, analyst)
    assert kinds() == [("news", "sent"), ("news", "due")]


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"contact": "064 123 4567"},
        {"contact": "a@sender.example or b@sender.example"},
        {"contact": ADDRESS, "channel": Channel.EMAIL},
    ],
    ids=["no contact", "no address", "two addresses", "unauthenticated e-mail"],
)
def test_reporter_without_exactly_one_sure_address_is_not_notified(analyst: User, columns: dict[str, str]) -> None:
    reply(ReportFactory(**columns), analyst)
    assert kinds() == []


def test_reporter_without_a_wish_for_an_answer_is_not_notified(analyst: User) -> None:
    report = ReportFactory()
    seal_text(report, TextField.CONTACT, {"contact": ADDRESS, "wants_answer": False})
    reply(report, analyst)
    assert kinds() == []


def test_reply_is_stored_without_a_notification_if_mail_is_off(settings: Settings, analyst: User) -> None:
    settings.MAIL_SMTP_URL = ""
    report = ReportFactory(contact=ADDRESS)
    reply(report, analyst)
    assert (read(report.receipt), kinds()) == (["Хвала."], [])


def test_undecryptable_contact_does_not_prevent_replies(analyst: User) -> None:
    report = ReportFactory(contact=ADDRESS)
    contact = report.texts.get(field="contact")
    SealedText.objects.filter(pk=contact.pk).update(sealed=bytes(contact.sealed)[:-1] + b"\x00\x00")
    reply(report, analyst)
    assert (read(report.receipt), kinds()) == (["Хвала."], [])


def test_answered_email_reporter_is_notified_and_reads_with_that_code(sink: SmtpSink, analyst: User) -> None:
    report = mailed_report()
    waiting(report)
    run()
    reply(report, analyst)
    run()
    answer, news = sink.letters
    assert news.message["Auto-Submitted"] == "auto-generated"
    assert news.message["Reply-To"] == answer.message["Reply-To"]
    assert read(receipt_in(answer)) == ["Хвала."]


def test_news_is_sent_to_the_sender_and_not_to_reply_to(sink: SmtpSink, analyst: User) -> None:
    report = ReportFactory(channel=Channel.EMAIL)
    queue.get_or_create_thread(report=report)
    contact = {"contact": "victim@elsewhere.example", "sender": ADDRESS, "wants_answer": True}
    seal_text(report, TextField.CONTACT, contact)
    reply(report, analyst)
    run()
    assert [letter.recipients for letter in sink.letters] == [[ADDRESS]]


def test_replies_before_the_answer_open_with_its_receipt(sink: SmtpSink, analyst: User) -> None:
    report = mailed_report()
    waiting(report)
    reply(report, analyst)
    reply(report, analyst, "Још нешто.")
    assert kinds() == [("answer", "due")]
    assert run() == 1
    (letter,) = sink.letters
    assert letter.message["Auto-Submitted"] == "auto-replied"
    assert read(receipt_in(letter)) == ["Хвала.", "Још нешто."]


def test_a_receipt_that_never_arrived_cannot_be_replaced_once_something_is_sealed_to_it(
    sink: SmtpSink, analyst: User
) -> None:
    report = mailed_report()
    sink.answers.append(("RCPT", "550 nobody"))
    reply(report, analyst)
    run()
    reply(report, analyst, "Још нешто.")
    run()
    assert kinds() == [("answer", "refused"), ("news", "sent")]
    assert receipts_in(sink.letters[0]) == []


def test_undecryptable_queued_message_does_not_prevent_replies(settings: Settings, analyst: User) -> None:
    report = mailed_report()
    waiting(report)
    settings.MAIL_SECRET = "another secret of the same length"
    reply(report, analyst)
    assert kinds() == [("answer", "due")]
    assert report.messages.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_reply_while_the_answer_is_on_its_way_opens_with_the_receipt_that_arrives_last(sink: SmtpSink) -> None:
    analyst, report = make_user("first", "analyst"), mailed_report()
    waiting(report)
    sink.accepts_then_drops = True
    sink.answers.append(("TEXT", "hang"))

    def send() -> int:
        try:
            return run()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(send)
        until(lambda: sink.letters, what="the first message")
        reply(report, analyst)
        sink.release()
        sent.result()
    run(minutes=5)
    assert len(sink.letters) == 2
    assert read(receipt_in(sink.letters[-1])) == ["Хвала."]


def test_the_process_that_sends_needs_no_private_key(
    settings: Settings, sink: SmtpSink, analyst: User, tmp_path: Path
) -> None:
    report = ReportFactory(contact=ADDRESS)
    reply(report, analyst)
    mail = OutgoingMail.objects.get()
    settings.SEALING_PRIVATE_KEYS = tmp_path / "nothing.json"
    with pytest.raises(sealing.NoPrivateKey):
        sealing.open_sealed(bytes(mail.sealed), ring="hotline", table="x", field="x", row=uuid4())
    assert run() == 1


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Ana <ana@sender.example>", ADDRESS),
        ("mailto:ana@sender.example.", ADDRESS),
        ("мејл: ana@sender.example, увече", ADDRESS),
        ("ana@sender.example ana@sender.example", ADDRESS),
        ("ana@sender.example; b@sender.example", None),
        ("ана@sender.example", None),
        ("@ana", None),
        ("prijava+x@hotline.test", None),
        ("", None),
    ],
)
def test_sole_address_is_extracted_from_the_contact(typed: str, address: str | None) -> None:
    assert sole_address(typed) == address
