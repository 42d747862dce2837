"""Tests of realistic replies from mail servers and people: stored sealed with the notice, never as a report, and erased in time."""

import io
import json
import sys
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from django.core.management import call_command

from clicksafely.common.crypto import key_rotation, sealing
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink, delivery_notice
from hotline.intake.email.services import ingest_message
from hotline.models import ContactKind, IncomingMail, LegalHold, Notice, NoticeReply, OutgoingMail, Report
from hotline.outbox.config import tagged_address
from hotline.referral.takedown.replies import open_reply
from hotline.retention.orphans import erase_orphans
from hotline.retention.policy import load_policy
from tests.factories.notices import (
    ABUSE,
    DAY,
    HOUR,
    OWNER,
    contact,
    due_item,
    make_notice,
    referral_of,
    run,
    sent_notice,
    states,
)
from tests.hotline.review.conftest import NOW, make_case, make_user

pytestmark = pytest.mark.django_db
LATER = NOW + 3 * HOUR


@pytest.fixture
def notice(sink: SmtpSink) -> Notice:
    """A notice with its first message sent and a further contact."""
    contact()
    contact(ContactKind.DOMAIN, "example.org", OWNER)
    return sent_notice()


def answer(notice: Notice, *, to: str = "", text: str = "We removed it.", **headers: str) -> bytes:
    """A reply by a person, or by a machine with further header lines."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = ABUSE, to or tagged_address(notice.tag)
    message["Subject"], message["Message-ID"] = "Re: notice", f"<{len(text)}.{len(headers)}@example.net>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def through_the_pipe(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> IncomingMail:
    """Deliver the message as the mail server does."""
    stdin = io.TextIOWrapper(io.BytesIO(raw))
    monkeypatch.setattr(sys, "stdin", stdin)
    call_command("ingest_mail")
    return IncomingMail.objects.latest("pk")


def test_bounce_escalates_to_the_next_contact(notice: Notice, sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = through_the_pipe(delivery_notice(sink.letters[0]), monkeypatch)
    assert (entry.kind, entry.report, entry.state, entry.sealed) == ("notice", None, "", None)
    reply = NoticeReply.objects.get()
    assert (reply.notice, reply.nature) == (notice, "returned")
    assert states() == [("host", "bounced"), ("owner", "planned")]
    notice.refresh_from_db()
    assert (notice.waiting, notice.error) == (False, "returned")
    following = Notice.objects.latest("pk")
    assert following.escalated_from == notice
    assert Report.objects.count() == 1
    Notice.objects.filter(pk=following.pk).update(due_at=NOW + HOUR)
    assert run(2 * HOUR) == 1
    assert sink.letters[1].recipients == [OWNER]


def test_bounce_of_the_last_contact_needs_a_review(sink: SmtpSink) -> None:
    contact()
    item = due_item()
    notice = sent_notice(item)
    ingest_message(raw=delivery_notice(sink.letters[0]), now=LATER)
    notice.refresh_from_db()
    assert (notice.state, notice.waiting, notice.due_at) == ("bounced", True, None)
    assert referral_of(item).state == "sent"
    assert run(HOUR + DAY) == 0


def test_a_bounce_without_a_tag_is_matched_by_the_returned_message(notice: Notice, sink: SmtpSink) -> None:
    ingest_message(raw=delivery_notice(sink.letters[0], to="prijava@hotline.test"), now=LATER)
    assert states()[0] == ("host", "bounced")
    ingest_message(raw=delivery_notice(sink.letters[0], to="prijava@hotline.test", headers=False), now=LATER)
    assert NoticeReply.objects.count() == 1


def test_reply_pauses_reminders_until_it_is_read(notice: Notice, sink: SmtpSink) -> None:
    ingest_message(raw=delivery_notice(sink.letters[0], action="delayed", status="4.4.1"), now=LATER)
    assert states() == [("host", "sent")]
    for _twice in range(2):
        assert ingest_message(raw=answer(notice), now=LATER).kind == "notice"
    notice.refresh_from_db()
    assert (notice.state, notice.waiting) == ("answered", True)
    assert run(HOUR + 9 * DAY) == 0
    ingest_message(raw=delivery_notice(sink.letters[0]), now=LATER)
    assert states() == [("host", "answered")]
    assert list(NoticeReply.objects.values_list("nature", flat=True)) == ["delayed", "answer", "returned"]
    assert (Report.objects.count(), OutgoingMail.objects.count()) == (1, 0)


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_an_answer_without_a_tag_is_matched_by_its_headers(notice: Notice, sink: SmtpSink, header: str) -> None:
    ours = sink.letters[0].message["Message-ID"]
    ingest_message(raw=answer(notice, to="prijava@hotline.test", **{header: f"<x@y.example> {ours}"}), now=LATER)
    assert NoticeReply.objects.get().notice == notice


def test_an_automatic_reply_is_no_answer(notice: Notice) -> None:
    lines = {"Auto_Submitted": "auto-replied", "X_Autoreply": "yes", "Precedence": "auto_reply", "Return_Path": "<>"}
    for number, (name, value) in enumerate(lines.items()):
        ingest_message(raw=answer(notice, text="Ticket opened" + "." * number, **{name: value}), now=LATER)
    assert list(NoticeReply.objects.values_list("nature", flat=True)) == ["automatic"] * 4
    assert states() == [("host", "sent")]
    assert run(HOUR + DAY) == 1


def test_an_answer_to_a_notice_that_has_ended_is_shown_all_the_same(notice: Notice) -> None:
    Notice.objects.update(state="closed", ended_at=LATER, due_at=None)
    ingest_message(raw=answer(notice), now=LATER)
    notice.refresh_from_db()
    assert (notice.state, notice.waiting) == ("closed", True)


@pytest.mark.parametrize("to", ["prijava@hotline.test", "prijava+0000000000000000@hotline.test"])
def test_with_nothing_of_a_notice_it_is_an_ordinary_report(notice: Notice, to: str) -> None:
    assert ingest_message(raw=answer(notice, to=to, In_Reply_To="<x@hotline.test>"), now=LATER).kind == "report"
    assert not NoticeReply.objects.exists()


def test_reply_is_sealed_and_opening_is_audited(notice: Notice) -> None:
    ingest_message(raw=answer(notice, text="marker-7d1 уклоњено"), now=LATER)
    reply = NoticeReply.objects.get()
    assert b"marker" not in bytes(reply.sealed)
    user = make_user("ana", "analyst")
    plaintext = open_reply(reply=reply, actor=user, now=LATER)
    assert plaintext["text"] == "marker-7d1 уклоњено"
    event = AuditEvent.objects.get(action="notice.reply_opened")
    assert (event.actor_id, event.data) == (user.pk, {"notice": notice.pk, "reply": reply.pk})
    assert "marker" not in json.dumps(list(AuditEvent.objects.values_list("data", flat=True)))
    assert (NoticeReply, NoticeReply.sealed_fields[0]) in key_rotation.sealed_fields("hotline")
    NoticeReply.sealed_fields[0].reseal(reply)
    assert open_reply(reply=NoticeReply.objects.get(), actor=user, now=LATER) == plaintext


def test_without_keys_the_message_is_not_accepted(notice: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise sealing.SealError

    monkeypatch.setattr(sealing, "seal", fail)
    with pytest.raises(sealing.SealError):
        ingest_message(raw=answer(notice), now=LATER)
    assert (IncomingMail.objects.count(), states()) == (0, [("host", "sent")])


def test_a_bounce_of_a_possibly_lost_message_returns_the_item(sink: SmtpSink) -> None:
    contact()
    item = due_item()
    sink.accepts_then_drops = True
    sink.answers.append(("TEXT", "drop"))
    run(), run(HOUR)
    ingest_message(raw=delivery_notice(sink.letters[0]), now=NOW + HOUR)
    assert (states(), referral_of(item).problem) == ([("host", "bounced")], "notice_refused")


TERM = timedelta(days=3660)


def ended_notice() -> Notice:
    case = make_case()
    notice = make_notice(case.items.get(), case)
    Notice.objects.filter(pk=notice.pk).update(state="closed", waiting=False, due_at=None, ended_at=NOW)
    return notice


def erase(after: timedelta) -> None:
    erase_orphans(now=NOW + after, terms=load_policy())


def test_answers_are_erased_and_the_notice_stays() -> None:
    notice = ended_notice()
    erase(timedelta(days=30))
    assert notice.replies.count() == 1
    erase(TERM)
    assert not NoticeReply.objects.exists()
    assert Notice.objects.filter(pk=notice.pk).exists()


def test_a_legal_hold_on_one_of_its_cases_keeps_them() -> None:
    notice = ended_notice()
    report = notice.entries.get().referral.report
    LegalHold.objects.create(report=report, reason="police", set_by=make_user("lead", "supervisor"), set_at=NOW)
    erase(TERM)
    assert notice.replies.count() == 1
