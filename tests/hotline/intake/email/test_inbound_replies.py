"""Replies that carry our tag, and what comes back undelivered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.models import AuditEvent
from hotline.intake import selectors, services
from hotline.intake.email.inbound_replies import add_reply, find_thread, message_text
from hotline.intake.email.services import HIDDEN, hide_receipts, ingest_message
from hotline.models import Channel, FileHash, IncomingMail, Message, OutgoingKind, OutgoingMail, Report
from hotline.outbox import queue
from hotline.outbox.config import tagged_address
from tests.factories.hotline import RECEIVED, ReportFactory
from tests.factories.received_mail import SENDER, mail_settings, parsed, received  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_settings")]

TEXT = "Ево још једне адресе: https://chat.example.org/b\n\n> Ваша порука је примљена"


def tagged(report: Report) -> str:
    return tagged_address(queue.get_or_create_thread(report=report).tag)


def read(report: Report) -> list[str]:
    return [message.text for message in selectors.open_thread(Report.objects.get(pk=report.pk), report.receipt)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("where", ["to", "Delivered_To", "Envelope_To"])
def test_tagged_reply_joins_its_thread_from_any_header(where: str) -> None:
    report, other = ReportFactory(channel=Channel.EMAIL), ReportFactory()
    tagged(other)
    raw = received(text=TEXT, subject="Re: x", **{where: tagged(report)})
    entry = ingest_message(raw=raw, now=RECEIVED + timedelta(minutes=59))
    assert (entry.kind, entry.report) == ("reply", report)
    assert Message.objects.get().sent_at == RECEIVED
    (text,) = read(report)
    assert text.startswith(("Наслов: Re: x", "Subject: Re: x"))
    assert TEXT in text
    assert text.endswith("https://chat.example.org/b")
    assert Report.objects.count() == 2
    assert Report.objects.get(pk=report.pk).has_news


def test_receipts_in_quoted_text_are_hidden() -> None:
    report, shown = ReportFactory(channel=Channel.EMAIL), receipts.format_receipt
    other, nobodys = ReportFactory().receipt, receipts.generate_code()
    text = f"Хвала.\n\n> Ваш код:\n>\n>     {shown(report.receipt)}\n> {shown(other)} {shown(nobodys)}"
    ingest_message(raw=received(to=tagged(report), text=text), now=RECEIVED)
    assert f">     {HIDDEN}\n> {HIDDEN} {shown(nobodys)}" in read(report)[0]
    new = ingest_message(raw=received(message_id="2@x", text=text, subject=shown(other)), now=RECEIVED).report
    assert new is not None
    words = sealing.open_sealed(
        (sealed_text := new.texts.get(field="words")).sealed,
        ring="hotline",
        table="hotline_sealedtext",
        field="words",
        row=sealed_text.uuid,
    ).decode()
    assert (words.count(HIDDEN), shown(nobodys) in words) == (3, True)


def test_many_possible_receipts_cost_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    text = "\n".join(receipts.format_receipt(receipts.generate_code()) for _ in range(5000))
    with django_assert_num_queries(1):
        assert hide_receipts(text) == text
    with django_assert_num_queries(0):
        assert hide_receipts("0000-0000-0000-000") == "0000-0000-0000-000"


def test_tagged_reply_is_accepted_unauthenticated_and_not_answered() -> None:
    report = ReportFactory()
    raw = received(sender="somebody@elsewhere.example", to=tagged(report), results=None, Precedence="bulk")
    ingest_message(raw=raw, now=RECEIVED)
    assert (len(read(report)), OutgoingMail.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    "to",
    ["prijava+0000000000000000@hotline.test", "prijava@hotline.test", "{tag}@other.test"],
)
def test_unknown_tag_makes_a_report(to: str) -> None:
    report = ReportFactory()
    tag = tagged(report).partition("@")[0]
    entry = ingest_message(raw=received(to=to.format(tag=tag)), now=RECEIVED)
    assert entry.kind == "report"
    assert (read(report), Report.objects.count()) == ([], 2)


def test_tags_ignore_case_and_the_first_report_wins() -> None:
    report, other = ReportFactory(), ReportFactory()
    both = [tagged(other), tagged(report)]
    assert find_thread([tagged(report).upper()]) == report
    assert find_thread(both) == find_thread(both[::-1]) == report
    assert find_thread([]) is None


def test_one_message_to_two_cases_is_a_message_in_each_and_joins_once() -> None:
    reports, mail = [ReportFactory(), ReportFactory()], parsed(attached=(("slika.bin", b"1"),))
    for report in reports * 2:
        assert add_reply(report=report, mail=mail, identity=mail.identity, now=RECEIVED)
    assert (Message.objects.count(), FileHash.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_the_same_reply_by_two_fetchers_at_once_is_one_message() -> None:
    report = ReportFactory()
    raw = received(to=tagged(report))

    def take(_number: int) -> int:
        try:
            return ingest_message(raw=raw, now=RECEIVED).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(take, range(4)))) == 1
    assert (Message.objects.count(), IncomingMail.objects.count()) == (1, 1)


def test_files_become_hashes_of_the_report_and_are_named_to_the_analyst() -> None:
    report = ReportFactory()
    files = (("слика.bin", b"picture"), ("b.bin", b"other"))
    ingest_message(raw=received(to=tagged(report), attached=files), now=RECEIVED)
    assert set(FileHash.objects.values_list("report", "origin", "size")) == {
        (report.pk, "mail", 7),
        (report.pk, "mail", 5),
    }
    (text,) = read(report)
    assert text.endswith("\nслика.bin\nb.bin")
    assert " 2 " in text.splitlines()[-3]


def test_our_words_are_in_the_script_of_the_reporter_and_theirs_as_they_wrote_them() -> None:
    mail = parsed(subject="Наслов", text="Ćирилица и latinica: https://a.example.org/", attached=(("џ.bin", b"1"),))
    cyrillic, latin = message_text(mail, "sr").split("\n\n"), message_text(mail, "sr-latn").split("\n\n")
    assert cyrillic[1] == latin[1] == "Ćирилица и latinica: https://a.example.org/"
    assert latin[0].endswith(" Наслов")
    assert latin[3].endswith("\nџ.bin")
    for ours, theirs in ((latin[0], " Наслов"), (latin[2], ""), (latin[3], "\nџ.bin")):
        assert not set(ours.removesuffix(theirs).lower()) & set("абвгдђежзијклљмнњопрстћуфхцчџш")


def test_reply_to_a_full_case_makes_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_MESSAGES", 1)
    report = ReportFactory()
    for number in range(2):
        entry = ingest_message(
            raw=received(to=tagged(report), message_id=f"{number}@x", attached=(("a.bin", b"1"),)), now=RECEIVED
        )
    assert entry.kind == "report"
    assert entry.report not in {None, report}
    assert Message.objects.count() == 1
    assert list(FileHash.objects.order_by("pk").values_list("report", flat=True)) == [report.pk, entry.report_id]


def bounce(report: Report, *, action: str = "failed") -> bytes:
    return (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.hotline.test\r\nTo: {tagged(report)}\r\nSubject: Undelivered\r\n"
        "Message-ID: <b1@mx.hotline.test>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nCould not be delivered.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.hotline.test\r\n\r\n"
        f"Final-Recipient: rfc822; {SENDER}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n--B--\r\n"
    ).encode()


def returned(report: Report) -> int:
    return AuditEvent.objects.filter(action="mail.returned", subject_id=report.pk).count()


@pytest.mark.parametrize("state", ["sent", "due"])
def test_bounce_is_recorded_on_the_case_and_not_answered(state: str) -> None:
    report = ReportFactory(channel=Channel.EMAIL)
    mail = queue.queue_mail(report=report, kind=OutgoingKind.ANSWER, to=SENDER, now=RECEIVED)
    if state == "sent":
        OutgoingMail.objects.update(state="sent", sealed=None, due_at=None, receipt_sent=True)
    for _ in range(2):
        entry = ingest_message(raw=bounce(report), now=RECEIVED)
    assert (entry.kind, entry.report) == ("bounce", report)
    assert returned(report) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.error, mail.sealed, mail.receipt_sent) == ("refused", "returned", None, False)
    assert (OutgoingMail.objects.count(), Report.objects.count(), Message.objects.count()) == (1, 1, 0)
    assert not queue.has_receipt(report=report)


def test_news_of_delay_changes_nothing() -> None:
    report = ReportFactory()
    mail = queue.queue_mail(report=report, kind=OutgoingKind.NEWS, to=SENDER, now=RECEIVED)
    ingest_message(raw=bounce(report, action="delayed"), now=RECEIVED)
    mail.refresh_from_db()
    assert (mail.state, returned(report)) == ("due", 0)
    assert AuditEvent.objects.filter(action="mail.notice", subject_id=report.pk).count() == 1
