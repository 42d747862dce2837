"""Status texts for reporters and their dates."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.crypto import receipts
from clicksafely.common.crypto.sealing import SealedValueDamaged
from hotline.intake import endings, selectors, status_messages
from hotline.intake.selectors import ReporterEvent
from hotline.models import Action, ActionKind, Assessment, ContentItem, Direction, QuestionSet, ReportItem
from hotline.models import Report as ReportModel
from hotline.states import ItemState, Outcome, ReportState, Round, Verdict
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


def assess(report: ReportModel, author: User, item: ContentItem) -> None:
    Assessment.objects.create(
        report=report,
        item=item,
        author=author,
        question_set=QuestionSet.objects.get(active=True),
        round=Round.FIRST,
        answers={},
        verdict=Verdict.NOT_ILLEGAL,
        created_at=RECEIVED,
    )


class TestFindCase:
    def test_by_receipt(self) -> None:
        report, _other = ReportFactory(), ReportFactory()
        assert selectors.find_case(report.receipt) == report

    @pytest.mark.parametrize("receipt", [None, "0000000000000000"])
    def test_nothing(self, receipt: str | None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        ReportFactory()
        with django_assert_num_queries(1):
            assert selectors.find_case(receipt) is None

    def test_by_state(self) -> None:
        report = ReportFactory()
        assert selectors.is_received(bytes(report.state_digest))
        assert not selectors.is_received(b"x" * 32)


class TestReporterEvents:
    def test_received(self) -> None:
        [event] = selectors.reporter_events(ReportFactory(), RECEIVED)
        assert (event.at, event.phrase, event.exact) == (RECEIVED, status_messages.WAITING, True)

    @pytest.mark.parametrize("state", ["triaged", "second_review", "action_pending", "assessed"])
    def test_unopened_case_is_shown_as_waiting(self, state: str) -> None:
        report = ReportFactory(state=state)
        act_on(report, None, RECEIVED, "report.triaged")
        assert status_events(report, RECEIVED + HOUR) == [(RECEIVED, status_messages.WAITING)]

    def test_claimed(self, analyst: User) -> None:
        report = ReportFactory(state=ReportState.IN_REVIEW)
        act_on(ReportFactory(), analyst, RECEIVED)
        act_on(report, analyst, RECEIVED + HOUR)
        act_on(report, analyst, RECEIVED + 2 * HOUR)
        assert status_events(report, RECEIVED + 3 * HOUR) == [
            (RECEIVED + HOUR, status_messages.WORKED_ON),
            (RECEIVED, status_messages.WAITING),
        ]

    def test_ended_by_a_person(self, analyst: User) -> None:
        report = ended(outcome=Outcome.NOT_ILLEGAL)
        act_on(report, analyst, RECEIVED)
        assess(report, analyst, add_item(report, outcome=Outcome.NOT_ILLEGAL))
        assert status_events(report, RECEIVED + HOUR)[0] == (RECEIVED + HOUR, endings.NOT_ILLEGAL)

    @pytest.mark.parametrize(
        ("kinds", "expected"),
        [
            (["partner"], status_messages.PARTNER),
            (["host", "host"], status_messages.HOST),
            (["police"], endings.ACTED),
            (["host", "police"], endings.ACTED),
        ],
    )
    def test_actions(self, analyst: User, kinds: list[str], expected: status_messages.StatusMessage) -> None:
        report, other = ended(outcome=Outcome.REFERRED), ReportFactory()
        act_on(report, analyst, RECEIVED)
        item = add_item(report, other, outcome=Outcome.REFERRED)
        assess(report, analyst, item)
        for kind in kinds:
            # Recorded in the other case: what counts is what was done about the item.
            Action.objects.create(item=item, report=other, author=analyst, kind=ActionKind(kind), done_at=RECEIVED)
        assert status_events(report, RECEIVED + HOUR)[0][1] == expected


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

    def test_after_spam(self, analyst: User) -> None:
        report = self.again(reopened_from=ReportState.SPAM, outcome="")
        act_on(report, analyst, RECEIVED)
        act_on(report, analyst, RECEIVED, "words.opened")
        assert status_events(report, self.AT)[:2] == [
            (self.AT, status_messages.OPEN_AGAIN),
            (RECEIVED + HOUR, endings.NOT_PURSUED),
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

    def test_nothing(self) -> None:
        report = ReportFactory()
        assert selectors.open_thread(report, report.receipt) == []

    def test_contact(self) -> None:
        assert selectors.has_contact(ReportFactory(contact="a@example.org"))
        assert not selectors.has_contact(ReportFactory())

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
