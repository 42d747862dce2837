"""Persons, machines, mail systems and lists are told apart; a person is never taken for a machine."""

import pytest

from clicksafely.common.mail.message_kind import Nature
from hotline.intake.email.parser import parse_message
from tests.factories.messages import multipart, part, text_part
from tests.hotline.intake.email.reading import HEAD, addresses, parsed

DSN = (
    "Reporting-MTA: dns; mx.test\n\nOriginal-Recipient: rfc822;hotline+ABC@netpatrola.test\nFinal-Recipient: RFC822; Nema@Example.ORG\nAction: failed\n"
    "Status: 5.1.1\n\nFinal-Recipient: rfc822; spor@example.org\nAction: delayed\nStatus: 4.4.1\n\nFinal-Recipient: rfc822; ceo@example.org\nStatus: 5.0.0\n"
)


def bounce(status: str, *, kind: str = "message/delivery-status") -> bytes:
    parts = (
        text_part("Nije isporučeno."),
        part(kind, status.encode()),
        part("message/rfc822", b"Subject: nas\n\nhttps://example.org/nase"),
    )
    return multipart("report", *parts, parameters="; report-type=delivery-status")


@pytest.mark.parametrize(
    ("lines", "nature"),
    [
        ("", Nature.PERSON),
        ("Auto-Submitted: no", Nature.PERSON),
        ("Precedence: normal", Nature.PERSON),
        ("Return-Path: <ana@example.org>", Nature.PERSON),
        ("X-Auto-Response-Suppress: OOF, DR", Nature.PERSON),
        ("Subject: Automatic reply: Undelivered Mail Returned to Sender", Nature.PERSON),
        ("X-Mailer: Auto-Submitted: auto-replied", Nature.PERSON),
        ("Auto-Submitted: auto-replied (vacation)", Nature.AUTO_REPLY),
        ("Auto-Submitted: Auto-Generated; x=y", Nature.AUTO_REPLY),
        ("Return-Path: <>", Nature.AUTO_REPLY),
        ("Return-Path:  < > ", Nature.AUTO_REPLY),
        ("X-Auto-Response-Suppress: All", Nature.BULK),
        ("X-Auto-Response-Suppress: DR, RN, AutoReply", Nature.BULK),
        ("X-Autoreply: yes", Nature.AUTO_REPLY),
        ("Precedence: auto_reply", Nature.AUTO_REPLY),
        ("Precedence: Bulk", Nature.BULK),
        ("Precedence: list", Nature.BULK),
        ("List-Id: <roditelji.example.org>", Nature.BULK),
        ("List-Unsubscribe: <https://x.test/>", Nature.BULK),
        ("Auto-Submitted: auto-replied\nList-Id: <a.b>", Nature.AUTO_REPLY),
        ("X-Failed-Recipients: a@b.test", Nature.BOUNCE),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", Nature.AUTO_REPLY),
        ("Content-Type: multipart/report; report-type=feedback-report; boundary=x", Nature.AUTO_REPLY),
        ('Content-Type: multipart/report; report-type="Delivery-Status"; boundary=x', Nature.BOUNCE),
        ("Content-Type: multipart/mixed; report-type=delivery-status; boundary=x", Nature.PERSON),
    ],
)
def test_natures(lines: str, nature: Nature) -> None:
    assert parse_message(HEAD + f"{lines}\n\ntekst".encode()).nature is nature


@pytest.mark.parametrize("local", ["MAILER-DAEMON", "postmaster", "Mailer-Daemon"])
def test_mail_systems(local: str) -> None:
    assert parse_message(f"Return-Path: <>\nFrom: {local}@mx.test\n\nx".encode()).nature is Nature.BOUNCE
    assert parse_message(f"From: {local}@mx.test\n\nx".encode()).nature is Nature.AUTO_REPLY


def test_a_bounce_names_whom_it_did_not_reach() -> None:
    mail = parsed(bounce(DSN))
    assert mail.nature is Nature.BOUNCE
    assert mail.failed_tag_recipients == ("hotline+ABC@netpatrola.test", "Nema@example.org", "ceo@example.org")
    assert "Nije isporučeno." in mail.text


def test_a_bounce_of_a_system_that_sends_no_status() -> None:
    mail = parsed(b"X-Failed-Recipients: a@b.test, c@d.test\n\nnije")
    assert mail.failed_tag_recipients == ("a@b.test", "c@d.test")


def test_a_bounce_without_any_text_is_still_one() -> None:
    mail = parse_message(b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\n\n")
    assert (mail.nature, mail.text) == (Nature.BOUNCE, "")


def test_a_person_who_sends_on_a_bounce_is_a_person() -> None:
    mail = parsed(
        multipart("mixed", text_part("Šta je ovo?"), part("message/rfc822", HEAD + bounce(DSN)), boundary="out")
    )
    assert (mail.nature, mail.failed_tag_recipients) == (Nature.PERSON, ())


def test_a_person_who_writes_through_a_list_is_read_like_any_other() -> None:
    mail = parsed(b"List-Id: <roditelji.example.org>\nPrecedence: list\n" + text_part("Видео сам example.org/a"))
    assert (mail.nature, mail.text, addresses(mail)) == (
        Nature.BULK,
        "Видео сам example.org/a",
        ["https://example.org/a"],
    )
