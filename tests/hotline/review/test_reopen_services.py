"""Closed reports that are open again."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction

from clicksafely.accounts.models import User
from clicksafely.common.clock import hour_of
from clicksafely.common.models import AuditEvent
from hotline.intake import services
from hotline.intake.services import TooManyMessages, add_reporter_message
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.follow_items import update_report, update_waiting_reports
from hotline.lifecycle.transitions import advance_report
from hotline.models import Assessment, Direction, FileHash, HashOrigin, Report
from hotline.priority import PriorityReason
from hotline.review import claims, reopen_services, selectors
from hotline.review.assessments import record_actions
from hotline.review.exceptions import (
    ContentNotOpened,
    InvalidAnswers,
    NotClaimHolder,
    NothingReopened,
    Unassessed,
    UnreadNews,
)
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, REOPENABLE, ItemState, Outcome, Queue, ReportState
from tests.factories.file_hashes import make_file_hash
from tests.factories.hotline import ReportFactory
from tests.factories.openings import open_and_assess, open_and_close, open_everything
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, NOW, make_case, make_item

HOUR = hour_of(NOW)
COLUMNS: dict[str, dict[str, Any]] = {
    ReportState.CLOSED: {"outcome": Outcome.REMOVED},
    ReportState.ANONYMISED: {"anonymised_from": "closed"},
}


def ended(state: str = ReportState.CLOSED, *items: Any, **columns: Any) -> Report:
    """A case that has ended, whose seals open; without `items` its one item is removed."""
    defaults = {
        "received_at": NOW - timedelta(days=30),
        "closed_at": NOW - timedelta(days=3),
        "queue": None,
        **COLUMNS.get(state, {}),
    }
    report = ReportFactory(state=state, **defaults | columns)
    for position, item in enumerate(items or [make_item(state=ItemState.ENDED, outcome=Outcome.REMOVED)]):
        report.report_items.create(item=item, position=position)
    return Report.objects.get(pk=report.pk)


def write(report: Report, now: datetime = NOW) -> bool:
    return add_reporter_message(report=report, text="Опет је ту.", row=uuid.uuid4(), now=now)


def actions(report: Report) -> list[str]:
    return list(AuditEvent.objects.filter(subject_id=report.pk).order_by("id").values_list("action", flat=True))


@pytest.mark.django_db
@pytest.mark.parametrize("state", sorted(REOPENABLE))
def test_a_reporters_message_opens_an_ended_report_again(state: str) -> None:
    report = ended(state, priority=6, priority_reasons=["serbian_host"])
    write(report)
    report.refresh_from_db()
    assert (report.state, report.queue, report.has_news) == (ReportState.TRIAGED, Queue.REVIEW, True)
    assert (report.reopened_at, report.reopened_from, report.reopened_times) == (HOUR, state, 1)
    assert (report.priority_reasons, report.priority) == (["serbian_host", "reporter_wrote"], 8)
    assert report.reporter_wrote_at == HOUR
    assert [item.state for item in report.items.all()] == [ItemState.ENDED]
    assert actions(report) == ["message.received", "report.reopened", "report.state"]
    event = AuditEvent.objects.get(action="report.reopened")
    assert (event.actor_id, event.at, event.data) == (None, HOUR, {"why": "reporter"})


@pytest.mark.django_db
def test_files_of_a_report_that_is_open_again_are_compared_anew() -> None:
    report, other = ended(), ended()
    for each in (report, other):
        make_file_hash(report=each, origin=HashOrigin.PARTNER, md5=bytes(16), matched_at=HOUR)
    write(report)
    assert list(FileHash.objects.order_by("pk").values_list("matched_at", flat=True)) == [None, HOUR]


@pytest.mark.django_db
@pytest.mark.parametrize("state", sorted(set(ReportState) - REOPENABLE))
def test_an_open_one_stays_where_it_is(state: str) -> None:
    report = ended(state)
    write(report)
    report.refresh_from_db()
    assert (report.state, report.queue, report.reopened_at, report.has_news) == (state, None, None, True)
    assert actions(report) == ["message.received"]


@pytest.mark.django_db
def test_many_messages_open_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_MESSAGES", 12)
    report = ended(ReportState.SPAM)
    for _ in range(12):
        write(report)
    with pytest.raises(TooManyMessages):
        write(report)
    report.refresh_from_db()
    assert (report.reopened_times, report.priority) == (1, 2)
    assert actions(report).count("report.reopened") == 1
    assert report.messages.filter(direction=Direction.REPORTER).count() == 12


@pytest.mark.django_db
def test_spam_closed_twice_stays_closed_and_its_messages_are_listed(analyst: User) -> None:
    report = ended(ReportState.SPAM)
    write(report)
    open_and_close(report=report, state=ReportState.SPAM, actor=analyst, now=NOW)
    write(report)
    report.refresh_from_db()
    assert (report.state, report.queue, report.reopened_times) == (ReportState.SPAM, None, 1)
    assert list(selectors.cases_with_news()) == [report]


@pytest.mark.django_db
def test_a_message_of_a_report_outside_the_queue_is_listed() -> None:
    report = ended(ReportState.TRIAGED, closed_at=None)
    write(report)
    report.refresh_from_db()
    assert (report.state, report.queue) == (ReportState.TRIAGED, None)
    assert list(selectors.cases_with_news()) == [report]


@pytest.mark.django_db
def test_a_closed_report_is_reopened_by_every_message(analyst: User) -> None:
    report = ended()
    for times in (1, 2, 3):
        write(report)
        claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
        open_everything(report, by=analyst, now=NOW)
        reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
        report.refresh_from_db()
        assert (report.state, report.reopened_times) == (ReportState.CLOSED, times)


@pytest.mark.django_db
def test_reopened_case_is_claimed_released_and_not_closed_automatically(analyst: User) -> None:
    """All its items are closed, so any change would close the report."""
    report = ended()
    write(report)
    update_waiting_reports(now=NOW)
    update_report(report_id=report.pk, now=NOW)
    assert claims.take_next(actor=analyst, now=NOW) == report
    claims.release_case(report=report, actor=analyst, now=NOW)
    claims.take_next(actor=analyst, now=NOW)
    claims.release_expired_claims(now=NOW + timedelta(hours=1))
    report.refresh_from_db()
    assert (report.state, report.queue, report.claimed_by) == (ReportState.TRIAGED, Queue.REVIEW, None)


@pytest.mark.django_db
def test_closing_again_needs_the_claim_and_the_message_read(analyst: User, colleague: User) -> None:
    report = ended()
    with pytest.raises(NotClaimHolder):
        reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
    write(report)
    claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
    with pytest.raises(NotClaimHolder):
        reopen_services.close_reopened_case(report=report, actor=colleague, now=NOW)
    with pytest.raises(UnreadNews):
        reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
    assert "report.closed_again" not in actions(report)
    open_everything(report, by=analyst, now=NOW)
    reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.outcome, report.closed_at) == (ReportState.CLOSED, Outcome.REMOVED, NOW)
    assert (report.queue, report.claimed_by, report.reopened_at, report.reopened_from) == (None, None, None, "")
    assert (report.priority_reasons, report.priority) == ([], 0)
    assert "report.closed_again" in actions(report)
    assert Assessment.objects.count() == 0


@pytest.mark.django_db
def test_closing_again_needs_that_this_person_has_opened_everything(analyst: User, colleague: User) -> None:
    report = ended()
    write(report)
    claims.claim_case(report_id=report.pk, actor=colleague, now=NOW)
    open_everything(report, by=colleague, now=NOW)
    claims.release_case(report=report, actor=colleague, now=NOW)
    claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
    with pytest.raises(ContentNotOpened):
        reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
    report.refresh_from_db()
    assert report.state == ReportState.IN_REVIEW


@pytest.mark.django_db
def test_closing_a_case_that_was_not_reopened(analyst: User) -> None:
    case = make_case()
    claims.claim_case(report_id=case.pk, actor=analyst, now=NOW)
    with pytest.raises(NothingReopened):
        reopen_services.close_reopened_case(report=case, actor=analyst, now=NOW)


@pytest.mark.django_db
def test_closing_again_with_something_unassessed(analyst: User) -> None:
    report = ended(ReportState.DUPLICATE, make_item())
    write(report)
    claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
    open_everything(report, by=analyst, now=NOW)
    with pytest.raises(Unassessed):
        reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
    original = make_case().reference
    open_and_close(report=report, state=ReportState.DUPLICATE, actor=analyst, now=NOW, original=original)
    report.refresh_from_db()
    assert (report.state, report.reopened_at, report.priority_reasons) == (ReportState.DUPLICATE, None, [])


@pytest.mark.django_db
def test_a_reopened_case_stays_open_with_an_undecided_item(analyst: User) -> None:
    report = ended(ReportState.DUPLICATE, make_item(state=ItemState.ASSESSED))
    write(report)
    claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
    open_everything(report, by=analyst, now=NOW)
    reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.queue, report.claimed_by) == (ReportState.TRIAGED, None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    list(product([ReportState.CLOSED], sorted(CLOSED_WITHOUT_ASSESSMENT - {ReportState.NOT_ASSESSED}))),
)
def test_reopened_case_closed_without_assessment_has_no_outcome(before: str, after: str, analyst: User) -> None:
    report = ended(before)
    write(report)
    original = make_case().reference
    open_and_close(report=report, state=after, actor=analyst, now=NOW, original=original)
    report.refresh_from_db()
    assert (report.state, report.outcome, report.reopened_at, report.closed_at) == (after, "", None, NOW)


@pytest.mark.django_db
def test_new_content_in_it_is_assessed_on_the_ordinary_way(analyst: User, colleague: User) -> None:
    report = ended()
    write(report)
    claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
    item = make_item()
    report.report_items.create(item=item, position=9)
    open_and_assess(report=report, item=item, actor=analyst, answers=ILLEGAL, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.queue) == (ReportState.SECOND_REVIEW, Queue.SECOND)
    claims.claim_case(report_id=report.pk, actor=colleague, now=NOW)
    open_and_assess(report=report, item=item, actor=colleague, answers=ILLEGAL, now=NOW)
    record_actions(report=report, item=item, actor=colleague, kinds=["police"], now=NOW)
    report.refresh_from_db()
    assert (report.state, report.outcome, report.reopened_at) == (ReportState.CLOSED, Outcome.REFERRED, None)


@pytest.mark.django_db
def test_an_assessment_of_one_alone_leaves_it_to_be_closed_again(analyst: User) -> None:
    report = ended(ReportState.CANNOT_ASSESS, make_item())
    write(report)
    claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
    open_and_assess(report=report, item=report.items.get(), actor=analyst, answers=NOT_ILLEGAL, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.queue) == (ReportState.IN_REVIEW, Queue.REVIEW)
    open_everything(report, by=analyst, now=NOW)
    reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.outcome) == (ReportState.CLOSED, Outcome.NOT_ILLEGAL)


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "reason"), list(product(sorted(REOPENABLE), reopen_services.BY_HAND)))
def test_manual_reopening_with_a_reason(state: str, reason: str, analyst: User) -> None:
    report = reopen_services.reopen_case(report_id=ended(state).pk, actor=analyst, reason=reason, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.queue, report.reopened_from) == (ReportState.TRIAGED, Queue.REVIEW, state)
    assert PriorityReason.REPORTER_WROTE not in report.priority_reasons
    event = AuditEvent.objects.get(action="report.reopened")
    assert (event.actor_id, event.data) == (analyst.pk, {"why": reason})
    claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
    open_everything(report, by=analyst, now=NOW)
    reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("reason", ["", "reporter", "nonsense"])
def test_manual_reopening_without_a_reason(reason: str, analyst: User) -> None:
    report = ended()
    with pytest.raises(InvalidAnswers) as refused:
        reopen_services.reopen_case(report_id=report.pk, actor=analyst, reason=reason, now=NOW)
    assert [fault.field for fault in refused.value.faults] == ["reason"]
    assert actions(report) == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", sorted(set(ReportState) - REOPENABLE))
def test_reopening_an_open_report_is_refused(state: str, analyst: User) -> None:
    report = ended(state)
    with pytest.raises(WrongState):
        reopen_services.reopen_case(report_id=report.pk, actor=analyst, reason="mistake", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_concurrent_messages_reopen_a_report_once() -> None:
    report = ended()

    def send(_number: int) -> bool:
        try:
            return write(report)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(send, range(8)))
    report.refresh_from_db()
    assert (report.reopened_times, report.messages.count()) == (1, 8)
    assert actions(report).count("report.reopened") == 1

    closing = ended(ReportState.TRIAGED, queue=Queue.REVIEW)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            advance_report(report=Report.objects.select_for_update().get(pk=closing.pk), actor=None, now=NOW)
            assert Report.objects.get(pk=closing.pk).state == ReportState.CLOSED
            sent = pool.submit(lambda: _closing_connection(lambda: write(closing)))
        assert sent.result(timeout=60)
    closing.refresh_from_db()
    assert (closing.state, closing.reopened_from) == (ReportState.TRIAGED, ReportState.CLOSED)


def _closing_connection(work: Any) -> Any:
    try:
        return work()
    finally:
        connection.close()
