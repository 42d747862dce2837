"""Tests of notice runs against a real mail server: grouping, sending, reminders, retries, failure, escalation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.models import Action, AvailabilityCheck, ContactKind, Notice, NoticeMessage, PoliceHold, Referral
from hotline.referral.takedown.services import perform_notice_action
from tests.factories.notices import (
    ABUSE,
    DAY,
    HOUR,
    NETWORK,
    OWNER,
    REGISTRAR,
    all_contacts,
    contact,
    due_item,
    referral_of,
    reports_of,
    run,
    sent_notice,
    states,
    text_of,
)
from tests.hotline.review.conftest import NOW, make_user
from tests.waiting import until

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_notices_to_one_contact_are_bundled_for_an_hour(sink: SmtpSink) -> None:
    contact()
    first, second = due_item("https://www.example.org/a"), due_item("https://www.example.org/b", at=NOW + HOUR / 2)
    other = due_item("https://www.example.org/c", at=NOW + 2 * HOUR)
    assert (run(), run(HOUR / 2), run(HOUR - MINUTE)) == (0, 0, 0)
    assert run(HOUR) == 1
    (letter,) = sink.letters
    notice = Notice.objects.get()
    assert letter.recipients == [ABUSE]
    assert letter.sender == letter.message["Reply-To"] == f"prijava+{notice.tag.lower()}@hotline.test"
    assert letter.message["From"] == "Net Patrola <prijava@hotline.test>"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message["Message-ID"] == f"<{notice.messages.get().message_id}>"
    assert "https://www.example.org/a\nhttps://www.example.org/b\n" in text_of(letter)
    assert [report["url"] for report in reports_of(letter)] == [first.canonical, second.canonical]
    assert (notice.state, notice.due_at) == ("sent", NOW + HOUR + DAY)
    assert {referral_of(item).state for item in (first, second)} == {"sent"}
    assert referral_of(other).state == "due"
    assert list(Action.objects.values_list("kind", flat=True)) == ["host", "host"]
    assert AvailabilityCheck.objects.count() == 2


def test_all_steps_are_in_the_audit_trail_of_the_case(sink: SmtpSink) -> None:
    contact()
    item = due_item()
    sent_notice(item)
    events = AuditEvent.objects.filter(subject_id=item.reports.get().pk, data__has_key="notice").order_by("pk")
    assert [event.action for event in events] == ["notice.planned", "referral.sent", "notice.sent"]


def test_contacts_and_groups_get_separate_notices(sink: SmtpSink) -> None:
    contact()
    contact(key="other.example.org", email="other@example.net")
    due_item(), due_item(classification="baseline_csam"), due_item(host="other.example.org")
    run()
    assert run(HOUR) == 3
    assert sorted(letter.recipients[0] for letter in sink.letters) == [ABUSE, ABUSE, "other@example.net"]


def test_daily_reminders_escalate_to_the_last_contact(sink: SmtpSink) -> None:
    all_contacts()
    item = due_item("https://www.example.org/a")
    run()
    for days in range(40):
        run(HOUR + days * DAY)
    assert [letter.recipients[0] for letter in sink.letters] == [
        address for address in (ABUSE, OWNER, REGISTRAR, NETWORK) for _ in range(4)
    ]
    assert states() == [
        ("host", "escalated"),
        ("owner", "escalated"),
        ("registrar", "escalated"),
        ("network", "exhausted"),
    ]
    assert [notice.waiting for notice in Notice.objects.order_by("pk")] == [False, False, False, True]
    assert all(text_of(letter).count(item.canonical) == 1 for letter in sink.letters)
    assert "reminder number 3" in text_of(sink.letters[3])
    assert "on 2026-03-02" in text_of(sink.letters[4])
    assert len({report["report_id"] for letter in sink.letters[:4] for report in reports_of(letter)}) == 1
    references = [letter.message["References"] for letter in sink.letters[:4]]
    assert references[0] is None
    assert references[1] == sink.letters[0].message["Message-ID"]


def test_reminder_omits_removed_content(sink: SmtpSink) -> None:
    contact()
    gone, there = due_item("https://www.example.org/a"), due_item("https://www.example.org/b")
    notice = sent_notice(gone, there)
    AvailabilityCheck.objects.filter(item=gone).update(ended_at=NOW, next_check_at=None, outcome="removed")
    assert run(HOUR + DAY) == 1
    assert gone.canonical not in text_of(sink.letters[1])
    AvailabilityCheck.objects.filter(item=there).update(ended_at=NOW, next_check_at=None, outcome="removed")
    assert run(HOUR + DAY + MINUTE) == 0
    notice.refresh_from_db()
    assert (notice.state, notice.waiting) == ("closed", False)


def test_content_removed_before_its_notice_withdraws_the_referral(sink: SmtpSink) -> None:
    contact()
    item = due_item()
    run()
    item.state, item.outcome = "ended", "removed"
    item.save()
    assert run(HOUR) == 0
    assert (states(), referral_of(item).state) == ([("host", "withdrawn")], "withdrawn")
    late = due_item()
    late.state, late.outcome = "ended", "removed"
    late.save()
    assert run(2 * HOUR) == 0
    assert referral_of(late).state == "withdrawn"


def test_a_withdrawn_referral_is_left_out(sink: SmtpSink) -> None:
    contact()
    item, other = due_item("https://www.example.org/a"), due_item("https://www.example.org/b")
    run()
    item.referrals.update(state="withdrawn", ended_at=NOW, due_at=None)
    assert run(HOUR) == 1
    assert item.canonical not in text_of(sink.letters[0])
    assert other.canonical in text_of(sink.letters[0])


def test_a_police_hold_delays_it(sink: SmtpSink) -> None:
    contact()
    held, free = due_item("https://www.example.org/a"), due_item("https://www.example.org/b")
    hold = PoliceHold.objects.create(item=held, report=held.reports.get(), placed_at=NOW, until=NOW + 9 * DAY)
    run()
    assert run(HOUR) == 1
    assert held.canonical not in text_of(sink.letters[0])
    assert (referral_of(held).state, referral_of(free).state) == ("due", "sent")
    AvailabilityCheck.objects.filter(item=free).update(ended_at=NOW, next_check_at=None, outcome="removed")
    assert run(HOUR + DAY) == 0
    assert Notice.objects.get().state == "sent"
    hold.end, hold.ended_at = "released", NOW
    hold.save()
    assert run(2 * HOUR + DAY) == 1
    assert held.canonical in text_of(sink.letters[1])
    assert referral_of(held).state == "sent"


@pytest.mark.parametrize("register", ["nobody", "nameless", "switched off", "impossible"])
def test_item_without_a_contact_returns_to_decision(sink: SmtpSink, register: str) -> None:
    if register != "nobody":
        contact(email="prijava@hotline.test" if register == "impossible" else "", active=register != "switched off")
    item = due_item()
    assert run() == 0
    referral = referral_of(item)
    item.refresh_from_db()
    assert (referral.state, referral.problem, item.state) == ("failed", "no_contact", "assessed")
    assert not Notice.objects.exists()


def test_greylisting_is_retried_with_the_same_message_id(sink: SmtpSink) -> None:
    contact()
    due_item()
    sink.accepts_then_drops = True
    sink.answers += [("RCPT", "450 later"), ("TEXT", "451 later")]
    run()
    assert run(HOUR) == 0
    notice = Notice.objects.get()
    assert (notice.state, notice.error, notice.attempts) == ("planned", "deferred", 1)
    assert (run(HOUR + MINUTE), run(HOUR + 2 * MINUTE), run(HOUR + 7 * MINUTE)) == (0, 0, 1)
    assert len({letter.message["Message-ID"] for letter in sink.letters}) == 1
    notice.refresh_from_db()
    assert (notice.state, notice.error, notice.attempts) == ("sent", "", 0)
    assert NoticeMessage.objects.count() == 1


@pytest.mark.parametrize(("stage", "error"), [("RCPT", "recipient"), ("TEXT", "content")])
def test_a_permanent_error_of_the_first_message_returns_the_item(sink: SmtpSink, stage: str, error: str) -> None:
    contact()
    item = due_item()
    sink.answers.append((stage, "550 no"))
    run()
    assert run(HOUR) == 0
    item.refresh_from_db()
    assert (referral_of(item).problem, item.state) == ("notice_refused", "assessed")
    notice = Notice.objects.get()
    assert (notice.state, notice.error, notice.waiting) == ("refused", error, False)
    assert NoticeMessage.objects.get().error == error


def test_refusing_contact_is_skipped_until_the_register_changes(sink: SmtpSink) -> None:
    refusing = contact()
    item = due_item()
    sink.answers.append(("RCPT", "550 nobody"))
    run(), run(HOUR)
    again = referral_of(item)
    again.state, again.problem, again.ended_at, again.due_at = "due", "", None, NOW + 2 * HOUR
    again.save()
    item.state = "actioned"
    item.save()
    run(2 * HOUR)
    assert referral_of(item).problem == "no_contact"
    refusing.email = "new@example.net"
    refusing.save()
    again.save()
    item.save()
    run(2 * HOUR)
    assert run(3 * HOUR) == 1
    assert sink.letters[0].recipients == ["new@example.net"]


def test_returned_content_is_notified_to_earlier_contacts_again(sink: SmtpSink) -> None:
    contact()
    item = due_item()
    sent_notice(item)
    Notice.objects.update(state="exhausted", waiting=True, due_at=None, ended_at=NOW)
    old = referral_of(item)
    Referral.objects.create(
        item=item, report=old.report, author=old.author, route="host", state="due", created_at=NOW, due_at=NOW + DAY
    )
    run(DAY)
    assert run(DAY + HOUR) == 1
    assert [letter.recipients[0] for letter in sink.letters] == [ABUSE, ABUSE]


def test_after_three_days_of_temporary_errors_it_fails(sink: SmtpSink) -> None:
    contact()
    item = due_item()
    run()
    sink.answers += [("RCPT", "450 later")] * 2
    run(HOUR)
    assert Notice.objects.get().state == "planned"
    run(HOUR + 3 * DAY + MINUTE)
    assert (Notice.objects.get().state, referral_of(item).problem) == ("refused", "notice_refused")


def test_refused_reminder_escalates_to_the_next_contact(sink: SmtpSink) -> None:
    contact()
    contact(ContactKind.DOMAIN, "example.org", OWNER)
    item = due_item()
    sent_notice(item)
    sink.answers.append(("RCPT", "550 moved away"))
    # The rejection, and the next contact at once.
    assert run(HOUR + DAY) == 1
    assert states() == [("host", "refused"), ("owner", "sent")]
    assert sink.letters[1].recipients == [OWNER]
    assert referral_of(item).state == "sent"


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "TEXT"])
def test_a_connection_that_breaks_off_costs_nothing(sink: SmtpSink, stage: str) -> None:
    contact()
    item = due_item()
    sink.answers.append((stage, "drop"))
    run()
    assert run(HOUR) == (1 if stage == "DATA" else 0)
    assert run(HOUR + 6 * MINUTE) == (0 if stage == "DATA" else 1)
    assert referral_of(item).state == "sent"


def test_a_message_that_arrived_although_the_connection_broke_is_recognised_by_its_id(sink: SmtpSink) -> None:
    contact()
    due_item()
    sink.accepts_then_drops = True
    sink.answers.append(("TEXT", "drop"))
    run()
    assert run(HOUR) == 0
    assert Notice.objects.get().error == "lost"
    assert run(HOUR + 2 * MINUTE) == 1
    first, second = sink.letters
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert reports_of(first) == reports_of(second)


def test_a_server_that_cannot_be_reached_is_left_alone_for_five_minutes(settings: Settings, sink: SmtpSink) -> None:
    contact()
    due_item()
    due_item(classification="baseline_csam")
    living, settings.MAIL_SMTP_URL = settings.MAIL_SMTP_URL, "smtp://127.0.0.1:1"
    run()
    assert run(HOUR) == 0
    settings.MAIL_SMTP_URL = living
    assert run(HOUR + 4 * MINUTE) == 0
    assert sink.tried == []
    assert run(HOUR + 5 * MINUTE) == 2


def test_a_worker_that_is_killed_leaves_a_trace_and_a_later_run_sends_it(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact()
    due_item()
    run()

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(SmtpConnection, "deliver", die)
        with pytest.raises(Killed):
            run(HOUR)
    notice = Notice.objects.get()
    message_id = notice.messages.get(sent_at=None).message_id
    assert (notice.state, notice.error) == ("planned", "interrupted")
    assert run(HOUR + 4 * MINUTE) == 0
    assert run(HOUR + 5 * MINUTE) == 1
    assert sink.letters[0].message["Message-ID"] == f"<{message_id}>"


def test_without_a_mail_server_nothing_is_tried(settings: Settings, sink: SmtpSink) -> None:
    contact()
    due_item()
    settings.MAIL_SMTP_URL = ""
    run()
    assert run(HOUR) == 0
    assert states() == [("host", "planned")]


def in_another_process(call: object) -> object:
    try:
        return call()  # type: ignore[operator]
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_nothing_twice(sink: SmtpSink) -> None:
    for number in range(4):
        contact(key=f"h{number}.example.org", email=f"h{number}@example.net")
        due_item(host=f"h{number}.example.org")
    run()
    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(lambda _: in_another_process(lambda: run(HOUR)), range(3)))
    run(HOUR + 6 * MINUTE)
    assert len(sink.letters) == 4
    assert sum(sent) <= 4  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_item_withdrawn_during_a_hanging_delivery_is_not_sent(sink: SmtpSink) -> None:
    contact()
    item = due_item()
    run()
    sink.answers.append(("RCPT", "hang"))
    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(in_another_process, lambda: run(HOUR))
        until(lambda: sink.tried, what="the question for the address")
        perform_notice_action(
            notice=Notice.objects.get(), act="withdraw", actor=make_user("ana", "analyst"), now=NOW + HOUR
        )
        sink.release()
        assert sent.result() == 0
    assert sink.letters == []
    assert (states(), referral_of(item).problem) == ([("host", "withdrawn")], "notice_withdrawn")
