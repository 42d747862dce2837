"""Closings without assessment by one or two people, and attempts to bypass the two-person rule."""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from clicksafely.accounts.models import User
from clicksafely.common.crypto import receipts, sealing
from clicksafely.common.models import AuditEvent
from hotline.lifecycle.exceptions import WrongState
from hotline.models import Closing, ClosingState, ContentItem, Direction, Referral, Report, SealedText, Upload
from hotline.priority import PriorityReason
from hotline.review import claims, close_without_assessment, reopen_services, sealed_content, selectors
from hotline.review.assessments import assess_item, record_actions
from hotline.review.case_services import change_category
from hotline.review.close_without_assessment import LeftOut
from hotline.review.exceptions import ClosingsDiffer, ContentNotOpened, FourEyes, InvalidAnswers, NotClaimHolder
from hotline.review.openings import open_addresses
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, ItemState, Outcome, Queue, ReportState
from tests.factories.hotline import make_message
from tests.factories.openings import open_and_assess, open_everything
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, NOW, make_case, make_item, make_user

pytestmark = pytest.mark.django_db
UNSURE = {"classification": "outside_remit"}


def make_grave(*items: ContentItem, what: str = "шта сам видео", **columns: object) -> Report:
    """A CSAM report with sealed words."""
    key = sealing.ReporterKey.derive(receipts.generate_code(), b"s" * 16)
    defaults = {"category": "csam", "reporter_salt": b"s" * 16, "reporter_public_key": key.public_bytes}
    report = make_case(*items, **(defaults | columns))
    row = uuid.uuid4()
    sealed = sealing.seal(
        json.dumps({"what": what}).encode(), ring="hotline", table="hotline_sealedtext", field="words", row=row
    )
    SealedText.objects.create(report=report, field="words", uuid=row, sealed=sealed)
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
        "end", sorted(CLOSED_WITHOUT_ASSESSMENT - {ReportState.DUPLICATE, ReportState.NOT_ASSESSED})
    )
    @pytest.mark.parametrize(
        "columns",
        [
            {},
            {"category": "other", "danger_now": True},
            {"category": "other", "was_csam": True},
            {"category": "cyberbullying", "priority_reasons": [PriorityReason.SUSPECTED.value]},
        ],
        ids=["csam", "danger", "was csam", "suspected picture"],
    )
    def test_close_a_grave_case_alone(self, analyst: User, columns: dict[str, object], end: str) -> None:
        report, plain = make_grave(**columns), make_case()
        read(report, analyst)
        result = close_without_assessment.close_reports(
            report_ids=[report.pk, plain.pk], state=end, actor=analyst, now=NOW
        )
        assert (result.done, result.refused, result.left_out) == (
            [plain.pk],
            [],
            {LeftOut.TWO_PEOPLE: [report.pk]},
        )
        assert (state_of(report), state_of(plain)) == (ReportState.IN_REVIEW, end)

    def test_close_an_urgently_referred_case(self, analyst: User) -> None:
        report = make_case()
        Referral.objects.create(
            report=report, item=report.items.get(), author=analyst, route="police", urgent=True, created_at=NOW
        )
        result = close_without_assessment.close_reports(report_ids=[report.pk], state="spam", actor=analyst, now=NOW)
        assert result.left_out == {LeftOut.TWO_PEOPLE: [report.pk]}

    def test_propose_unread(self, analyst: User) -> None:
        report = make_grave()
        claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
        with pytest.raises(ContentNotOpened):
            close_without_assessment.propose_closing(report_id=report.pk, end="spam", actor=analyst, now=NOW)
        assert state_of(report) == ReportState.IN_REVIEW
        assert not Closing.objects.exists()

    def test_propose_without_holding_it(self, analyst: User, colleague: User) -> None:
        report = make_grave()
        read(report, analyst)
        with pytest.raises(NotClaimHolder):
            close_without_assessment.propose_closing(report_id=report.pk, end="spam", actor=colleague, now=NOW)

    def test_propose_before_the_last_message_is_read(self, analyst: User) -> None:
        report = make_grave()
        read(report, analyst)
        make_message(report, "Има још нешто.", direction=Direction.REPORTER)
        with pytest.raises(ContentNotOpened):
            close_without_assessment.propose_closing(report_id=report.pk, end="spam", actor=analyst, now=NOW)
        sealed_content.open_thread(report=report, actor=analyst, now=NOW)
        close_without_assessment.propose_closing(report_id=report.pk, end="spam", actor=analyst, now=NOW)

    @pytest.mark.parametrize("end", ["closed", "triaged", "anonymised", "nonsense", ""])
    def test_propose_another_end(self, analyst: User, end: str) -> None:
        report = make_grave()
        read(report, analyst)
        with pytest.raises(WrongState):
            close_without_assessment.propose_closing(report_id=report.pk, end=end, actor=analyst, now=NOW)

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

    def test_avoid_the_rule_by_changing_the_category(self, analyst: User) -> None:
        report = make_grave(channel="email", category_assumed=False)
        read(report, analyst)
        change_category(report=report, category="other", actor=analyst, now=NOW)
        result = close_without_assessment.close_reports(report_ids=[report.pk], state="spam", actor=analyst, now=NOW)
        assert result.left_out == {LeftOut.TWO_PEOPLE: [report.pk]}

    def test_choose_a_category_unread(self, analyst: User) -> None:
        report = make_grave(channel="email", category_assumed=True)
        claims.claim_case(report_id=report.pk, actor=analyst, now=NOW)
        with pytest.raises(InvalidAnswers) as caught:
            change_category(report=report, category="other", actor=analyst, now=NOW)
        assert {fault.field for fault in caught.value.faults} == {"category"}
        result = close_without_assessment.close_reports(report_ids=[report.pk], state="spam", actor=analyst, now=NOW)
        assert result.left_out == {LeftOut.TWO_PEOPLE: [report.pk]}
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


