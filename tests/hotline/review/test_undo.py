"""Closings can be undone for 10 minutes by their author, without a trace."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.availability.services import end_check_manually
from hotline.lifecycle.closings import offer_checks
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.follow_items import update_waiting_reports
from hotline.models import Action, Assessment, AvailabilityCheck, Closing, ContentItem, Report, ReviewSettings
from hotline.review import assessments, claims, close_without_assessment, reopen_services, selectors
from hotline.review.assessments import is_drawn_for_check, record_actions
from hotline.review.exceptions import UndoOfOthers, UndoTooLate
from hotline.review.undo import undo_closing
from hotline.states import Queue, ReportState
from tests.factories.availability_checks import make_watched, person
from tests.factories.openings import open_and_assess, open_everything
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, NOW, make_case, make_item

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=9, seconds=59)
LATE = NOW + timedelta(minutes=10)
# Columns that say where a case and its content are.
REPORT = ["state", "queue", "claimed_by", "outcome", "closed_at", "reopened_at", "reopened_from", "priority_reasons"]
ITEM = ["state", "verdict", "outcome"]


def claim(report: Report, actor: User) -> None:
    claims.claim_case(report_id=report.pk, actor=actor, now=NOW)


def assess(report: Report, actor: User, answers: dict[str, str], item: ContentItem | None = None) -> None:
    claim(report, actor)
    open_and_assess(report=report, item=item or report.items.get(), actor=actor, answers=answers, now=NOW)


def picture_of(*rows: Report | ContentItem) -> list[object]:
    """What a later undo has to bring back."""
    names = [(row, REPORT if isinstance(row, Report) else ITEM) for row in rows]
    for row in rows:
        row.refresh_from_db()
    return [{name: getattr(row, name) for name in columns} for row, columns in names]


def undo(actor: User, now: datetime = SOON) -> None:
    undo_closing(closing_id=Closing.objects.latest("pk").pk, actor=actor, now=now)


@pytest.mark.parametrize(("end", "held"), [("spam", True), ("outside_remit", False), ("duplicate", True)])
def test_a_case_closed_without_assessment_is_where_it_was(case: Report, analyst: User, end: str, held: bool) -> None:
    if held:
        claim(case, analyst)
        open_everything(case, by=analyst, now=NOW)
    before = picture_of(case)
    original = make_case().reference
    if held:
        close_without_assessment.close_report(report_id=case.pk, state=end, actor=analyst, now=NOW, original=original)
    else:
        close_without_assessment.close_reports(report_ids=[case.pk], state=end, actor=analyst, now=NOW)
    undo(analyst)
    assert picture_of(case) == before
    assert AuditEvent.objects.filter(action="closing.undone", subject_id=case.pk, actor_id=analyst.pk).exists()
    assert not selectors.undoable_closings(analyst, SOON).exists()


@pytest.mark.parametrize("answer", ["not_illegal", "not_found"])
def test_an_assessment_is_taken_back_with_all_that_it_closed(analyst: User, answer: str) -> None:
    shared = make_item()
    case, other = make_case(shared), make_case(shared)
    claim(case, analyst)
    before = picture_of(case, other, shared)
    assess(case, analyst, {"classification": answer})
    assert list(Report.objects.order_by("pk").values_list("state", "queue")) == [("closed", None), ("triaged", None)]
    undo(analyst)
    assert picture_of(case, other, shared) == before
    assert not Assessment.objects.exists()
    open_and_assess(report=case, item=shared, actor=analyst, answers=ILLEGAL, now=SOON)


def test_manually_recorded_actions_are_undone(case: Report, analyst: User, colleague: User) -> None:
    assess(case, analyst, ILLEGAL)
    assess(case, colleague, ILLEGAL)
    item = case.items.get()
    before = picture_of(case, item)
    record_actions(report=case, item=item, actor=colleague, kinds=["police", "removed"], now=NOW)
    with pytest.raises(UndoOfOthers):
        undo(analyst)
    undo(colleague)
    assert picture_of(case, item) == before
    assert not Action.objects.exists()
    assert Assessment.objects.count() == 2


def test_undoing_a_removal_restarts_the_check() -> None:
    check = make_watched()
    report, item, actor = check.item.reports.get(), check.item, person("first")
    before = picture_of(report, item)
    running = {
        name: getattr(check, name) for name in ("ended_at", "outcome", "attention", "unavailable_since", "last_miss_at")
    }
    end_check_manually(item=item, report=report, actor=actor, outcome="removed", now=NOW)
    assert Report.objects.get().state == ReportState.CLOSED
    undo(actor)
    assert picture_of(report, item) == before
    assert AvailabilityCheck.objects.values(*running).get() == running
    assert not Action.objects.filter(kind="removed").exists()


def test_a_case_closed_again_is_open_again_as_before(case: Report, analyst: User) -> None:
    assess(case, analyst, NOT_ILLEGAL)
    case.refresh_from_db()
    with transaction.atomic():
        reopen_services.reopen_for_reporter(report=case, now=NOW)
    claim(case, analyst)
    before = picture_of(case)
    reopen_services.close_reopened_case(report=case, actor=analyst, now=NOW)
    assert picture_of(case) != before
    undo(analyst)
    assert picture_of(case) == before


class TestRefusals:
    def test_after_ten_minutes_by_another_person_and_twice(self, case: Report, analyst: User, supervisor: User) -> None:
        close_without_assessment.close_reports(report_ids=[case.pk], state="spam", actor=analyst, now=NOW)
        assert selectors.undoable_closings(analyst, SOON).exists()
        assert not selectors.undoable_closings(analyst, LATE).exists()
        with pytest.raises(UndoTooLate):
            undo(analyst, LATE)
        with pytest.raises(UndoOfOthers):
            undo(supervisor)
        assert Report.objects.get().state == ReportState.SPAM
        undo(analyst)
        with pytest.raises(WrongState):
            undo(analyst)

    def test_of_a_case_reopened_meanwhile(self, case: Report, analyst: User, colleague: User) -> None:
        close_without_assessment.close_reports(report_ids=[case.pk], state="spam", actor=analyst, now=NOW)
        reopen_services.reopen_case(report_id=case.pk, actor=colleague, reason="mistake", now=NOW)
        with pytest.raises(WrongState):
            undo(analyst)

    def test_of_content_of_a_case_claimed_since(self, analyst: User, colleague: User) -> None:
        harmless, illegal = make_item(), make_item()
        case = make_case(harmless, illegal)
        assess(case, analyst, NOT_ILLEGAL, harmless)
        assess(case, analyst, ILLEGAL, illegal)
        closed = Closing.objects.get()
        claim(case, colleague)
        with pytest.raises(WrongState):
            undo(analyst)
        claims.release_case(report=case, actor=colleague, now=NOW)
        undo_closing(closing_id=closed.pk, actor=analyst, now=SOON)
        case.refresh_from_db()
        assert (case.state, case.queue, case.claimed_by) == (ReportState.IN_REVIEW, Queue.REVIEW, analyst)
        open_and_assess(report=case, item=harmless, actor=analyst, answers=NOT_ILLEGAL, now=SOON)
        case.refresh_from_db()
        assert (case.state, case.queue) == (ReportState.SECOND_REVIEW, Queue.SECOND)


class TestChecks:
    """One "not illegal" in ten goes to a second person, unseen by the first."""

    @pytest.fixture(autouse=True)
    def _drawn(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: True)

    def checked(self, analyst: User) -> tuple[Report, ContentItem]:
        case = make_case()
        assess(case, analyst, NOT_ILLEGAL)
        case.refresh_from_db()
        return case, case.items.get()

    @pytest.mark.parametrize(("percent", "least", "most"), [(0, 0, 0), (10, 15, 90), (100, 500, 500)])
    def test_the_share_is_data(self, percent: int, least: int, most: int) -> None:
        ReviewSettings.objects.update(checked_percent=percent)
        assert least <= sum(is_drawn_for_check() for _ in range(500)) <= most

    def test_only_not_illegal_is(self, case: Report, analyst: User) -> None:
        assess(case, analyst, {"classification": "outside_remit"})
        assert Closing.objects.get().effective_at is not None

    def test_a_second_person_agrees(self, analyst: User, colleague: User) -> None:
        case, item = self.checked(analyst)
        assert (case.state, case.outcome, case.queue) == ("closed", "not_illegal", None)
        assert offer_checks(now=SOON) == 0
        assert claims.take_next(actor=colleague, now=LATE) is None
        assert offer_checks(now=LATE) == 1
        assert claims.take_next(actor=analyst, now=LATE) is None
        assert claims.take_next(actor=colleague, now=LATE) == case
        open_and_assess(report=case, item=item, actor=colleague, answers=NOT_ILLEGAL, now=LATE)
        case.refresh_from_db()
        assert (case.state, case.queue, case.claimed_by) == ("closed", None, None)
        assert Closing.objects.values_list("state", "effective_at", "second").get() == ("made", LATE, colleague.pk)
        assert offer_checks(now=LATE + timedelta(hours=1)) == 0

    def test_a_second_person_disagrees(self, analyst: User, colleague: User, supervisor: User) -> None:
        case, item = self.checked(analyst)
        other = make_case(item, state="triaged", queue=None)
        later = NOW + timedelta(days=9)
        update_waiting_reports(now=later)
        assert Report.objects.get(pk=other.pk).state == ReportState.CLOSED
        offer_checks(now=later)
        claims.claim_case(report_id=case.pk, actor=colleague, now=later)
        open_and_assess(report=case, item=item, actor=colleague, answers=ILLEGAL, now=later)
        case.refresh_from_db()
        item.refresh_from_db()
        assert (case.state, case.queue, case.outcome, case.closed_at) == ("second_review", "arbitration", "", None)
        assert (item.state, item.verdict, item.outcome) == ("disputed", "", "")
        other.refresh_from_db()
        assert (other.state, other.outcome, other.closed_at) == ("triaged", "", None)
        claims.claim_case(report_id=case.pk, actor=supervisor, now=later)
        open_and_assess(report=case, item=item, actor=supervisor, answers=NOT_ILLEGAL, now=later)
        case.refresh_from_db()
        assert (case.state, case.outcome) == ("closed", "not_illegal")

    def test_the_first_person_cannot_check_it(self, analyst: User) -> None:
        case, item = self.checked(analyst)
        offer_checks(now=LATE)
        Report.objects.update(claimed_by=analyst, claimed_until=LATE + timedelta(hours=1))
        with pytest.raises(assessments.FourEyes):
            open_and_assess(report=case, item=item, actor=analyst, answers=NOT_ILLEGAL, now=LATE)

    def test_timelines_give_nothing_away(self, analyst: User, colleague: User) -> None:
        case, _item = self.checked(analyst)
        items = selectors.items_of(case)

        def actions(user: User) -> list[str]:
            return [event.action for event in selectors.timeline(case, items, user)]

        before = actions(analyst)
        offer_checks(now=LATE)
        claims.claim_case(report_id=case.pk, actor=colleague, now=LATE)
        assert actions(analyst) == before
        assert not {"item.assessed", "item.state"} & set(actions(colleague))
        assert not selectors.sees_assessments(items[0], colleague)
        assert selectors.work_counts(analyst).second.waiting == 0
        assert list(selectors.claimed_cases(LATE)) == []
