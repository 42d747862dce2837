"""Automatic replies and their exceptions."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from clicksafely.common.models import AuditEvent
from hotline.intake.email.services import ingest_message
from hotline.models import MailThread, OutgoingMail, Report
from hotline.outbox import address_encryption
from hotline.outbox.address_encryption import Envelope
from tests.factories.hotline import RECEIVED
from tests.factories.received_mail import PASSED, SENDER, mail_settings, received  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_settings")]


def ingest(**fields: object) -> Report:
    report = ingest_message(raw=received(**fields), now=RECEIVED).report  # type: ignore[arg-type]
    assert report is not None
    return report


def withheld(report: Report) -> list[str]:
    events = AuditEvent.objects.filter(action="mail.withheld", subject_table="hotline_report", subject_id=report.pk)
    return [event.data["withheld"] for event in events]


def test_an_authenticated_person_is_answered() -> None:
    report = ingest(Reply_To="victim@elsewhere.example")
    mail = OutgoingMail.objects.get(report=report)
    assert (mail.kind, mail.state, mail.attempts) == ("answer", "due", 0)
    envelope = address_encryption.open_envelope(bytes(mail.sealed), row=mail.uuid)
    assert envelope == Envelope(to=SENDER, in_reply_to="1@sender.example")
    assert MailThread.objects.filter(report=report).exists()
    assert withheld(report) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"results": None}, "unauthenticated"),
        ({"results": "mx.other.test; dmarc=pass header.from=sender.example"}, "unauthenticated"),
        ({"Auto_Submitted": "auto-replied"}, "no_person"),
        ({"Precedence": "bulk"}, "no_person"),
        *[
            ({"sender": f"{name}@sender.example"}, "address")
            for name in ("noreply-7", "do-not-reply", "list-bounces", "majordomo", "owner-list", "list-request")
        ],
        (
            {"sender": "prijava@hotline.test", "results": "mx.hotline.test; dmarc=pass header.from=hotline.test"},
            "address",
        ),
    ],
)
def test_unauthenticated_sender_gets_no_reply_and_the_case_gives_the_reason(fields: dict[str, str], why: str) -> None:
    report = ingest(**fields)
    assert withheld(report) == [why]
    assert not OutgoingMail.objects.exists()
    assert not MailThread.objects.exists()


@pytest.mark.parametrize("name", ["nora-reply-team", "bouncer", "postmasters"])
def test_names_that_only_look_alike_are_answered(name: str) -> None:
    ingest(sender=f"{name}@sender.example")
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("name", ["MAIL_SMTP_URL", "MAIL_ADDRESS", "MAIL_SECRET"])
def test_no_reply_is_queued_without_mail_settings(mail_settings: Settings, name: str) -> None:  # noqa: F811
    setattr(mail_settings, name, "")
    report = ingest()
    assert (withheld(report), OutgoingMail.objects.count(), MailThread.objects.count()) == ([], 0, 0)


def test_the_fourth_message_of_a_day_is_not_answered_but_may_be_written_to() -> None:
    reports = [ingest(message_id=f"{number}@sender.example") for number in range(4)]
    assert [withheld(report) for report in reports] == [[], [], [], ["too_many"]]
    assert OutgoingMail.objects.count() == 3
    assert MailThread.objects.count() == 4
    later = received(message_id="5@sender.example")
    ingest_message(raw=later, now=RECEIVED + timedelta(days=1))
    assert OutgoingMail.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_ten_messages_of_one_sender_at_once_get_three_answers() -> None:
    def take_apart(number: int) -> None:
        try:
            ingest_message(raw=received(message_id=f"{number}@sender.example"), now=RECEIVED)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(take_apart, range(10)))
    assert Report.objects.count() == 10
    assert OutgoingMail.objects.count() == 3
    assert AuditEvent.objects.filter(action="mail.withheld", data={"withheld": "too_many"}).count() == 7


def test_an_odd_sender_that_claims_to_have_passed_is_not_written_to() -> None:
    raw = received().replace(SENDER.encode(), "ана@sender.example".encode())
    ingest_message(raw=raw, now=RECEIVED)
    assert PASSED in raw.decode()
    assert not OutgoingMail.objects.exists()