class TestTwoPeople:
    def test_close_it_when_both_have_opened_it(self, analyst: User, colleague: User) -> None:
        report = make_grave()
        one = propose(report, analyst)
        report.refresh_from_db()
        assert (report.state, report.queue, report.claimed_by, report.proposed_end) == (
            ReportState.SECOND_REVIEW,
            Queue.SECOND,
            None,
            "spam",
        )
        assert claims.take_next(actor=analyst, now=NOW) is None
        assert claims.take_next(actor=colleague, now=NOW) == report
        with pytest.raises(ContentNotOpened):
            close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
        read(report, colleague)
        close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
        report.refresh_from_db()
        assert (report.state, report.queue, report.claimed_by, report.closed_at, report.proposed_end) == (
            ReportState.SPAM,
            None,
            None,
            NOW,
            "",
        )
        one.refresh_from_db()
        assert (one.state, one.second, one.effective_at, bytes(one.fingerprint)) == ("made", colleague, NOW, b"")
        with pytest.raises(NotClaimHolder):
            close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
        events = list(
            AuditEvent.objects.filter(action__startswith="closing.").order_by("id").values_list("action", "actor_id")
        )
        assert events == [("closing.proposed", analyst.pk), ("closing.confirmed", colleague.pk)]

    def test_of_a_case_without_words_both_open_the_address(self, analyst: User, colleague: User) -> None:
        report = make_case(category="csam")
        for actor in (analyst, colleague):
            claims.claim_case(report_id=report.pk, actor=actor, now=NOW)
            open_addresses(report=report, items=report.items.all(), actor=actor, now=NOW)
            if actor == analyst:
                close_without_assessment.propose_closing(report_id=report.pk, end="cannot_assess", actor=actor, now=NOW)
        close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
        assert state_of(report) == ReportState.CANNOT_ASSESS

    def test_a_refused_closing_leads_back_to_review(self, analyst: User, colleague: User) -> None:
        report = make_grave()
        one = propose(report, analyst)
        claims.claim_case(report_id=report.pk, actor=colleague, now=NOW)
        close_without_assessment.refuse_closing(report_id=report.pk, actor=colleague, now=NOW)
        report.refresh_from_db()
        assert (report.state, report.queue, report.claimed_by) == (ReportState.IN_REVIEW, Queue.REVIEW, colleague)
        one.refresh_from_db()
        assert (one.state, bytes(one.fingerprint)) == ("refused", b"")
        claims.release_case(report=report, actor=colleague, now=NOW)
        propose(report, analyst, "outside_remit")

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

    def test_a_proposal_outlives_a_claim_and_the_beat(self, analyst: User, colleague: User) -> None:
        report = make_grave()
        propose(report, analyst)
        claims.claim_case(report_id=report.pk, actor=colleague, now=NOW)
        claims.release_expired_claims(now=NOW + timedelta(hours=1))
        report.refresh_from_db()
        assert (report.state, report.queue, report.proposed_end) == (ReportState.SECOND_REVIEW, Queue.SECOND, "spam")


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

    def test_leave_out_unopened_reports(self, analyst: User, colleague: User) -> None:
        ids = [one.pk for one in self.flood(analyst)]
        first, *others = Report.objects.order_by("pk")
        read(first, colleague)
        result = close_without_assessment.confirm_group(closing_ids=ids, actor=colleague, now=NOW)
        assert result.done == [first.pk]
        assert result.left_out == {LeftOut.UNOPENED: [each.pk for each in others]}
        assert set(Report.objects.exclude(pk=first.pk).values_list("state", "proposed_end")) == {
            ("second_review", "spam")
        }

    def test_leave_out_reports_claimed_by_a_colleague(self, analyst: User, colleague: User, supervisor: User) -> None:
        ids = [one.pk for one in self.flood(analyst)]
        *mine, last = Report.objects.order_by("pk")
        for report in (*mine, last):
            read(report, colleague)
            claims.release_case(report=report, actor=colleague, now=NOW)
        claims.claim_case(report_id=last.pk, actor=supervisor, now=NOW)
        result = close_without_assessment.confirm_group(closing_ids=ids, actor=colleague, now=NOW)
        assert (len(result.done), result.refused) == (2, [last.pk])

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

    def test_ids_that_do_not_exist_are_nothing(self, colleague: User) -> None:
        result = close_without_assessment.confirm_group(closing_ids=[1, 2], actor=colleague, now=NOW)
        assert (result.done, result.refused) == ([], [])


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

    @pytest.mark.parametrize("first", [NOT_ILLEGAL, UNSURE, {"classification": "not_found"}])
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

    def test_illegal_content_ends_its_other_reports_unread(self, analyst: User, colleague: User) -> None:
        shared = make_item()
        decided, waiting = make_grave(shared), make_grave(shared)
        for actor in (analyst, colleague):
            claims.claim_case(report_id=decided.pk, actor=actor, now=NOW)
            open_and_assess(report=decided, item=shared, actor=actor, answers=ILLEGAL, now=NOW)
        record_actions(report=decided, item=shared, actor=colleague, kinds=["police"], now=NOW)
        # It waits for the date on which it ends.
        assert (state_of(waiting), waiting.queue) == (ReportState.TRIAGED, None)


