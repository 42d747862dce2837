"""Attackers report an address they control, to learn whether it is known."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from clicksafely.accounts.models import User
from hotline.availability.outcomes import end_check
from hotline.intake import selectors
from hotline.intake.api.partner_services import make_key
from hotline.intake.api.selectors import report_status
from hotline.lifecycle.follow_items import update_waiting_reports
from hotline.lifecycle.review_dates import CaseTrail, add_working_time, followed_items
from hotline.models import AvailabilityCheck, ContentItem, PartnerReport, Referral, Report
from hotline.referral.services import mark_sent
from hotline.review import claims
from hotline.review.assessments import record_actions
from hotline.review.referral_services import refer
from hotline.states import FINAL, Outcome, Queue, ReportState
from hotline.triage.services import triage_report
from tests.factories.hotline import ReportFactory
from tests.factories.openings import open_and_assess, open_and_close
from tests.hotline.intake.api.program import make_partner
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, make_user

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHECK_HOURS = 4
# A Monday in winter, 11:00 in Belgrade, and the Tuesday of the week after.
FIRST = datetime(2026, 3, 2, 10, tzinfo=UTC)
SECOND = datetime(2026, 3, 10, 10, tzinfo=UTC)
ADDRESS = "https://forum.example.org/known"
OTHER_ADDRESS = "https://forum.example.org/junk"
RECEIVED, WORKED_ON = "Received", "Being worked on"

Step = Callable[[Report], None]


class Analysts:
    """Two analysts, who bring the first report of an address to a given state."""

    def __init__(self) -> None:
        self.analyst, self.colleague = make_user("first", "analyst"), make_user("second", "analyst")

    def assess(self, report: Report, actor: User, answers: dict[str, str], at: datetime) -> None:
        claims.claim_case(report_id=report.pk, actor=actor, now=at)
        item = report.items.get(canonical__startswith="https")
        open_and_assess(report=report, item=item, actor=actor, answers=answers, now=at)

    def not_illegal(self, report: Report) -> None:
        self.assess(report, self.analyst, NOT_ILLEGAL, FIRST + HOUR)

    def outside_remit(self, report: Report) -> None:
        self.assess(report, self.analyst, {"classification": "outside_remit"}, FIRST + HOUR)

    def cannot_assess(self, report: Report) -> None:
        self.assess(report, self.analyst, {"classification": "not_found"}, FIRST + HOUR)

    def illegal_once(self, report: Report) -> None:
        self.assess(report, self.analyst, ILLEGAL, FIRST + HOUR)

    def illegal(self, report: Report) -> None:
        self.illegal_once(report)
        self.assess(report, self.colleague, ILLEGAL, FIRST + 2 * HOUR)

    def referred(self, report: Report) -> None:
        self.illegal(report)
        claims.claim_case(report_id=report.pk, actor=self.analyst, now=FIRST + 3 * HOUR)
        item = report.items.get()
        [referral] = refer(
            report=report, item=item, actor=self.analyst, routes=["host"], now=FIRST + 3 * HOUR, unsure=True
        )
        assert mark_sent(referral=Referral.objects.get(pk=referral.pk), now=FIRST + 4 * HOUR)

    def removed(self, report: Report, at: datetime = FIRST + 2 * DAY) -> None:
        self.referred(report)
        self.found_removed(report, at)

    def found_removed(self, report: Report, at: datetime) -> None:
        report.refresh_from_db()
        check = AvailabilityCheck.objects.get()
        check.unavailable_since = check.last_miss_at = at
        end_check(
            report=report, item=ContentItem.objects.get(), check=check, outcome=Outcome.REMOVED, actor=None, now=at
        )
        check.save()

    def reported_to_police(self, report: Report) -> None:
        self.illegal(report)
        claims.claim_case(report_id=report.pk, actor=self.analyst, now=FIRST + 3 * HOUR)
        record_actions(
            report=report, item=report.items.get(), actor=self.analyst, kinds=["police"], now=FIRST + 3 * HOUR
        )


@pytest.fixture
def analysts() -> Analysts:
    return Analysts()


STATES = [
    "illegal_once",
    "illegal",
    "referred",
    "not_illegal",
    "outside_remit",
    "cannot_assess",
    "removed",
    "reported_to_police",
]


def send(addresses: str = ADDRESS, at: datetime = SECOND, **columns: object) -> Report:
    """A report that arrives and is triaged within the minute."""
    report: Report = ReportFactory(addresses=addresses, received_at=at, **{"contact": "a@example.org", **columns})
    assert triage_report(report_id=report.pk, now=at + timedelta(minutes=1))
    report.refresh_from_db()
    return report


def status_lines(report: Report, now: datetime) -> list[tuple[datetime, str]]:
    """What the reporter reads at `now`, the oldest first."""
    report.refresh_from_db()
    with override("en"):
        return [(event.at, str(event.phrase.title)) for event in selectors.reporter_events(report, now)][::-1]


def titles(report: Report, now: datetime = SECOND + 60 * DAY) -> list[str]:
    return [title.partition(" after ")[0] for _at, title in status_lines(report, now)]


def watch_page(report: Report, *, days: int = 10) -> list[tuple[datetime, str]]:
    """Read the status page every few hours: entries never change, and no entry appears with a past date."""
    before: list[tuple[datetime, str]] = []
    start = report.received_at
    for looks in range(days * 24 // CHECK_HOURS):
        now = start + looks * CHECK_HOURS * HOUR
        update_waiting_reports(now=now)
        page = status_lines(report, now)
        assert page[: len(before)] == before
        assert all(now - CHECK_HOURS * HOUR <= at <= now for at, _title in page[len(before) :])
        # Whatever else hangs on the end of a report (erasure, figures, what a message does) has the same date.
        assert (report.state in FINAL) == (len(page) > 1 and page[-1][1] not in {WORKED_ON, "Sent to the platform"})
        before = page
    return before


@pytest.mark.parametrize("state", STATES)
def test_known_address_is_indistinguishable_within_the_hour(analysts: Analysts, state: str) -> None:
    getattr(analysts, state)(send(at=FIRST))
    known, new = send(), send("https://forum.example.org/new")
    for minutes in (1, 59, 89):
        now = SECOND + timedelta(minutes=minutes)
        update_waiting_reports(now=now)
        assert status_lines(known, now) == status_lines(new, now) == [(SECOND, RECEIVED)]
        assert selectors.has_contact(known)
    assert known.state not in FINAL


@pytest.mark.parametrize("state", ["not_illegal", "reported_to_police"])
def test_steps_equal_those_of_a_first_report(analysts: Analysts, state: str) -> None:
    first = send(at=FIRST)
    getattr(analysts, state)(first)
    page = watch_page(known := send())
    assert [title for _at, title in page] == titles(first)
    assert len(page) == 3
    assert_plausible(page)
    assert known.closed_at == page[-1][0]


def test_steps_of_content_removed_later(analysts: Analysts) -> None:
    first = send(at=FIRST)
    analysts.referred(first)
    second = send()
    analysts.found_removed(first, SECOND + 3 * HOUR)
    page = watch_page(second)
    assert titles(second) == titles(first) == [RECEIVED, WORKED_ON, "Sent to the platform", "Removed"]
    assert_plausible(page)
    # The hours are those between its own dates.
    handed_at, removed_at = page[2][0], page[3][0]
    assert page[3][1] == f"Removed after {round((removed_at - handed_at) / HOUR)} h"


def test_content_missing_on_arrival_is_not_reported_as_removed(analysts: Analysts) -> None:
    """The owner removes the content and reports the address. "Removed" would reveal that the content was known."""
    analysts.removed(send(at=FIRST))
    nothing_there = send("https://forum.example.org/nothing", at=FIRST)
    analysts.cannot_assess(nothing_there)
    page = watch_page(send())
    assert [title for _at, title in page] == titles(nothing_there) == [RECEIVED, WORKED_ON, "Could not be checked"]
    assert_plausible(page)


def set_aside(report: Report, original: Report, actor: User, at: datetime) -> None:
    open_and_close(report=report, state=ReportState.DUPLICATE, actor=actor, now=at, original=original.reference)


@pytest.mark.parametrize("state", ["illegal_once", "referred", "not_illegal", "removed", "reported_to_police"])
def test_duplicate_closed_without_assessment_has_the_same_steps(analysts: Analysts, state: str) -> None:
    first, second = send(at=FIRST), send(at=FIRST, contact="")
    getattr(analysts, state)(first)
    at = FIRST + 5 * HOUR
    Report.objects.filter(pk=second.pk).update(
        state=ReportState.TRIAGED, queue=Queue.REVIEW, closed_at=None, outcome=""
    )
    set_aside(second, first, analysts.analyst, at)
    assert titles(second) == titles(first)
    # Five hours after arrival the page shows the first steps, never one that a first report would not have.
    shown = [title.partition(" after ")[0] for _at, title in status_lines(second, at)]
    assert shown == titles(first)[: len(shown)]


def test_junk_beside_a_known_address_does_not_hasten_the_end(analysts: Analysts) -> None:
    """Two addresses in one report, one of them new and harmless: its assessment would bring the end of the other one at once."""
    analysts.reported_to_police(send(at=FIRST))
    mixed = send(f"{ADDRESS} {OTHER_ADDRESS}")
    now = SECOND + 2 * HOUR
    claims.claim_case(report_id=mixed.pk, actor=analysts.colleague, now=now)
    junk = mixed.items.get(canonical=OTHER_ADDRESS)
    open_and_assess(report=mixed, item=junk, actor=analysts.colleague, answers=NOT_ILLEGAL, now=now)
    assert status_lines(mixed, now)[-1][1] == WORKED_ON
    assert mixed.state not in FINAL
    assert titles(mixed, SECOND + DAY / 4) == [RECEIVED, WORKED_ON]
    assert watch_page(mixed)[-1][1] == "Closed"


def test_form_state_does_not_predict_the_date(analysts: Analysts) -> None:
    """The form's state, and so its digest, is in the reporter's hands."""
    analysts.not_illegal(send(at=FIRST))
    digest = secrets.token_bytes(31)
    reports = [send(state_digest=bytes([number]) + digest) for number in range(6)]
    starts = {followed_items(CaseTrail(report))[0].starts_at for report in reports}
    assert len(starts) > 3
    known = send()
    Report.objects.filter(pk=known.pk).update(state_digest=secrets.token_bytes(32))
    known.refresh_from_db()
    [again], [before] = followed_items(CaseTrail(known)), followed_items(CaseTrail(Report.objects.get(pk=known.pk)))
    assert (again.starts_at, again.ends_at) == (before.starts_at, before.ends_at)


def test_the_partner_interface_gives_no_minutes(analysts: Analysts) -> None:
    partner = make_partner()
    make_key(partner=partner, label="x", actor=None, now=FIRST)
    first = send(at=FIRST)
    analysts.referred(first)
    for report in (first, send()):
        sent = PartnerReport.objects.create(report=report, partner=partner, key=partner.keys.get())
        answer = report_status(sent, SECOND + 30 * DAY)
        assert answer["state"] == "in_progress"
        assert len(answer["told"]) == 3  # type: ignore[arg-type]
        assert all(line["at"].endswith(":00:00Z") for line in answer["told"])  # type: ignore[attr-defined]


def assert_plausible(page: list[tuple[datetime, str]]) -> None:
    """Every step after the arrival has a date of its own, later than the one before, when analysts work."""
    moments = [at for at, _title in page]
    assert moments == sorted(set(moments))
    assert moments[1] >= page[0][0] + timedelta(minutes=90)
    # The end is written down when the task of the clock comes by, here as seldom as the page is looked at.
    for at in moments[1:-1]:
        local = timezone.localtime(at)
        assert local.weekday() < 5
        assert 8 <= local.hour < 16
    assert all(moment > SECOND for moment in moments[1:])


@pytest.mark.parametrize(
    ("moment", "minutes", "expected"),
    [
        # Winter time, an hour ahead of UTC.
        ("2026-03-02T10:00", 90, "2026-03-02T11:30"),
        ("2026-03-02T14:00", 90, "2026-03-03T07:30"),
        ("2026-03-02T03:00", 30, "2026-03-02T07:30"),
        ("2026-03-06T14:30", 60, "2026-03-09T07:30"),
        ("2026-03-07T12:00", 480, "2026-03-10T07:00"),
        ("2026-03-02T20:00", 0, "2026-03-03T07:00"),
        # Summer time begins on the Sunday between.
        ("2026-03-27T14:30", 60, "2026-03-30T06:30"),
    ],
)
def test_working_time(moment: str, minutes: int, expected: str) -> None:
    begins = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert add_working_time(begins, timedelta(minutes=minutes)) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
