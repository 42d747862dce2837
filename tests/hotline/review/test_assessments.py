"""Assessments by one, two and three people, and their effects on items and reports."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from clicksafely.accounts.models import User
from clicksafely.common.models import AuditEvent
from hotline.lifecycle import follow_items
from hotline.lifecycle.exceptions import WrongState
from hotline.models import AgreementLevel, Assessment, ContentItem, Report
from hotline.review import claims, close_without_assessment, selectors
from hotline.review.assessments import record_actions
from hotline.review.exceptions import FourEyes, InvalidAnswers, NotClaimHolder
from hotline.states import ItemState, Outcome, Queue, ReportState
from tests.factories.openings import open_and_assess
from tests.hotline.review.conftest import ILLEGAL, NOT_ILLEGAL, NOW, make_case, make_item, make_user


def _assess(report: Report, actor: User, answers: dict[str, str], item: ContentItem | None = None) -> None:
    claims.claim_case(report_id=report.pk, actor=actor, now=NOW)
    open_and_assess(report=report, item=item or report.items.get(), actor=actor, answers=answers, now=NOW)
    report.refresh_from_db()


def _states(report: Report) -> tuple[str, str | None, list[str]]:
    report.refresh_from_db()
    return report.state, report.queue, [item.state for item in selectors.items_of(report)]


def _agreement(report: Report) -> dict[str, AgreementLevel | None]:
    return dict(Assessment.objects.filter(report=report).values_list("round", "agreed"))


def test_not_illegal_needs_one_person_and_closes(case: Report, analyst: User) -> None:
    _assess(case, analyst, NOT_ILLEGAL)
    assert _states(case) == (ReportState.CLOSED, None, [ItemState.ENDED])
    assert (case.outcome, case.closed_at, case.claimed_by) == (Outcome.NOT_ILLEGAL, NOW, None)
    states = AuditEvent.objects.filter(action="report.state").order_by("id").values_list("data__to", flat=True)
    assert list(states) == ["in_review", "assessed", "closed"]


def test_illegal_needs_the_agreement_of_a_second_person(case: Report, analyst: User, colleague: User) -> None:
    _assess(case, analyst, ILLEGAL)
    assert _states(case) == (ReportState.SECOND_REVIEW, Queue.SECOND, [ItemState.IN_SECOND_REVIEW])
    assert case.claimed_by is None
    assert claims.take_next(actor=analyst, now=NOW) is None
    with pytest.raises(FourEyes):
        claims.claim_case(report_id=case.pk, actor=analyst, now=NOW)
    assert claims.take_next(actor=colleague, now=NOW) == case
    _assess(case, colleague, ILLEGAL)
    assert _states(case) == (ReportState.ACTION_PENDING, Queue.ACTION, [ItemState.ASSESSED])
    assert _agreement(case) == {"first": None, "second": AgreementLevel.ANSWERS}


def test_one_differing_answer_is_decided_by_an_uninvolved_supervisor(
    case: Report, analyst: User, colleague: User, supervisor: User
) -> None:
    _assess(case, analyst, ILLEGAL)
    _assess(case, colleague, ILLEGAL | {"age": "pubescent"})
    assert _states(case) == (ReportState.SECOND_REVIEW, Queue.ARBITRATION, [ItemState.DISPUTED])
    assert claims.take_next(actor=analyst, now=NOW) is None
    assert claims.take_next(actor=colleague, now=NOW) is None
    assert claims.take_next(actor=supervisor, now=NOW) == case
    own = make_case()
    _assess(own, analyst, ILLEGAL)
    _assess(own, supervisor, NOT_ILLEGAL)
    assert claims.take_next(actor=supervisor, now=NOW) is None
    _assess(case, supervisor, ILLEGAL)
    assert _states(case) == (ReportState.ACTION_PENDING, Queue.ACTION, [ItemState.ASSESSED])
    _assess(own, make_user("other-lead", "supervisor"), NOT_ILLEGAL)
    assert _states(own) == (ReportState.CLOSED, None, [ItemState.ENDED])
    assert own.outcome == Outcome.NOT_ILLEGAL
    assert _agreement(case) == {"first": None, "second": AgreementLevel.VERDICT, "arbitration": None}
    assert _agreement(own) == {"first": None, "second": AgreementLevel.NOTHING, "arbitration": None}


def test_the_database_refuses_two_assessments_of_one_person(case: Report, analyst: User) -> None:
    _assess(case, analyst, ILLEGAL)
    again = Assessment.objects.get()
    again.pk, again.round = None, "second"
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        ({}, {"classification"}),
        ({"classification": "nonsense"}, {"classification"}),
        ({"classification": "baseline_csam"}, {"age", "gender"}),
        ({"classification": "baseline_csam", "age": "infant", "gender": "nobody"}, {"gender"}),
    ],
)
def test_missing_answers_are_named_and_nothing_is_written(
    case: Report, analyst: User, answers: dict[str, str], fields: set[str]
) -> None:
    claims.take_next(actor=analyst, now=NOW)
    with pytest.raises(InvalidAnswers) as caught:
        open_and_assess(report=case, item=case.items.get(), actor=analyst, answers=answers, now=NOW)
    assert {fault.field for fault in caught.value.faults} == fields
    assert not Assessment.objects.exists()
    assert _states(case)[2] == [ItemState.UNASSESSED]


@pytest.mark.parametrize(("classification", "verdict"), [("not_illegal", "not_illegal"), ("hate_speech", "illegal")])
def test_answers_to_unasked_questions_are_not_stored(
    case: Report, analyst: User, classification: str, verdict: str
) -> None:
    _assess(case, analyst, ILLEGAL | {"classification": classification, "shoe_size": "44"})
    assessment = Assessment.objects.get()
    assert assessment.answers == {"classification": classification}
    assert assessment.verdict == verdict


def test_only_the_holder_assesses(case: Report, analyst: User, colleague: User) -> None:
    claims.take_next(actor=analyst, now=NOW)
    item = case.items.get()
    with pytest.raises(NotClaimHolder):
        open_and_assess(report=case, item=item, actor=colleague, answers=ILLEGAL, now=NOW)
    with pytest.raises(NotClaimHolder):
        open_and_assess(report=case, item=item, actor=analyst, answers=ILLEGAL, now=NOW + timedelta(minutes=30))


def test_a_case_of_two_items_moves_on_with_the_last(analyst: User, colleague: User) -> None:
    illegal, harmless = make_item(), make_item()
    case = make_case(illegal, harmless)
    _assess(case, analyst, ILLEGAL, illegal)
    assert _states(case) == (ReportState.IN_REVIEW, Queue.REVIEW, [ItemState.IN_SECOND_REVIEW, ItemState.UNASSESSED])
    assert case.claimed_by == analyst
    _assess(case, analyst, NOT_ILLEGAL, harmless)
    assert _states(case) == (ReportState.SECOND_REVIEW, Queue.SECOND, [ItemState.IN_SECOND_REVIEW, ItemState.ENDED])
    _assess(case, colleague, ILLEGAL, illegal)
    record_actions(report=case, item=illegal, actor=colleague, kinds=["police", "host"], now=NOW)
    assert _states(case) == (ReportState.CLOSED, None, [ItemState.ENDED, ItemState.ENDED])
    assert case.outcome == Outcome.REFERRED


def test_other_reports_of_an_item_follow_it(analyst: User, colleague: User) -> None:
    shared = make_item()
    case, other = make_case(shared), make_case(shared)
    own = make_item()
    mixed = make_case(shared, own)
    _assess(case, analyst, ILLEGAL)
    assert _states(other) == (ReportState.TRIAGED, None, [ItemState.IN_SECOND_REVIEW])
    assert _states(mixed)[:2] == (ReportState.TRIAGED, Queue.REVIEW)
    with pytest.raises(WrongState):
        claims.claim_case(report_id=other.pk, actor=colleague, now=NOW)
    _assess(case, colleague, ILLEGAL)
    record_actions(report=case, item=shared, actor=colleague, kinds=["removed"], now=NOW, confirmed=True)
    _assess(mixed, colleague, NOT_ILLEGAL, own)
    assert [_states(report)[:2] for report in (other, mixed)] == [(ReportState.TRIAGED, None)] * 2
    follow_items.update_waiting_reports(now=NOW + timedelta(days=21))
    assert [_states(report)[0] for report in (other, mixed)] == [ReportState.CLOSED] * 2
    assert other.outcome == mixed.outcome == Outcome.REMOVED


def test_a_locked_item_is_not_assessed_again_from_another_case(analyst: User, colleague: User) -> None:
    shared = make_item()
    case, held = make_case(shared), make_case(shared)
    claims.claim_case(report_id=held.pk, actor=colleague, now=NOW)
    _assess(case, analyst, NOT_ILLEGAL)
    with pytest.raises(WrongState):
        open_and_assess(report=held, item=shared, actor=colleague, answers=NOT_ILLEGAL, now=NOW)
    claims.release_case(report=held, actor=colleague, now=NOW)
    assert _states(held)[:2] == (ReportState.TRIAGED, None)
    follow_items.update_waiting_reports(now=NOW + timedelta(days=21))
    assert _states(held)[0] == ReportState.CLOSED


@pytest.mark.parametrize(
    ("kinds", "refused"),
    [
        ([], {"kinds"}),
        (["police", "prayer"], {"kinds"}),
        (["unavailable", "moved"], {"confirmed"}),
        (["police"], set()),
        (["unavailable", "partner"], set()),
    ],
)
def test_actions_are_known_and_an_end_without_a_referral_is_confirmed(
    case: Report, analyst: User, colleague: User, kinds: list[str], refused: set[str]
) -> None:
    _assess(case, analyst, ILLEGAL)
    _assess(case, colleague, ILLEGAL)
    found: set[str] = set()
    try:
        record_actions(report=case, item=case.items.get(), actor=colleague, kinds=kinds, now=NOW)
    except InvalidAnswers as error:
        found = {fault.field for fault in error.faults}
    assert found == refused
    assert _states(case)[0] == (ReportState.ACTION_PENDING if refused else ReportState.CLOSED)


def test_an_action_needs_an_agreed_item(case: Report, analyst: User) -> None:
    claims.take_next(actor=analyst, now=NOW)
    with pytest.raises(WrongState):
        record_actions(report=case, item=case.items.get(), actor=analyst, kinds=["police"], now=NOW)


def test_claimed_or_decided_reports_are_not_closed_without_assessment(
    case: Report, analyst: User, colleague: User
) -> None:
    claims.take_next(actor=colleague, now=NOW)
    second, half = make_case(), make_case(make_item(), make_item())
    _assess(second, colleague, ILLEGAL)
    _assess(half, analyst, ILLEGAL, half.items.earliest("pk"))
    ids = [case.pk, second.pk, half.pk]
    result = close_without_assessment.close_reports(report_ids=[*ids, 0], state="spam", actor=analyst, now=NOW)
    assert (result.done, result.refused) == ([], ids)
    assert _states(case)[0] == ReportState.IN_REVIEW
