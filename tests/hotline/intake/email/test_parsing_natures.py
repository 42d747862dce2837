"""Persons, machines, mail systems and lists are told apart; a person is never taken for a machine."""

import pytest

from clicksafely.common.mail.message_kind import MessageKind
from clicksafely.devserver.mock_services.generated_messages import multipart, part, text_part
from hotline.intake.email.sandbox import parse_message
from tests.hotline.intake.email.parsed_mail import HEAD, parsed

DSN = (
    "Reporting-MTA: dns; mx.test\n\nOriginal-Recipient: "
    "rfc822;hotline+ABC@netpatrola.test\nFinal-Recipient: RFC822; Nema@Example.ORG\nAction: failed\n"
    "Status: 5.1.1\n\nFinal-Recipient: rfc822; spor@example.org\nAction: delayed\nStatus: "
    "4.4.1\n\nFinal-Recipient: rfc822; ceo@example.org\nStatus: 5.0.0\n"
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
        ("", MessageKind.PERSON),
        ("Auto-Submitted: no", MessageKind.PERSON),
        ("X-Auto-Response-Suppress: OOF, DR", MessageKind.PERSON),
        ("Subject: Automatic reply: Undelivered Mail Returned to Sender", MessageKind.PERSON),
        ("X-Mailer: Auto-Submitted: auto-replied", MessageKind.PERSON),
        ("Auto-Submitted: auto-replied (vacation)", MessageKind.AUTO_REPLY),
        ("Return-Path: <>", MessageKind.AUTO_REPLY),
        ("X-Auto-Response-Suppress: All", MessageKind.BULK),
        ("X-Autoreply: yes", MessageKind.AUTO_REPLY),
        ("Precedence: auto_reply", MessageKind.AUTO_REPLY),
        ("Precedence: Bulk", MessageKind.BULK),
        ("List-Id: <roditelji.example.org>", MessageKind.BULK),
        ("List-Unsubscribe: <https://x.test/>", MessageKind.BULK),
        ("Auto-Submitted: auto-replied\nList-Id: <a.b>", MessageKind.AUTO_REPLY),
        ("X-Failed-Recipients: a@b.test", MessageKind.BOUNCE),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=x", MessageKind.AUTO_REPLY),
        ('Content-Type: multipart/report; report-type="Delivery-Status"; boundary=x', MessageKind.BOUNCE),
        ("Content-Type: multipart/mixed; report-type=delivery-status; boundary=x", MessageKind.PERSON),
    ],
)
def test_natures(lines: str, nature: MessageKind) -> None:
    assert parse_message(HEAD + f"{lines}\n\ntekst".encode()).nature is nature


@pytest.mark.parametrize("local", ["postmaster", "Mailer-Daemon"])
def test_mail_systems(local: str) -> None:
    assert parse_message(f"Return-Path: <>\nFrom: {local}@mx.test\n\nx".encode()).nature is MessageKind.BOUNCE
    assert parse_message(f"From: {local}@mx.test\n\nx".encode()).nature is MessageKind.AUTO_REPLY


def test_bounce_names_the_failed_recipients() -> None:
    mail = parsed(bounce(DSN))
    assert mail.nature is MessageKind.BOUNCE
    assert mail.failed_tag_recipients == ("hotline+ABC@netpatrola.test", "Nema@example.org", "ceo@example.org")
    assert "Nije isporučeno." in mail.text
    mail = parsed(b"X-Failed-Recipients: a@b.test, c@d.test\n\nnije")
    assert mail.failed_tag_recipients == ("a@b.test", "c@d.test")


def test_a_bounce_without_any_text_is_still_one() -> None:
    mail = parse_message(b"Return-Path: <>\nFrom: MAILER-DAEMON@mx.test\n\n")
    assert (mail.nature, mail.text) == (MessageKind.BOUNCE, "")


def test_a_forwarded_bounce_is_a_message_of_a_person() -> None:
    mail = parsed(
        multipart("mixed", text_part("Šta je ovo?"), part("message/rfc822", HEAD + bounce(DSN)), boundary="out")
    )
    assert (mail.nature, mail.failed_tag_recipients) == (MessageKind.PERSON, ())
