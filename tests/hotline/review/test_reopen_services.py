"""Closed reports that are open again."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
from django.db import connection, transaction

from clicksafely.accounts.models import User
from clicksafely.common.clock import hour_of
from clicksafely.common.models import AuditEvent
from hotline.intake.services import add_reporter_message
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.follow_items import update_report, update_waiting_reports
from hotline.lifecycle.transitions import advance_report
from hotline.models import Assessment, FileHash, HashOrigin, Report
from hotline.priority import PriorityReason
from hotline.review import claims, reopen_services, selectors
from hotline.review.exceptions import (
    ContentNotOpened,
    InvalidAnswers,
    NotClaimHolder,
    NothingReopened,
    Unassessed,
    UnreadNews,
)
from hotline.states import REOPENABLE, ItemState, Outcome, Queue, ReportState
from tests.factories.file_hashes import make_file_hash
from tests.factories.hotline import ReportFactory
from tests.factories.openings import open_and_close, open_everything
from tests.hotline.review.conftest import NOW, make_case, make_item

pytestmark = pytest.mark.django_db
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


def take(report: Report, actor: User) -> None:
    """Take a case and open everything in it."""
    claims.claim_case(report_id=report.pk, actor=actor, now=NOW)
    open_everything(report, by=actor, now=NOW)


def close_again(report: Report, actor: User) -> None:
    reopen_services.close_reopened_case(report=report, actor=actor, now=NOW)
    report.refresh_from_db()


def actions(report: Report) -> list[str]:
    return list(AuditEvent.objects.filter(subject_id=report.pk).order_by("id").values_list("action", flat=True))


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


def test_files_of_a_report_that_is_open_again_are_compared_anew() -> None:
    report, other = ended(), ended()
    for each in (report, other):
        make_file_hash(report=each, origin=HashOrigin.PARTNER, md5=bytes(16), matched_at=HOUR)
    write(report)
    assert list(FileHash.objects.order_by("pk").values_list("matched_at", flat=True)) == [None, HOUR]


@pytest.mark.parametrize("state", [ReportState.TRIAGED, ReportState.IN_REVIEW, ReportState.ANONYMISED])
def test_an_open_one_stays_where_it_is(state: str) -> None:
    report = ended(state)
    write(report)
    report.refresh_from_db()
    assert (report.state, report.queue, report.reopened_at, report.has_news) == (state, None, None, True)
    assert actions(report) == ["message.received"]
    assert list(selectors.cases_with_news()) == [report]


@pytest.mark.parametrize("state", [ReportState.SPAM, ReportState.CLOSED])
def test_spam_closed_twice_stays_closed_and_its_messages_are_listed(state: str, analyst: User) -> None:
    report = ended(state)
    write(report)
    open_and_close(report=report, state=ReportState.SPAM, actor=analyst, now=NOW)
    report.refresh_from_db()
    assert (report.outcome, report.reopened_at, report.closed_at) == ("", None, NOW)
    write(report)
    report.refresh_from_db()
    assert (report.state, report.queue, report.reopened_times) == (ReportState.SPAM, None, 1)
    assert list(selectors.cases_with_news()) == [report]


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


def test_closing_again_needs_the_claim_and_everything_opened(analyst: User, colleague: User) -> None:
    report, case = ended(), make_case()
    claims.claim_case(report_id=case.pk, actor=analyst, now=NOW)
    with pytest.raises(NothingReopened):
        close_again(case, analyst)
    with pytest.raises(NotClaimHolder):
        close_again(report, analyst)
    write(report)
    claims.claim_case(report_id=report.pk, actor=colleague, now=NOW)
    with pytest.raises(UnreadNews):
        close_again(report, colleague)
    open_everything(report, by=colleague, now=NOW)
    claims.release_case(report=report, actor=colleague, now=NOW)
    claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
    with pytest.raises(NotClaimHolder):
        close_again(report, colleague)
    with pytest.raises(ContentNotOpened):
        close_again(report, analyst)
    assert "report.closed_again" not in actions(report)
    open_everything(report, by=analyst, now=NOW)
    close_again(report, analyst)
    assert (report.state, report.outcome, report.closed_at) == (ReportState.CLOSED, Outcome.REMOVED, NOW)
    assert (report.queue, report.claimed_by, report.reopened_at, report.reopened_from) == (None, None, None, "")
    assert (report.priority_reasons, report.priority) == ([], 0)
    assert "report.closed_again" in actions(report)
    assert Assessment.objects.count() == 0


def test_closing_again_with_something_unassessed_or_undecided(analyst: User) -> None:
    report = ended(ReportState.DUPLICATE, make_item())
    write(report)
    take(report, analyst)
    with pytest.raises(Unassessed):
        close_again(report, analyst)
    original = make_case().reference
    open_and_close(report=report, state=ReportState.DUPLICATE, actor=analyst, now=NOW, original=original)
    report.refresh_from_db()
    assert (report.state, report.reopened_at, report.priority_reasons) == (ReportState.DUPLICATE, None, [])
    undecided = ended(ReportState.DUPLICATE, make_item(state=ItemState.ASSESSED))
    write(undecided)
    take(undecided, analyst)
    close_again(undecided, analyst)
    assert (undecided.state, undecided.queue, undecided.claimed_by) == (ReportState.TRIAGED, None, None)


@pytest.mark.parametrize(("state", "reason"), list(zip(sorted(REOPENABLE), cycle(reopen_services.BY_HAND))))
def test_manual_reopening_with_a_reason(state: str, reason: str, analyst: User) -> None:
    report = reopen_services.reopen_case(report_id=ended(state).pk, actor=analyst, reason=reason, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.queue, report.reopened_from) == (ReportState.TRIAGED, Queue.REVIEW, state)
    assert PriorityReason.REPORTER_WROTE not in report.priority_reasons
    event = AuditEvent.objects.get(action="report.reopened")
    assert (event.actor_id, event.data) == (analyst.pk, {"why": reason})
    take(report, analyst)
    close_again(report, analyst)


@pytest.mark.parametrize("state", [ReportState.IN_REVIEW, ReportState.ANONYMISED])
def test_reopening_an_open_report_or_without_a_reason_is_refused(state: str, analyst: User) -> None:
    with pytest.raises(WrongState):
        reopen_services.reopen_case(report_id=ended(state).pk, actor=analyst, reason="mistake", now=NOW)
    report = ended()
    with pytest.raises(InvalidAnswers) as refused:
        reopen_services.reopen_case(report_id=report.pk, actor=analyst, reason="reporter", now=NOW)
    assert [fault.field for fault in refused.value.faults] == ["reason"]
    assert actions(report) == []


@pytest.mark.django_db(transaction=True)
def test_concurrent_messages_reopen_a_report_once() -> None:
    report = ended()

    def send(to: Report) -> bool:
        try:
            return write(to)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(send, [report] * 8))
    report.refresh_from_db()
    assert (report.reopened_times, report.messages.count()) == (1, 8)
    assert actions(report).count("report.reopened") == 1

    closing = ended(ReportState.TRIAGED, queue=Queue.REVIEW)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            advance_report(report=Report.objects.select_for_update().get(pk=closing.pk), actor=None, now=NOW)
            assert Report.objects.get(pk=closing.pk).state == ReportState.CLOSED
            sent = pool.submit(send, closing)
        assert sent.result(timeout=60)
    closing.refresh_from_db()
    assert (closing.state, closing.reopened_from) == (ReportState.TRIAGED, ReportState.CLOSED)
