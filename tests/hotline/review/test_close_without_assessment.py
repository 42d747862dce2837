"""Closings without assessment by one or two people, and attempts to bypass the two-person rule."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Closing, ClosingState, ContentItem, Direction, Referral, Report, TextField, Upload
from hotline.priority import PriorityReason
from hotline.review import claims, close_without_assessment, reopen_services, sealed_content, selectors
from hotline.review.assessments import assess_item, record_actions
from hotline.review.case_services import change_category
from hotline.review.close_without_assessment import LeftOut
from hotline.review.exceptions import ClosingsDiffer, ContentNotOpened, FourEyes, InvalidAnswers, NotClaimHolder
from hotline.states import ItemState, Outcome, Queue, ReportState
from tests.factories.hotline import make_message, seal_text
from tests.factories.openings import open_and_assess, open_everything
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, NOW, make_answerable_case, make_case, make_item

pytestmark = pytest.mark.django_db


def make_grave(*items: ContentItem, what: str = "шта сам видео", **columns: object) -> Report:
    """A CSAM report with sealed words."""
    report = make_answerable_case(*items, **({"category": "csam"} | columns))
    seal_text(report, TextField.WORDS, {"what": what})
    return report


def read(report: Report, actor: User) -> None:
    """Take a case and open everything in it."""
    claims.claim_case(report_id=report.pk, actor=actor, now=NOW)
    open_everything(report, by=actor, now=NOW)


def propose(report: Report, actor: User, end: str = "spam") -> Closing:
    read(report, actor)
    return close_without_assessment.propose_closing(report_id=report.pk, end=end, actor=actor, now=NOW)


def state_of(report: Report) -> str:
    report.refresh_from_db()
    return report.state


class TestOnePersonCannot:
    @pytest.mark.parametrize(
        ("columns", "end"),
        [
            ({}, "spam"),
            ({"category": "other", "danger_now": True}, "outside_remit"),
            ({"category": "other", "was_csam": True}, "cannot_assess"),
            ({"category": "cyberbullying", "priority_reasons": [PriorityReason.SUSPECTED.value]}, "spam"),
        ],
        ids=["csam", "danger", "was csam", "suspected picture"],
    )
    def test_close_a_grave_case_alone(self, analyst: User, columns: dict[str, object], end: str) -> None:
        report, plain = make_grave(**columns), make_case()
        read(report, analyst)
        result = close_without_assessment.close_reports(
            report_ids=[report.pk, plain.pk], state=end, actor=analyst, now=NOW
        )
        assert (result.done, result.refused, result.left_out) == ([plain.pk], [], {LeftOut.TWO_PEOPLE: [report.pk]})
        assert (state_of(report), state_of(plain)) == (ReportState.IN_REVIEW, end)

    def test_propose_unread_without_holding_it_or_another_end(self, analyst: User, colleague: User) -> None:
        report = make_grave()
        claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
        for actor, refusal in ((analyst, ContentNotOpened), (colleague, NotClaimHolder)):
            with pytest.raises(refusal):
                close_without_assessment.propose_closing(report_id=report.pk, end="spam", actor=actor, now=NOW)
        open_everything(report, by=analyst, now=NOW)
        for end in ("closed", "nonsense"):
            with pytest.raises(WrongState):
                close_without_assessment.propose_closing(report_id=report.pk, end=end, actor=analyst, now=NOW)
        assert state_of(report) == ReportState.IN_REVIEW
        assert not Closing.objects.exists()

    def test_propose_before_the_last_message_is_read(self, analyst: User) -> None:
        report = make_grave()
        read(report, analyst)
        make_message(report, "Има још нешто.", direction=Direction.REPORTER)
        with pytest.raises(ContentNotOpened):
            close_without_assessment.propose_closing(report_id=report.pk, end="spam", actor=analyst, now=NOW)
        sealed_content.open_thread(report=report, actor=analyst, now=NOW)
        close_without_assessment.propose_closing(report_id=report.pk, end="spam", actor=analyst, now=NOW)

    def test_confirm_their_own_proposal(self, analyst: User) -> None:
        report = make_grave()
        one = propose(report, analyst)
        with pytest.raises(FourEyes):
            claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
        with pytest.raises(NotClaimHolder):
            close_without_assessment.confirm_closing(report_id=report.pk, actor=analyst, now=NOW)
        with pytest.raises(FourEyes):
            close_without_assessment.confirm_group(closing_ids=[one.pk], actor=analyst, now=NOW)
        # Even with a claim that was never given.
        Report.objects.filter(pk=report.pk).update(claimed_by=analyst, claimed_until=NOW + timedelta(hours=1))
        for act in (close_without_assessment.confirm_closing, close_without_assessment.refuse_closing):
            with pytest.raises(FourEyes):
                act(report_id=report.pk, actor=analyst, now=NOW)
        assert state_of(report) == ReportState.SECOND_REVIEW
        with pytest.raises(IntegrityError), transaction.atomic():
            Closing.objects.filter(pk=one.pk).update(second=analyst, state=ClosingState.MADE)

    def test_choose_a_category_unread(self, analyst: User) -> None:
        report = make_grave(channel="email", category_assumed=True)
        claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
        with pytest.raises(InvalidAnswers) as caught:
            change_category(report=report, category="other", actor=analyst, now=NOW)
        assert {fault.field for fault in caught.value.faults} == {"category"}
        # An e-mail that was read and is about something else is like any other report.
        sealed_content.open_report_text(report=report, actor=analyst, now=NOW)
        change_category(report=report, category="other", actor=analyst, now=NOW)
        assert close_without_assessment.close_reports(
            report_ids=[report.pk], state="spam", actor=analyst, now=NOW
        ).done == [report.pk]

    def test_assess_or_refer_during_a_proposal(self, analyst: User, colleague: User) -> None:
        report = make_grave()
        propose(report, analyst)
        read(report, colleague)
        item = report.items.get()
        with pytest.raises(WrongState):
            open_and_assess(report=report, item=item, actor=colleague, answers=NOT_ILLEGAL, now=NOW)
        ContentItem.objects.update(state=ItemState.ASSESSED, verdict="illegal")
        with pytest.raises(WrongState):
            record_actions(report=report, item=item, actor=colleague, kinds=["police"], now=NOW)
        assert (
            close_without_assessment.close_reports(report_ids=[report.pk], state="spam", actor=colleague, now=NOW).done
            == []
        )

    def test_close_an_urgently_referred_case(self, analyst: User) -> None:
        report = make_case()
        Referral.objects.create(
            report=report, item=report.items.get(), author=analyst, route="police", urgent=True, created_at=NOW
        )
        result = close_without_assessment.close_reports(report_ids=[report.pk], state="spam", actor=analyst, now=NOW)
        assert result.left_out == {LeftOut.TWO_PEOPLE: [report.pk]}


class TestTwoPeople:
    def test_close_it_when_both_have_opened_it(self, analyst: User, colleague: User) -> None:
        report = make_grave()
        one = propose(report, analyst)
        report.refresh_from_db()
        assert (report.state, report.queue, report.proposed_end) == ("second_review", Queue.SECOND, "spam")
        assert report.claimed_by is None
        assert claims.take_next(actor=analyst, now=NOW) is None
        assert claims.take_next(actor=colleague, now=NOW) == report
        with pytest.raises(ContentNotOpened):
            close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
        read(report, colleague)
        close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
        report.refresh_from_db()
        assert (report.state, report.queue, report.closed_at, report.proposed_end) == ("spam", None, NOW, "")
        assert report.claimed_by is None
        one.refresh_from_db()
        assert (one.state, one.second, one.effective_at, bytes(one.fingerprint)) == ("made", colleague, NOW, b"")
        with pytest.raises(NotClaimHolder):
            close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
        events = AuditEvent.objects.filter(action__startswith="closing.").order_by("id")
        assert list(events.values_list("action", "actor_id")) == [
            ("closing.proposed", analyst.pk),
            ("closing.confirmed", colleague.pk),
        ]

    def test_the_proposer_can_withdraw_it_unless_a_colleague_claimed_the_case(
        self, analyst: User, colleague: User
    ) -> None:
        report = make_grave()
        propose(report, analyst)
        with pytest.raises(WrongState):
            close_without_assessment.withdraw_closing(report_id=report.pk, actor=colleague, now=NOW)
        claims.claim_case(report_id=report.pk, actor=colleague, now=NOW)
        with pytest.raises(WrongState):
            close_without_assessment.withdraw_closing(report_id=report.pk, actor=analyst, now=NOW)
        claims.release_case(report=report, actor=colleague, now=NOW)
        close_without_assessment.withdraw_closing(report_id=report.pk, actor=analyst, now=NOW)
        report.refresh_from_db()
        assert (report.state, report.queue, report.proposed_end) == (ReportState.TRIAGED, Queue.REVIEW, "")

    def test_the_proposer_is_hidden_from_the_second_person(self, analyst: User, colleague: User) -> None:
        report = make_grave()
        propose(report, analyst)
        report.refresh_from_db()
        items = selectors.items_of(report)
        assert "closing.proposed" in {event.action for event in selectors.timeline(report, items, analyst)}
        assert "closing.proposed" not in {event.action for event in selectors.timeline(report, items, colleague)}
        assert selectors.unseen_authors(report, items, colleague) == {analyst.pk}


class TestNearIdentical:
    def flood(self, actor: User, *, in_words: bool = False) -> list[Closing]:
        item = make_item()
        reports = [
            make_grave(make_item(kind="described") if in_words else item, what=what, danger_now=True)
            for what in ("Помозите, сада!", "помозите   САДА", "Помозите. Сада...")
        ]
        return [propose(report, actor) for report in reports]

    @pytest.mark.parametrize("in_words", [False, True])
    def test_are_confirmed_together_after_opening_all(self, analyst: User, colleague: User, in_words: bool) -> None:
        ids = [one.pk for one in self.flood(analyst, in_words=in_words)]
        with pytest.raises(ContentNotOpened):
            close_without_assessment.confirm_group(closing_ids=ids, actor=colleague, now=NOW)
        for report in Report.objects.order_by("pk"):
            read(report, colleague)
        result = close_without_assessment.confirm_group(closing_ids=ids, actor=colleague, now=NOW)
        assert (len(result.done), result.refused, result.left_out) == (3, [], {})
        assert set(Report.objects.values_list("state", "queue", "proposed_end")) == {("spam", None, "")}
        assert set(Closing.objects.values_list("second_opened", flat=True)) == {True}

    def test_leave_out_unopened_reports_and_those_of_a_colleague(
        self, analyst: User, colleague: User, supervisor: User
    ) -> None:
        ids = [one.pk for one in self.flood(analyst)]
        mine, theirs, unopened = Report.objects.order_by("pk")
        for report in (mine, theirs):
            read(report, colleague)
            claims.release_case(report=report, actor=colleague, now=NOW)
        claims.claim_case(report_id=theirs.pk, actor=supervisor, now=NOW)
        result = close_without_assessment.confirm_group(closing_ids=ids, actor=colleague, now=NOW)
        assert (result.done, result.refused) == ([mine.pk], [theirs.pk])
        assert result.left_out == {LeftOut.UNOPENED: [unopened.pk]}
        left = Report.objects.exclude(pk=mine.pk)
        assert set(left.values_list("state", "proposed_end")) == {("second_review", "spam")}

    @pytest.mark.parametrize("differs", ["words", "content", "end", "category", "proposer", "picture", "message"])
    def test_are_not_grouped_with_different_reports(
        self, analyst: User, colleague: User, supervisor: User, differs: str
    ) -> None:
        item = make_item()
        one = make_grave(item, what="Исто.")
        other = make_grave(
            make_item() if differs == "content" else item,
            what="Друго." if differs == "words" else "Исто.",
            danger_now=differs == "category",
        )
        if differs == "picture":
            Upload.objects.create(report=other, size=1, mime_type="image/png", stored_at=NOW, state="unreadable")
        if differs == "message":
            make_message(other, "Још.", direction=Direction.REPORTER)
        ids = [
            propose(one, analyst).pk,
            propose(
                other, supervisor if differs == "proposer" else analyst, "outside_remit" if differs == "end" else "spam"
            ).pk,
        ]
        read(one, colleague)
        with pytest.raises(ClosingsDiffer):
            close_without_assessment.confirm_group(closing_ids=ids, actor=colleague, now=NOW)
        assert not Report.objects.filter(state="spam").exists()


class TestNotIllegal:
    def test_needs_two_people_to_open_a_grave_case(self, analyst: User, colleague: User) -> None:
        report = make_grave()
        item = report.items.get()
        claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
        with pytest.raises(ContentNotOpened):
            assess_item(report=report, item=item, actor=analyst, answers=NOT_ILLEGAL, now=NOW)
        read(report, analyst)
        open_and_assess(report=report, item=item, actor=analyst, answers=NOT_ILLEGAL, now=NOW)
        assert (state_of(report), report.queue) == (ReportState.SECOND_REVIEW, Queue.SECOND)
        claims.claim_case(report_id=report.pk, actor=colleague, now=NOW)
        with pytest.raises(ContentNotOpened):
            assess_item(report=report, item=item, actor=colleague, answers=NOT_ILLEGAL, now=NOW)
        read(report, colleague)
        open_and_assess(report=report, item=item, actor=colleague, answers=NOT_ILLEGAL, now=NOW)
        assert (state_of(report), report.outcome) == (ReportState.CLOSED, Outcome.NOT_ILLEGAL)
        assert not selectors.undoable_closings(colleague, NOW).exists()

    @pytest.mark.parametrize("first", [NOT_ILLEGAL, {"classification": "not_found"}])
    def test_disagreement_requires_a_supervisor(self, analyst: User, colleague: User, first: dict[str, str]) -> None:
        report = make_grave()
        for actor, answers in ((analyst, first), (colleague, ILLEGAL)):
            read(report, actor)
            open_and_assess(report=report, item=report.items.get(), actor=actor, answers=answers, now=NOW)
        assert (state_of(report), report.queue) == (ReportState.SECOND_REVIEW, Queue.ARBITRATION)

    def test_is_not_decided_from_a_harmless_report_of_the_same_content(self, analyst: User) -> None:
        shared = make_item()
        harmless, grave = make_case(shared), make_grave(shared)
        claims.claim_case(report_id=harmless.pk, actor=analyst, now=NOW)
        open_and_assess(report=harmless, item=shared, actor=analyst, answers=NOT_ILLEGAL, now=NOW)
        assert (state_of(harmless), state_of(grave)) == (ReportState.SECOND_REVIEW, ReportState.TRIAGED)

    def test_unopened_grave_report_is_not_closed(self, analyst: User, colleague: User) -> None:
        """Not one that waits for the content, and not one that comes later."""
        shared = make_item()
        decided, waiting = make_grave(shared), make_grave(shared)
        for actor in (analyst, colleague):
            read(decided, actor)
            open_and_assess(report=decided, item=shared, actor=actor, answers=NOT_ILLEGAL, now=NOW)
        assert (state_of(decided), state_of(waiting)) == (ReportState.CLOSED, ReportState.TRIAGED)
        assert waiting.queue == Queue.REVIEW
        propose(waiting, colleague, "closed")
        read(waiting, analyst)
        close_without_assessment.confirm_closing(report_id=waiting.pk, actor=analyst, now=NOW)
        assert (state_of(waiting), waiting.outcome) == (ReportState.CLOSED, Outcome.NOT_ILLEGAL)


def test_a_new_message_is_read_by_two_before_a_case_is_closed_again(analyst: User, colleague: User) -> None:
    report = make_grave()
    for actor in (analyst, colleague):
        read(report, actor)
        open_and_assess(report=report, item=report.items.get(), actor=actor, answers=NOT_ILLEGAL, now=NOW)
    make_message(report, "Опет се дешава.", direction=Direction.REPORTER)
    report.refresh_from_db()
    with transaction.atomic():
        reopen_services.reopen_for_reporter(report=report, now=NOW)
    read(report, analyst)
    reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
    assert (state_of(report), report.proposed_end) == (ReportState.SECOND_REVIEW, "closed")
    read(report, colleague)
    close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
    assert (state_of(report), report.outcome) == (ReportState.CLOSED, Outcome.NOT_ILLEGAL)
    assert report.reopened_at is None
