"""Tests of the queue: threads, codes, counts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from clicksafely.common.crypto import receipts
from hotline.intake import selectors
from hotline.models import Channel, MailThread, OutgoingKind, OutgoingMail, ReplyCount, Report
from hotline.outbox import address_encryption, queue
from hotline.outbox.address_encryption import Envelope
from tests.factories.hotline import RECEIVED, ReportFactory, make_message
from tests.factories.outgoing_mail import ADDRESS, mailed_report, waiting

pytestmark = pytest.mark.django_db


def test_a_report_has_one_thread_with_eighty_random_bits() -> None:
    report, other = ReportFactory(), ReportFactory()
    threads = [queue.get_or_create_thread(report=each) for each in (report, report, other)]
    assert threads[0] == threads[1]
    assert threads[0].tag != threads[2].tag
    assert all(receipts.normalise_receipt(thread.tag) == thread.tag for thread in threads)
    with pytest.raises(IntegrityError, match="tag"), transaction.atomic():
        MailThread.objects.create(report=ReportFactory(), tag=threads[0].tag)


def test_a_new_receipt_opens_the_report_and_the_old_one_does_not() -> None:
    report = mailed_report()
    old, other = report.receipt, ReportFactory()
    minted = queue.issue_receipt(report=report)
    assert (selectors.find_case(minted), selectors.find_case(old)) == (report, None)
    assert selectors.find_case(other.receipt) == other
    stored_report = Report.objects.get(pk=report.pk)
    make_message(stored_report, "Хвала.")
    assert [message.text for message in selectors.open_thread(stored_report, minted or "")] == ["Хвала."]


def test_no_new_receipt_while_something_is_sealed_to_the_present_one() -> None:
    report = mailed_report()
    make_message(report, "Хвала.")
    before = Report.objects.filter(pk=report.pk).values().get()
    assert queue.issue_receipt(report=report) is None
    assert Report.objects.filter(pk=report.pk).values().get() == before
    assert [message.text for message in selectors.open_thread(report, report.receipt)] == ["Хвала."]


def test_a_receipt_is_fixed_once() -> None:
    mail = waiting()
    for _ in range(2):
        queue.assign_receipt(report=mail.report, mail=mail)
    mail.refresh_from_db()
    envelope = address_encryption.open_envelope(bytes(mail.sealed), row=mail.uuid)
    assert selectors.find_case(envelope.receipt) == mail.report
    assert envelope == Envelope(to=ADDRESS, in_reply_to="1@sender.example", receipt=envelope.receipt)


def test_an_odd_message_id_is_left_out() -> None:
    odd = ["1 2@x", "a\r\nBcc: x@example.org", "š@example.org", "x" * 151, "<a@b>", ""]
    for message_id in odd:
        report = mailed_report()
        mail = queue.queue_mail(
            report=report, kind=OutgoingKind.ANSWER, to=ADDRESS, in_reply_to=message_id, now=RECEIVED
        )
        assert address_encryption.open_envelope(bytes(mail.sealed), row=mail.uuid).in_reply_to == ""


def test_a_report_has_at_most_one_due_message() -> None:
    report = mailed_report()
    waiting(report)
    with pytest.raises(IntegrityError, match="one_outgoing_due"), transaction.atomic():
        waiting(report, kind=OutgoingKind.NEWS)


def test_queued_messages_are_erased_and_sent_ones_stay() -> None:
    report, other = mailed_report(), mailed_report()
    gone = waiting(report)
    OutgoingMail.objects.filter(pk=gone.pk).update(state="sent", sealed=None, due_at=None)
    waiting(report)
    other_mail = waiting(other)
    queue.forget_contact(report=report)
    assert list(OutgoingMail.objects.order_by("pk")) == [gone, other_mail]


def test_reporter_has_a_code() -> None:
    mailed, web = mailed_report(), ReportFactory(channel=Channel.WEB)
    assert (queue.has_receipt(report=mailed), queue.has_receipt(report=web)) == (False, True)
    mail = waiting(mailed)
    assert not queue.has_receipt(report=mailed)
    OutgoingMail.objects.filter(pk=mail.pk).update(state="sent", sealed=None, due_at=None, receipt_sent=True)
    assert queue.has_receipt(report=mailed)


def test_three_answers_a_day_for_an_address_however_it_is_written() -> None:
    spellings = [ADDRESS, ADDRESS.upper(), "ana+anything@sender.example", ADDRESS]
    assert [queue.count_answer(address=spelling, now=RECEIVED) for spelling in spellings] == [True, True, True, False]
    assert queue.count_answer(address="other@sender.example", now=RECEIVED)
    # The day is Belgrade's: at 23:30 UTC the next day has begun.
    assert queue.count_answer(address=ADDRESS, now=RECEIVED.replace(hour=23, minute=30))
    assert sorted(ReplyCount.objects.values_list("day", "count")) == [
        (RECEIVED.date(), 1),
        (RECEIVED.date(), 3),
        (RECEIVED.date() + timedelta(days=1), 1),
    ]


def test_counts_of_earlier_days_are_deleted() -> None:
    for days in (-1, 0):
        queue.count_answer(address=ADDRESS, now=RECEIVED + timedelta(days=days))
    queue.sweep_counts(now=RECEIVED)
    assert [count.day for count in ReplyCount.objects.all()] == [RECEIVED.date()]


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ({"kind": "letter"}, "outgoing_kind_known"),
        ({"state": "lost", "sealed": None, "due_at": None}, "outgoing_state_known"),
        ({"sealed": None}, "outgoing_address_while_due"),
        ({"due_at": None}, "outgoing_address_while_due"),
        ({"state": "sent"}, "outgoing_address_while_due"),
        ({"state": "sent", "sealed": None}, "outgoing_address_while_due"),
        ({"state": "failed", "sealed": None, "due_at": None}, "outgoing_failure_named"),
        ({"state": "refused", "sealed": None, "due_at": None}, "outgoing_failure_named"),
    ],
)
def test_the_database_refuses_a_message_that_cannot_be(columns: dict[str, object], refusal: str) -> None:
    mail = waiting()
    with pytest.raises(IntegrityError, match=refusal), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(**columns)


@pytest.mark.parametrize("tag", ["", "7k3mq9tzv4hd2xnb", "7K3MQ9TZV4HD2XN", "OK3MQ9TZV4HD2XNB"])
def test_the_database_refuses_malformed_tags(tag: str) -> None:
    with pytest.raises(IntegrityError, match="mail_tag_well_formed"), transaction.atomic():
        MailThread.objects.create(report=ReportFactory(), tag=tag)


@pytest.mark.parametrize("count", [0, 4])
def test_the_database_refuses_a_fourth_answer(count: int) -> None:
    queue.count_answer(address=ADDRESS, now=RECEIVED)
    with pytest.raises(IntegrityError, match="answers_within_limit"), transaction.atomic():
        ReplyCount.objects.update(count=count)