class TestOpenedAgain:
    def closed(self, analyst: User, colleague: User) -> Report:
        report = make_grave()
        for actor in (analyst, colleague):
            read(report, actor)
            open_and_assess(report=report, item=report.items.get(), actor=actor, answers=NOT_ILLEGAL, now=NOW)
        report.refresh_from_db()
        return report

    def test_a_new_message_is_read_by_two_before_it_is_closed_again(self, analyst: User, colleague: User) -> None:
        report = self.closed(analyst, colleague)
        make_message(report, "Опет се дешава.", direction=Direction.REPORTER)
        Report.objects.update(has_news=True)
        report.refresh_from_db()
        with transaction.atomic():
            reopen_services.reopen_for_reporter(report=report, now=NOW)
        read(report, analyst)
        reopen_services.close_reopened_case(report=report, actor=analyst, now=NOW)
        assert (state_of(report), report.proposed_end) == (ReportState.SECOND_REVIEW, "closed")
        read(report, colleague)
        close_without_assessment.confirm_closing(report_id=report.pk, actor=colleague, now=NOW)
        assert (state_of(report), report.outcome, report.reopened_at) == (
            ReportState.CLOSED,
            Outcome.NOT_ILLEGAL,
            None,
        )


def test_two_supervisors_are_two_people(supervisor: User) -> None:
    other = make_user("other-lead", "supervisor")
    report = make_grave()
    propose(report, supervisor)
    read(report, other)
    close_without_assessment.confirm_closing(report_id=report.pk, actor=other, now=NOW)
    assert state_of(report) == ReportState.SPAM
