"""Tests of delivery runs against a real mail server: sending, retries, failure."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from pytest_django import Settings

from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.intake import selectors, services
from hotline.models import Direction, MailThread, OutgoingMail, Report
from hotline.outbox import queue
from hotline.outbox.config import tagged_address
from hotline.outbox.delivery import send_due_mail
from tests.factories.hotline import RECEIVED, make_message
from tests.factories.outgoing_mail import (
    ADDRESS,
    MINUTE,
    delivery_state,
    mailed_report,
    receipt_in,
    receipts_in,
    run,
    waiting,
)
from tests.waiting import until

pytestmark = pytest.mark.django_db


def events(report: Report) -> list[tuple[str, dict[str, object]]]:
    found = AuditEvent.objects.filter(subject_table="hotline_report", subject_id=report.pk).order_by("pk")
    return [(event.action, event.data) for event in found]


def test_an_answer_is_sent_with_a_receipt_that_opens_the_report(sink: SmtpSink) -> None:
    mail = waiting()
    assert run() == 1
    (letter,) = sink.letters
    assert letter.recipients == [ADDRESS]
    assert letter.sender == letter.message["Reply-To"] == tagged_address(mail.report.mail_thread.tag)
    assert selectors.find_case(receipt_in(letter)) == mail.report
    assert selectors.find_case(mail.report.receipt) is None
    assert delivery_state(mail) == ("sent", "", 1)
    assert (mail.sealed, mail.due_at, mail.receipt_sent) == (None, None, True)
    assert events(mail.report) == [("mail.sent", {"mail": mail.pk, "kind": "answer"})]
    assert run(minutes=10) == 0


def test_many_are_sent_in_one_run_the_oldest_first(sink: SmtpSink) -> None:
    mails = [waiting(to=f"{number}@sender.example") for number in range(5)]
    OutgoingMail.objects.filter(pk=mails[3].pk).update(due_at=RECEIVED - MINUTE)
    assert run() == 5
    assert [letter.recipients[0][0] for letter in sink.letters] == ["3", "0", "1", "2", "4"]


def test_a_run_ends_when_its_time_is_over(sink: SmtpSink) -> None:
    waiting()
    assert send_due_mail(now=RECEIVED, seconds=0) == 0
    assert sink.tried == []


def test_greylisting_is_retried_and_the_receipt_drawn_on_acceptance(sink: SmtpSink) -> None:
    report = mailed_report()
    mail = waiting(report)
    sink.answers += [("RCPT", "450 greylisted")] * 2
    assert run() == 0
    assert delivery_state(mail) == ("due", "deferred", 1)
    assert selectors.find_case(report.receipt) == report
    assert (run(minutes=1), run(minutes=2), run(minutes=5), run(minutes=6)) == (0, 0, 0, 1)
    assert delivery_state(mail) == ("sent", "", 3)
    assert len(sink.letters) == 1


def test_pauses_grow_up_to_an_hour(sink: SmtpSink) -> None:
    mail, now, pauses = waiting(), RECEIVED, []
    for _ in range(9):
        sink.answers.append(("RCPT", "450 later"))
        send_due_mail(now=now, seconds=300)
        mail.refresh_from_db()
        pauses.append((mail.due_at - now) / MINUTE)
        now = mail.due_at
    longest = [2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert all(most * 0.8 <= pause <= most for pause, most in zip(pauses, longest, strict=True))


def test_after_three_days_it_fails_and_the_address_is_erased(sink: SmtpSink) -> None:
    mail = waiting()
    sink.answers += [("RCPT", "450 later")] * 3
    assert run() == 0
    assert delivery_state(mail) == ("due", "deferred", 1)
    assert run(minutes=3 * 24 * 60 - 1) == 0
    assert (delivery_state(mail), mail.failing_since) == (("due", "deferred", 2), RECEIVED)
    assert run(minutes=3 * 24 * 60 + 5) == 0
    assert delivery_state(mail) == ("failed", "deferred", 3)
    assert (mail.sealed, mail.failing_since) == (None, None)
    assert events(mail.report) == [("mail.failed", {"mail": mail.pk, "kind": "answer", "error": "deferred"})]
    assert run(minutes=5 * 24 * 60) == 0


@pytest.mark.parametrize(
    ("answer", "error"), [(("RCPT", "550 nobody"), "recipient"), (("TEXT", "554 spam"), "content")]
)
def test_a_permanent_error_is_not_retried(sink: SmtpSink, answer: tuple[str, str], error: str) -> None:
    mail, other = waiting(), waiting()
    sink.answers.append(answer)
    assert run() == 1
    assert (delivery_state(mail), delivery_state(other)[0]) == (("refused", error, 1), "sent")
    assert mail.sealed is None
    assert events(mail.report) == [("mail.failed", {"mail": mail.pk, "kind": "answer", "error": error})]


def test_unreachable_server_pauses_the_queue_without_an_attempt(settings: Settings, sink: SmtpSink) -> None:
    first, second = waiting(), waiting()
    living, settings.MAIL_SMTP_URL = settings.MAIL_SMTP_URL, "smtp://127.0.0.1:1"
    assert run() == 0
    assert (delivery_state(first), delivery_state(second)) == (("due", "unreachable", 1), ("due", "", 0))
    settings.MAIL_SMTP_URL = living
    third = waiting()
    assert (run(minutes=1), run(minutes=4)) == (0, 0)
    assert sink.tried == []
    assert run(minutes=5) == 3
    assert [delivery_state(mail)[0] for mail in (first, second, third)] == ["sent"] * 3


@pytest.mark.parametrize("answer", [("MAIL", "550 not from you"), ("MAIL", "drop")])
def test_a_server_that_does_not_want_us_is_left_alone(sink: SmtpSink, answer: tuple[str, str]) -> None:
    waiting(), waiting()
    sink.answers += [answer]
    assert (run(), run(minutes=4), run(minutes=5)) == (0, 0, 2)


def test_a_possibly_lost_answer_is_sent_again_with_a_new_receipt(
    sink: SmtpSink,
) -> None:
    mail = waiting()
    sink.accepts_then_drops = True
    sink.answers.append(("TEXT", "drop"))
    assert run() == 0
    assert delivery_state(mail) == ("due", "lost", 1)
    assert run(minutes=2) == 1
    first, last = map(receipt_in, sink.letters)
    assert (selectors.find_case(first), selectors.find_case(last)) == (None, mail.report)
    assert delivery_state(mail) == ("sent", "", 2)


def test_answer_is_not_repeated_after_a_reply(sink: SmtpSink) -> None:
    mail = waiting()
    sink.accepts_then_drops = True
    sink.answers.append(("TEXT", "drop"))
    run()
    services.add_reporter_message(report=mail.report, text="Још нешто.", row=mail.uuid, now=RECEIVED)
    assert run(minutes=2) == 0
    assert (delivery_state(mail), mail.receipt_sent) == (("sent", "", 2), True)
    (letter,) = sink.letters
    report = selectors.find_case(receipt_in(letter))
    assert report == mail.report
    assert [message.text for message in selectors.open_thread(report, receipt_in(letter))] == ["Још нешто."]


def test_answer_without_a_code_has_no_receipt(sink: SmtpSink) -> None:
    report = mailed_report()
    mail = waiting(report)
    make_message(report, "Хвала.", direction=Direction.HOTLINE)
    assert run() == 1
    assert delivery_state(mail) == ("sent", "", 1)
    assert (mail.receipt_sent, queue.has_receipt(report=report)) == (False, False)
    assert selectors.find_case(report.receipt) == report
    assert receipts_in(sink.letters[0]) == []


def test_an_assigned_receipt_is_sent_in_every_attempt(sink: SmtpSink) -> None:
    mail = waiting()
    queue.assign_receipt(report=mail.report, mail=mail)
    report = Report.objects.get(pk=mail.report_id)
    make_message(report, "Хвала.")
    sink.accepts_then_drops = True
    sink.answers.append(("TEXT", "drop"))
    assert (run(), run(minutes=2)) == (0, 1)
    first, last = map(receipt_in, sink.letters)
    assert first == last
    assert [message.text for message in selectors.open_thread(report, last)] == ["Хвала."]


def test_a_run_that_was_killed_leaves_its_message_to_a_later_one(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, other = waiting(), waiting()

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(SmtpConnection, "deliver", die)
        with pytest.raises(Killed):
            run()
    assert (delivery_state(mail), delivery_state(other)) == (("due", "interrupted", 1), ("due", "", 0))
    # Until then another run may be sending it.
    assert run(minutes=4) == 0
    assert run(minutes=5) == 2
    assert delivery_state(mail) == ("sent", "", 2)


def test_invalid_address_is_refused_at_once(sink: SmtpSink) -> None:
    mail, other = waiting(to="not an address"), waiting()
    assert run() == 1
    assert (delivery_state(mail), delivery_state(other)[0]) == (("refused", "recipient", 1), "sent")


def test_unexpected_error_blocks_no_others_and_fails_in_the_end(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, other = waiting(), waiting()
    get_thread = queue.get_or_create_thread

    def broken(*, report: Report) -> MailThread:
        if report == mail.report:
            raise RuntimeError
        return get_thread(report=report)

    monkeypatch.setattr(queue, "get_or_create_thread", broken)
    assert run() == 1
    assert (delivery_state(mail), delivery_state(other)[0]) == (("due", "unforeseen", 1), "sent")
    # A message queued during the pause is sent at once.
    later = waiting()
    assert run(minutes=1) == 1
    assert delivery_state(later)[0] == "sent"
    assert run(minutes=3 * 24 * 60 + 1) == 0
    assert delivery_state(mail) == ("failed", "unforeseen", 2)


def test_an_address_sealed_under_another_secret_fails_immediately(settings: Settings, sink: SmtpSink) -> None:
    mail = waiting()
    settings.MAIL_SECRET = "another secret of the same length"
    other = waiting()
    assert run() == 1
    assert (delivery_state(mail), delivery_state(other)[0]) == (("failed", "secret", 1), "sent")


def in_another_process[Result](call: Callable[[], Result]) -> Result:
    """Uses its own database connection."""
    try:
        return call()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_contact_withdrawn_during_delivery_gets_no_message(sink: SmtpSink) -> None:
    mail = waiting()
    sink.answers.append(("RCPT", "hang"))
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(in_another_process, run)
        until(lambda: sink.tried, what="the question for the address")
        services.withdraw_contact(report=mail.report, now=RECEIVED)
        sink.release()
        assert sent.result() == 0
    assert sink.letters == []
    assert selectors.find_case(mail.report.receipt) == mail.report


@pytest.mark.django_db(transaction=True)
def test_a_receipt_assigned_during_delivery_is_sent_afterwards(sink: SmtpSink) -> None:
    mail = waiting()
    sink.accepts_then_drops = True
    sink.answers.append(("TEXT", "hang"))
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(in_another_process, run)
        until(lambda: sink.letters, what="the first message")
        queue.assign_receipt(report=Report.objects.get(pk=mail.report_id), mail=OutgoingMail.objects.get(pk=mail.pk))
        sink.release()
        assert sent.result() == 1
    assert delivery_state(mail) == ("due", "interrupted", 1)
    assert run(minutes=5) == 1
    first, last = map(receipt_in, sink.letters)
    assert (selectors.find_case(first), selectors.find_case(last)) == (None, mail.report)


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_nothing_twice(sink: SmtpSink) -> None:
    for _ in range(6):
        waiting()
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(lambda _number: in_another_process(run), range(3)))
    assert sum(sent) == len(sink.letters) == 6
    assert len({letter.message["Reply-To"] for letter in sink.letters}) == 6


@pytest.mark.django_db(transaction=True)
def test_a_server_that_hangs_holds_one_run_and_no_other(sink: SmtpSink) -> None:
    waiting()
    sink.answers.append(("RCPT", "hang"))
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(in_another_process, run)
        until(lambda: sink.tried, what="the question for the address")
        assert run() == 0
        # It did not wait for the other one.
        assert not sent.done()
        sink.release()
        assert sent.result() == 1
