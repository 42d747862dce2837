"""Tests of notice runs against a real mail server: grouping, sending, reminders, retries, failure, escalation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from clicksafely.common.mail.smtp import SmtpConnection
from clicksafely.common.models import AuditEvent
from clicksafely.devserver.mock_services.smtp import SmtpSink
from hotline.models import Action, AvailabilityCheck, Notice, NoticeMessage, PoliceHold
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
    contact(key="other.example.org", email="other@example.net")
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
    # Another contact and content of another group have notices of their own.
    due_item(classification="baseline_csam", at=NOW + 2 * HOUR)
    due_item(host="other.example.org", at=NOW + 2 * HOUR)
    run(2 * HOUR)
    assert run(3 * HOUR) == 3
    assert sorted(letter.recipients[0] for letter in sink.letters[1:]) == [ABUSE, ABUSE, "other@example.net"]
    events = AuditEvent.objects.filter(subject_id=first.reports.get().pk, data__has_key="notice").order_by("pk")
    assert [event.action for event in events] == ["notice.planned", "referral.sent", "notice.sent"]


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


def test_a_notice_omits_withdrawn_and_removed_content(sink: SmtpSink) -> None:
    contact()
    gone, there, withdrawn = (due_item(f"https://www.example.org/{name}") for name in "abc")
    run()
    withdrawn.referrals.update(state="withdrawn", ended_at=NOW, due_at=None)
    assert run(HOUR) == 1
    assert withdrawn.canonical not in text_of(sink.letters[0])
    notice = Notice.objects.get()
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


@pytest.mark.parametrize("columns", [None, {"email": ""}, {"active": False}, {"email": "prijava@hotline.test"}])
def test_item_without_a_contact_returns_to_decision(sink: SmtpSink, columns: dict[str, Any] | None) -> None:
    if columns is not None:
        contact(**columns)
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
