"""Delivery reports of real mail systems: recipients, permanence, and the original message."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clicksafely.common.mail.dsn import DeliveryReport, failed_recipients, is_delivery_report, parse_report
from clicksafely.devserver.mock_services.generated_messages import multipart, part, text_part

OURS = "dogadjaji+7k3mq9@centar.test"
HEAD = f"Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.test>\nTo: {OURS}\nSubject: Undelivered Mail Returned to Sender\n"
RETURNED = (
    b"Received: by mx.test\nMessage-ID: <0a1b@centar.test>\nReply-To: dogadjaji+other@centar.test\nSubject: Potvrda\n"
)
FAILED = (
    "Reporting-MTA: dns; mx.test\nArrival-Date: Mon, 2 Mar 2026 10:00:00 +0000\n\nFinal-Recipient: rfc822; skola@primer.example\n"
    "Original-Recipient: rfc822;Skola@Primer.example\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mail.primer.example\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <skola@primer.example>: Recipient address rejected:\n    User unknown\n"
)


def bounce(
    status: str,
    *,
    head: str = HEAD,
    kind: str = "message/delivery-status",
    returned: bytes = RETURNED,
    rest: str = "text/rfc822-headers",
    text: str = "This is the mail system.",
) -> bytes:
    parts = (
        text_part(text),
        part(kind, status.encode()),
        part(rest, returned + b"\nTekst poruke.\n"),
    )
    return head.encode() + multipart("report", *parts, parameters="; report-type=delivery-status")


@pytest.mark.parametrize(
    ("rest", "ends"), [("text/rfc822-headers", b"\n"), ("message/rfc822", b"\r\n"), ("message/global", b"\n")]
)
def test_a_message_that_will_not_arrive(rest: str, ends: bytes) -> None:
    raw = bounce(FAILED, rest=rest).replace(b"\r\n", b"\n").replace(b"\n", ends)
    assert is_delivery_report(raw)
    assert parse_report(raw) == DeliveryReport(
        recipients=("Skola@primer.example", "skola@primer.example"),
        permanent=True,
        status="5.1.1",
        known_by=(OURS, "dogadjaji+other@centar.test"),
        message_ids=("0a1b@centar.test",),
    )


@pytest.mark.parametrize(
    ("lines", "permanent", "status"),
    [
        ("Action: failed\nStatus: 5.2.2 (mailbox full)", True, "5.2.2"),
        # Undelivered after four days: permanent, whatever the code.
        ("Action: failed\nStatus: 4.4.7", True, "4.4.7"),
        ("Status: 5.0.0", True, "5.0.0"),
        ("Action: delayed\nStatus: 4.4.1\nWill-Retry-Until: Sat, 7 Mar 2026 10:00:00 +0000", False, "4.4.1"),
    ],
)
def test_for_good_or_not_yet(lines: str, permanent: bool, status: str) -> None:
    report = parse_report(bounce(f"Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; a@b.example\n{lines}\n"))
    assert report is not None
    assert (report.permanent, report.status, report.recipients) == (permanent, status, ("a@b.example",))


@pytest.mark.parametrize("lines", ["Action: delivered\nStatus: 2.0.0", "Action: relayed", "Status: 2.1.5", ""])
def test_report_without_failure_is_ignored(lines: str) -> None:
    status = f"Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; a@b.example\n{lines}\n"
    assert parse_report(bounce(status)) is None


def test_one_of_two_is_enough() -> None:
    delayed = "\nFinal-Recipient: rfc822; kasni@primer.example\nAction: delayed\nStatus: 4.0.0\n"
    report = parse_report(
        bounce("Reporting-MTA: dns; x\n" + delayed + FAILED.partition("\n\n")[1] + FAILED.partition("\n\n")[2])
    )
    assert report is not None
    assert (report.permanent, report.recipients[1:], report.status) == (True, ("skola@primer.example",), "5.1.1")
    assert failed_recipients(delayed + FAILED) == ["Skola@primer.example", "skola@primer.example"]
    assert failed_recipients("Final-Recipient: rfc822; nije adresa\nAction: failed") == []


def test_of_exim_without_a_status() -> None:
    head = (
        "Return-path: <>\nX-Failed-Recipients: skola@primer.example\nAuto-Submitted: auto-replied\n"
        f"From: Mail Delivery System <Mailer-Daemon@mx.test>\nTo: {OURS}\n"
    )
    report = parse_report((head + "\nThis message was created automatically.\n").encode())
    assert report == DeliveryReport(
        recipients=("skola@primer.example",), permanent=True, status="", known_by=(OURS,), message_ids=()
    )


QMAIL = (
    "\nHi. This is the qmail-send program at mx.test.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n"
    "This is a permanent error; I've given up. Sorry it didn't work "
    "out.\n\n<skola@primer.example>:\nSorry, no mailbox here by that name.\n\n"
    "--- Below this line is a copy of the message.\n\nReturn-Path: <dogadjaji@centar.test>\n"
)


def test_of_qmail_in_words() -> None:
    assert parse_report((HEAD + QMAIL).encode()) == DeliveryReport(
        recipients=("skola@primer.example",), permanent=True, status="", known_by=(OURS,), message_ids=()
    )


def test_the_words_of_a_person_and_of_a_report_about_something_else_do_not_count() -> None:
    person = f"From: ana@primer.example\nTo: {OURS}\n{QMAIL}"
    assert parse_report(person.encode()) is None
    delivered = FAILED.replace("Action: failed", "Action: delivered").replace("5.1.1", "2.0.0")
    assert parse_report(bounce(delivered, text=QMAIL)) is None


def test_a_report_of_exchange_is_matched_by_its_headers() -> None:
    head = (
        "From: <postmaster@primer.example>\nTo: <dogadjaji@centar.test>\nIn-Reply-To: <0a1b@centar.test>\nReferences: <0a1b@centar.test>\n"
        "Auto-Submitted: auto-replied\nSubject: Undeliverable: Potvrda\n"
    )
    report = parse_report(bounce(FAILED, head=head, returned=b"Subject: Potvrda\n"))
    assert report is not None
    assert (report.known_by, report.message_ids) == (("dogadjaji@centar.test",), ("0a1b@centar.test",))
    # The address it was delivered to counts too.
    head = HEAD.replace(f"To: {OURS}", f"Delivered-To: {OURS}\nTo: undisclosed-recipients:;")
    report = parse_report(bounce(FAILED, head=head))
    assert report is not None
    assert report.known_by[0] == OURS


def test_a_status_behind_an_encoding_and_of_international_mail() -> None:
    coded = base64.encodebytes(FAILED.encode())
    inner = b"Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + coded
    raw = HEAD.encode() + (
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n--x\n' + inner + b"\n--x--\n"
    )
    report = parse_report(raw)
    assert report is not None
    assert (report.permanent, report.status) == (True, "5.1.1")
    report = parse_report(bounce(FAILED.replace("rfc822;", "utf-8;"), kind="message/global-delivery-status"))
    assert report is not None
    assert report.permanent


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        # Words that a detector chokes on.
        HEAD.encode() + b"Content-Type: message/rfc822\n\n" * 10_000,
        b"From: ana@primer.example\nTo: dogadjaji@centar.test\n\nDolazimo!\n",
        # Automatic replies stay for staff.
        b"From: ana@primer.example\nAuto-Submitted: auto-replied\nSubject: Odsutna\n\nNa odmoru sam.\n",
        # And so do reports that are not machine-readable.
        HEAD.encode() + b"\nHi. This is the qmail-send program at mx.test.\n",
        bounce("Reporting-MTA: dns; mx.test\n"),
        # A message forwarded by a person.
        b"From: ana@primer.example\n" + multipart("mixed", text_part("Sta je ovo?"), part("message/rfc822", bounce(FAILED)),
            boundary="out"),
        # A read receipt.
        b"From: ana@primer.example\n" + multipart("report", text_part("procitano"), parameters="; report-type=disposition-notification"),
    ],
)  # fmt: skip
def test_non_reports_are_ignored(raw: bytes) -> None:
    assert parse_report(raw) is None


def test_nested_returned_messages_are_ignored() -> None:
    inner = b"From: x@y.example\nMessage-ID: <1@y.example>\n" + multipart(
        "mixed",
        part("message/rfc822", b"Message-ID: <2@centar.test>\n\nx"),
        part("text/rfc822-headers", b"Message-ID: <3@centar.test>\n"),
        boundary="in",
    )
    report = parse_report(bounce(FAILED, returned=inner, rest="message/rfc822"))
    assert report is not None
    assert report.message_ids == ("1@y.example",)


def test_a_truncated_report_is_read_in_part() -> None:
    raw = bounce(FAILED, rest="message/rfc822", returned=RETURNED + b"x" * 5000)
    report = parse_report(raw[:-4000])
    assert report is not None
    assert (report.permanent, report.message_ids) == (True, ("0a1b@centar.test",))


PIECES = [
    HEAD.encode(),
    FAILED.encode(),
    bounce(FAILED),
    RETURNED,
    b"--x\n",
    b"\r\n",
    b'";',
    b"=?utf-8?q?",
    b"\xff\x00",
]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=9), max_size=12).map(b"".join))
def test_any_bytes_are_parsed_or_ignored(raw: bytes) -> None:
    for each in (raw, HEAD.encode() + raw):
        is_delivery_report(each)
        report = parse_report(each)
        assert report is None or len(report.recipients) <= 100
