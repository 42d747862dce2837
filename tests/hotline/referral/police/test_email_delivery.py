"""Tests of package e-mails against a real mail server that accepts, rejects, defers and disconnects."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from pytest_django.fixtures import Settings

from clicksafely.accounts.models import User
from clicksafely.common.crypto import sealing
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.intake.email.services import ingest_message
from hotline.models import PoliceDelivery, PoliceFile, PolicePackage, Referral, Report
from hotline.outbox.config import tagged_address
from hotline.referral.police import email_delivery, selectors
from hotline.referral.police.delivery import Delivery, PackageReturned, discard_package, record_delivery, retry_email
from hotline.referral.police.email_delivery import send_due_packages
from tests.factories.mail import message
from tests.hotline.referral.police.conftest import (
    BY_MAIL,
    DAY,
    MINUTE,
    Keys,
    assessed_case,
    change_recipient,
    codes,
    due,
    encrypted_of,
    events_of,
    make_recipient,
    pack,
    unzip,
)
from tests.hotline.review.conftest import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    settings.MAIL_ADDRESS = "prijava@hotline.test"
    settings.MAIL_SECRET = "a secret of thirty-two characters"
    settings.MAIL_CA_FILE = ""
    with SmtpSink() as sink:
        settings.MAIL_SMTP_URL = sink.url
        yield sink


@pytest.fixture
def waiting(analyst: User, keys: Keys) -> PolicePackage:
    """A package queued for e-mail."""
    make_recipient(keys.pem, **BY_MAIL)
    due(assessed_case(author=analyst), author=analyst)
    return pack()


def now_of(package: PolicePackage) -> PolicePackage:
    return PolicePackage.objects.get(pk=package.pk)


def delivery_state(package: PolicePackage) -> tuple[str, str, datetime | None]:
    package = now_of(package)
    return package.state, package.email_problem, package.due_at


def test_acceptance_by_the_server_records_the_delivery(sink: SmtpSink, waiting: PolicePackage, keys: Keys) -> None:
    encrypted = encrypted_of(waiting)
    assert send_due_packages(now=NOW) == 1
    (letter,) = sink.letters
    message = letter.message
    assert (letter.sender, letter.recipients) == (message["Reply-To"], ["unit@police.test"])
    assert letter.sender == tagged_address(now_of(waiting).mail_tag)
    (attached,) = message.iter_attachments()
    content = attached.get_content()
    assert (attached.get_content_type(), attached.get_filename()) == (
        "application/pkcs7-mime",
        f"{waiting.reference}.zip.p7m",
    )
    assert content == encrypted
    assert list(unzip(keys.decrypt(content))) == ["report.pdf", "case.json", "manifest.json"]
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    # None of its content is in clear, not even the case number.
    report = waiting.referrals.get().report
    assert (waiting.reference in text, waiting.sha256 in text, report.reference in text) == (True, True, False)
    package = now_of(waiting)
    assert (package.state, package.delivery_method, package.delivered_by, package.delivered_at) == (
        "delivered",
        "email",
        None,
        NOW,
    )
    assert f"<{package.receipt_number}>" == message["Message-ID"]
    assert codes(list(package.referrals.all())) == [("sent", "")]
    assert PoliceFile.objects.get().outgoing is None
    assert send_due_packages(now=NOW + DAY) == 0


@pytest.mark.parametrize(("stage", "line"), [("RCPT", "550 no such user"), ("TEXT", "554 encrypted mail refused")])
def test_a_refusal_leaves_it_for_manual_delivery(
    sink: SmtpSink, waiting: PolicePackage, supervisor: User, stage: str, line: str
) -> None:
    sink.answers = [(stage, line)]
    assert send_due_packages(now=NOW) == 0
    assert delivery_state(waiting) == ("made", "refused", None)
    assert PoliceFile.objects.get().outgoing is None
    assert send_due_packages(now=NOW + DAY) == 0
    assert codes(list(Referral.objects.all())) == [("due", "")]
    assert events_of(waiting)[-1] == "police.mail_failed"
    by_hand = Delivery(PoliceDelivery.IN_PERSON, "03/4", NOW)
    record_delivery(package=waiting, delivery=by_hand, actor=supervisor, now=NOW)
    assert delivery_state(waiting) == ("delivered", "", None)
    assert (send_due_packages(now=NOW + DAY), sink.letters) == (0, [])


@pytest.mark.parametrize(
    ("answers", "problem", "pause"),
    [
        ([("RCPT", "451 later")], "deferred", 2),
        ([("MAIL", "530 sign in first")], "not_now", 5),
        ([("TEXT", "drop")], "lost", 2),
    ],
)
def test_temporary_errors_are_retried(
    sink: SmtpSink, waiting: PolicePackage, answers: list[tuple[str, str]], problem: str, pause: int
) -> None:
    # The server may have accepted a message before the connection is lost.
    sink.answers, sink.accepts_then_drops = answers, True
    assert send_due_packages(now=NOW) == 0
    state, stored_problem, due_at = delivery_state(waiting)
    assert (state, stored_problem) == ("made", problem)
    assert due_at
    assert pause * 0.8 <= (due_at - NOW) / MINUTE <= pause
    assert send_due_packages(now=NOW + MINUTE) == 0
    assert send_due_packages(now=NOW + pause * MINUTE) == 1
    assert delivery_state(waiting) == ("delivered", "", None)
    assert len({letter.message["Message-ID"] for letter in sink.letters}) == 1


def test_an_unreachable_server_fails_after_three_days(
    settings: Settings, sink: SmtpSink, waiting: PolicePackage
) -> None:
    settings.MAIL_SMTP_URL = ""
    assert send_due_packages(now=NOW) == 0
    assert delivery_state(waiting) == ("made", "", NOW)
    settings.MAIL_SMTP_URL = "smtp://127.0.0.1:9"
    for now in (NOW, NOW + DAY, NOW + 3 * DAY - MINUTE):
        assert send_due_packages(now=now) == 0
        assert delivery_state(waiting) == ("made", "not_now", now + 5 * MINUTE)
    assert PoliceFile.objects.get().outgoing
    assert send_due_packages(now=NOW + 3 * DAY + 4 * MINUTE) == 0
    assert delivery_state(waiting) == ("made", "given_up", None)
    assert PoliceFile.objects.get().outgoing is None
    assert events_of(waiting).count("police.mail_failed") == 4


def returned(package: PolicePackage, *, action: str = "failed") -> bytes:
    """A delivery status notification (RFC 3464) to the sender address of the package."""
    sent_from = tagged_address(now_of(package).mail_tag)
    text = (
        "--part\r\nContent-Type: text/plain\r\n\r\nThe message could not be delivered.\r\n"
        "--part\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.police.test\r\n\r\n"
        f"Final-Recipient: rfc822; unit@police.test\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        "--part--"
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="part"'
    sender = "Mailer <MAILER-DAEMON@mx.police.test>"
    return message("bounce", text=text, to=sent_from, From=sender, Return_Path="<>", Content_Type=kind)


def test_a_bounced_one_must_be_delivered_again(sink: SmtpSink, waiting: PolicePackage, supervisor: User) -> None:
    send_due_packages(now=NOW)
    assert ingest_message(raw=returned(waiting, action="delayed"), now=NOW).kind == "police"
    assert delivery_state(waiting) == ("delivered", "", None)
    (report,) = {referral.report for referral in waiting.referrals.all()}
    mail = ingest_message(raw=returned(waiting).replace(b"<bounce@", b"<second@"), now=NOW + MINUTE)
    assert (mail.kind, mail.state, mail.package, mail.report) == ("police", "open", waiting, None)
    assert delivery_state(waiting) == ("made", "returned", None)
    assert events_of(report)[-1] == "police.returned"
    notices = selectors.police_alerts(NOW)
    assert notices
    assert (notices.waiting, selectors.withdrawn_cases(now_of(waiting))) == ([waiting], [])
    # It counts as sent, so that no further package is built.
    assert codes(list(Referral.objects.all())) == [("sent", "")]
    with pytest.raises(PackageReturned):
        discard_package(package=now_of(waiting), actor=supervisor, now=NOW)
    change_recipient(email="other@police.test")
    retry_email(package=now_of(waiting), actor=supervisor, now=NOW + MINUTE)
    assert send_due_packages(now=NOW + MINUTE) == 1
    assert delivery_state(waiting) == ("delivered", "", None)
    assert [letter.recipients for letter in sink.letters] == [["unit@police.test"], ["other@police.test"]]
    assert events_of(report)[-1] == "police.delivered"
    # After a delivery by hand, e-mail no longer applies.
    PolicePackage.objects.update(delivery_method="in_person")
    ingest_message(raw=returned(waiting).replace(b"<bounce@", b"<again@"), now=NOW + MINUTE)
    assert delivery_state(waiting) == ("delivered", "", None)


def test_an_answer_belongs_to_the_package_and_is_no_report(sink: SmtpSink, waiting: PolicePackage) -> None:
    send_due_packages(now=NOW)
    number = email_delivery.message_id(now_of(waiting))
    reports = Report.objects.count()
    answer = message(2, text="Заведено под 03/4-17.", In_Reply_To=f"<{number}>", From="Unit <unit@police.test>")
    mail = ingest_message(raw=answer, now=NOW + MINUTE)
    assert (mail.kind, mail.state, Report.objects.count()) == ("police", "open", reports)
    assert selectors.package_mails(waiting) == [mail]
    assert delivery_state(waiting) == ("delivered", "", None)
    content = sealing.open_sealed(
        mail.sealed, ring="hotline", table="hotline_incomingmail", field="content", row=mail.uuid
    )
    assert "Заведено под 03/4-17." in content.decode()


@pytest.mark.parametrize("number", ["0" * 16 + "@hotline.test", ""])
def test_reply_without_a_package_number_is_a_report(sink: SmtpSink, waiting: PolicePackage, number: str) -> None:
    send_due_packages(now=NOW)
    mail = ingest_message(raw=message(3, In_Reply_To=f"<{number}>" if number else ""), now=NOW)
    assert (mail.kind, mail.package) == ("report", None)
