"""Effects of a closing are delayed: the reporter's status, notices to partners, erasure and the ICCAM exchange."""

from datetime import datetime, timedelta

import pytest

from clicksafely.accounts.models import User
from hotline.intake.api.selectors import report_status
from hotline.intake.endings import NOT_ILLEGAL as TOLD_NOT_ILLEGAL
from hotline.intake.selectors import reporter_events
from hotline.intake.status_messages import WORKED_ON
from hotline.lifecycle.closings import is_in_effect, offer_checks
from hotline.lifecycle.follow_items import update_waiting_reports
from hotline.models import IccamContent, IccamReport, PartnerReport, Report, RetentionPart, RetentionRule
from hotline.referral.iccam import queue
from hotline.referral.iccam import selectors as exchange
from hotline.retention import selectors as retention
from hotline.retention.policy import RetentionPolicy
from hotline.retention.purge import anonymise_on_request
from hotline.review import assessments, claims, close_without_assessment
from hotline.review.assessments import record_actions
from hotline.review.undo import undo_closing
from hotline.states import Outcome, ReportState
from tests.factories.openings import open_and_assess
from tests.hotline.intake.api.program import make_partner
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, NOW, make_case, make_item

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=9, seconds=59)
LATE = NOW + timedelta(minutes=10)
DAYS = NOW + timedelta(days=3)
AT_ONCE = RetentionPolicy([RetentionRule(part=part, days=0) for part in RetentionPart.values], [])


def assess(report: Report, actor: User, answers: dict[str, str], now: datetime = NOW) -> None:
    claims.claim_case(report_id=report.pk, actor=actor, now=now)
    open_and_assess(report=report, item=report.items.get(), actor=actor, answers=answers, now=now)
    report.refresh_from_db()


def status_text(report: Report, now: datetime) -> object:
    report.refresh_from_db()
    return reporter_events(report, now)[0].phrase


class TestTheReporter:
    def test_sees_a_closing_without_assessment_after_ten_minutes(self, analyst: User) -> None:
        report = make_case()
        claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
        close_without_assessment.close_reports(report_ids=[report.pk], state="spam", actor=analyst, now=NOW)
        assert status_text(report, SOON) == WORKED_ON
        assert status_text(report, LATE) != WORKED_ON

    def test_sees_a_decision_after_ten_minutes_also_of_another_case(self, analyst: User) -> None:
        shared = make_item()
        report, other = make_case(shared), make_case(shared)
        assess(report, analyst, NOT_ILLEGAL)
        assert status_text(report, SOON) == WORKED_ON
        assert status_text(report, LATE) == TOLD_NOT_ILLEGAL
        # The other report has separate dates and also waits for the effect.
        later = NOW + timedelta(days=9)
        update_waiting_reports(now=later)
        assert status_text(other, later) == TOLD_NOT_ILLEGAL
        report.closings.update(effective_at=None)
        assert status_text(other, later) != TOLD_NOT_ILLEGAL

    def test_never_sees_an_undone_closing(self, analyst: User) -> None:
        report = make_case()
        assess(report, analyst, NOT_ILLEGAL)
        undo_closing(closing_id=report.closings.get().pk, actor=analyst, now=SOON)
        assert status_text(report, DAYS) == WORKED_ON

    def test_waits_for_a_quality_check(self, analyst: User, colleague: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: True)
        report = make_case()
        partner = make_partner("x")
        sent = PartnerReport.objects.create(
            report=report,
            partner=partner,
            key=partner.keys.create(label="x", prefix="x", digest=bytes(32), created_at=NOW),
            reference="A-1",
        )
        assess(report, analyst, NOT_ILLEGAL)
        offer_checks(now=DAYS)
        assert status_text(report, DAYS) == WORKED_ON
        assert report_status(sent, DAYS)["state"] == "in_progress"
        assess(report, colleague, NOT_ILLEGAL, DAYS)
        assert status_text(report, DAYS) == TOLD_NOT_ILLEGAL
        # The dates do not reveal that the content was known for days.
        assert reporter_events(report, DAYS)[0].at == DAYS


class TestErasure:
    def test_waits_ten_minutes(self, analyst: User) -> None:
        report = make_case()
        close_without_assessment.close_reports(report_ids=[report.pk], state="spam", actor=analyst, now=NOW)
        report.refresh_from_db()
        for part in RetentionPart.values:
            assert not retention.due_reports(part, now=SOON, terms=AT_ONCE).exists()
            assert retention.due_reports(part, now=LATE, terms=AT_ONCE).exists()
        assert anonymise_on_request(report=report, now=SOON) == ["open"]
        assert anonymise_on_request(report=report, now=LATE) == []

    def test_waits_for_a_quality_check(self, analyst: User, colleague: User, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(assessments, "is_drawn_for_check", lambda: True)
        report = make_case()
        assess(report, analyst, NOT_ILLEGAL)
        assert not retention.due_reports(RetentionPart.IDENTITY, now=DAYS, terms=AT_ONCE).exists()
        offer_checks(now=DAYS)
        assess(report, colleague, NOT_ILLEGAL, DAYS)
        assert retention.due_reports(RetentionPart.IDENTITY, now=DAYS, terms=AT_ONCE).exists()


class TestTheExchange:
    def known_at_iccam(self, report: Report) -> IccamReport:
        row = IccamReport.objects.create(report=report, origin="partner", created_at=NOW, iccam_id=1)
        IccamContent.objects.create(
            iccam_report=row, item=report.items.get(), content_id=1, assigned_country="RS", reported_state="assessed"
        )
        return row

    def test_delays_manually_recorded_actions_by_ten_minutes(self, analyst: User, colleague: User) -> None:
        report = make_case(channel="iccam", category="csam")
        for actor in (analyst, colleague):
            assess(report, actor, ILLEGAL)
        self.known_at_iccam(report)
        record_actions(report=report, item=report.items.get(), actor=colleague, kinds=["police"], now=NOW)
        assert queue.mark_changed_due(country="RS", now=SOON) == 0
        assert queue.mark_changed_due(country="RS", now=LATE) == 1

    def test_delays_closings_also_of_due_rows(self, analyst: User) -> None:
        report = make_case(channel="iccam")
        row = self.known_at_iccam(report)
        IccamReport.objects.update(due_at=NOW)
        assert list(exchange.due_reports(SOON)) == [row]
        close_without_assessment.close_reports(report_ids=[report.pk], state="outside_remit", actor=analyst, now=NOW)
        assert list(exchange.due_reports(SOON)) == []
        assert list(exchange.due_reports(LATE)) == [row]


def test_a_closing_by_two_takes_effect_at_once(analyst: User, colleague: User) -> None:
    report = make_case(category="csam")
    for actor in (analyst, colleague):
        assess(report, actor, NOT_ILLEGAL)
    assert (report.state, report.outcome) == (ReportState.CLOSED, Outcome.NOT_ILLEGAL)
    assert is_in_effect(report, NOW)
