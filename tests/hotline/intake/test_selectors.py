"""Status texts for reporters and their dates."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.sealing import SealedValueDamaged
from hotline.intake import endings, selectors, status_messages
from hotline.intake.selectors import ReporterEvent
from hotline.models import ContentItem, Direction, ReportItem
from hotline.models import Report as ReportModel
from hotline.states import ItemState, Outcome, ReportState
from tests.factories.hotline import RECEIVED, ReportFactory, make_message

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def analyst() -> User:
    return User.objects.create(username="analyst")


def ended(**columns: Any) -> ReportModel:
    """A report that ended an hour after it arrived."""
    defaults = {"state": ReportState.CLOSED, "outcome": Outcome.REMOVED, "closed_at": RECEIVED + HOUR}
    return ReportFactory(**{**defaults, **columns})


def status_events(report: ReportModel, now: datetime) -> list[tuple[datetime, status_messages.StatusMessage]]:
    return [(event.at, event.phrase) for event in selectors.reporter_events(report, now)]


def act_on(report: ReportModel, actor: User | None, at: datetime, action: str = "report.claimed") -> None:
    audit_log.record(action=action, subject=report, actor=actor, now=at)


def add_item(*reports: ReportModel, outcome: Outcome) -> ContentItem:
    """An ended item that `reports` name."""
    item = ContentItem.objects.create(
        kind="url",
        canonical="https://example.org/a",
        digest=b"d" * 32,
        state=ItemState.ENDED,
        outcome=outcome,
        first_reported_at=RECEIVED,
    )
    for position, report in enumerate(reports):
        ReportItem.objects.create(report=report, item=item, position=position)
    return item


class TestReporterEvents:
    @pytest.mark.parametrize("state", ["received", "triaged", "action_pending"])
    def test_unopened_case_is_shown_as_waiting(self, state: str) -> None:
        report = ReportFactory(state=state)
        act_on(report, None, RECEIVED, "report.triaged")
        [event] = selectors.reporter_events(report, RECEIVED + HOUR)
        assert (event.at, event.phrase, event.exact) == (RECEIVED, status_messages.WAITING, True)


class TestReporterEventsOfAReopenedReport:
    """Its earlier end stays told."""

    AT = RECEIVED + 5 * HOUR

    def again(self, **columns: Any) -> ReportModel:
        defaults = {"state": ReportState.TRIAGED, "reopened_at": self.AT, "reopened_from": ReportState.CLOSED}
        return ended(**defaults | columns)

    def test_after_an_end_by_a_person(self, analyst: User) -> None:
        report = self.again()
        act_on(report, analyst, RECEIVED)
        assert status_events(report, self.AT) == [
            (self.AT, status_messages.OPEN_AGAIN),
            (RECEIVED + HOUR, endings.REMOVED),
            (RECEIVED, status_messages.WORKED_ON),
            (RECEIVED, status_messages.WAITING),
        ]

    def test_after_an_end_that_came_by_itself(self, analyst: User) -> None:
        report = self.again(reopened_at=RECEIVED + 12 * HOUR)
        act_on(report, analyst, RECEIVED + 13 * HOUR)
        assert status_events(report, RECEIVED + 13 * HOUR) == [
            (RECEIVED + 12 * HOUR, status_messages.OPEN_AGAIN),
            (RECEIVED + HOUR, endings.REMOVED),
            (RECEIVED, status_messages.WAITING),
        ]


class TestThread:
    def test_both_sides_in_order(self) -> None:
        report = ReportFactory()
        make_message(report, "питање", direction=Direction.REPORTER)
        make_message(report, "одговор", at=datetime(2026, 3, 3, 9, 17, tzinfo=UTC))
        make_message(ReportFactory(), "туђе")
        thread = selectors.open_thread(report, report.receipt)
        assert [(message.mine, message.text) for message in thread] == [(True, "питање"), (False, "одговор")]

    def test_the_wrong_receipt_opens_nothing(self) -> None:
        report = ReportFactory()
        make_message(report, "одговор")
        with pytest.raises(SealedValueDamaged):
            selectors.open_thread(report, receipts.generate_code())


class TestNextDate:
    @pytest.mark.parametrize(
        ("at", "now", "urgent", "expected"),
        [
            # 2 March 2026 is a Monday, and 23:30 UTC is Tuesday in Belgrade.
            ("2026-03-02T10:00Z", "2026-03-02T10:00Z", False, "2026-03-04"),
            ("2026-03-02T23:30Z", "2026-03-02T23:30Z", False, "2026-03-05"),
            ("2026-03-05T10:00Z", "2026-03-05T10:00Z", False, "2026-03-09"),
            ("2026-03-07T10:00Z", "2026-03-08T10:00Z", False, "2026-03-10"),
            # Once it has come, the next one.
            ("2026-03-02T10:00Z", "2026-03-04T08:00Z", False, "2026-03-06"),
            ("2026-03-02T10:00Z", "2026-04-01T08:00Z", False, "2026-04-03"),
            ("2026-03-06T10:00Z", "2026-03-06T10:00Z", True, "2026-03-09"),
        ],
    )
    def test_it_is_a_future_working_day(self, at: str, now: str, urgent: bool, expected: str) -> None:
        event = ReporterEvent(datetime.fromisoformat(at), status_messages.WAITING)
        assert selectors.next_date(event, datetime.fromisoformat(now), urgent=urgent) == date.fromisoformat(expected)

    def test_an_end_has_none(self) -> None:
        event = ReporterEvent(RECEIVED, status_messages.HOST, is_end=True)
        assert selectors.next_date(event, RECEIVED, urgent=True) is None


def test_actions_of_people_are_read_once(analyst: User) -> None:
    """An ended report that staff entered needs its events for its arrival, its taking up and its end."""
    report = ended(channel="telephone")
    add_item(report, outcome=Outcome.REMOVED)
    act_on(report, analyst, RECEIVED, "report.entered")
    with CaptureQueriesContext(connection) as captured:
        status_events(report, RECEIVED + 99 * HOUR)
    for function in ("hotline_person_events", "hotline_disclosure_actions"):
        assert sum(function in query["sql"] for query in captured.captured_queries) == 1, function
