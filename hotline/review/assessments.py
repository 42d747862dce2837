"""Assessments (first, second, arbitration) and the actions recorded about an item."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.permissions import has_role_permission
from hotline.lifecycle.closings import (
    closings_to_check,
    item_needs_two_people,
    record_closing,
    snapshot,
)
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.follow_items import update_other_reports
from hotline.lifecycle.transitions import UNCLAIMED, advance_report, move_item
from hotline.models import (
    UNDO_WINDOW,
    Action,
    ActionKind,
    AgreementLevel,
    Assessment,
    Closing,
    ClosingAct,
    ClosingState,
    ContentItem,
    QuestionSet,
    Report,
    ReviewSettings,
)
from hotline.models.routing import REFERRAL_CHANNELS
from hotline.permissions import DECIDE_DISPUTE
from hotline.review import selectors
from hotline.review.claims import lock_claimed_case
from hotline.review.exceptions import FourEyes, InvalidAnswers, NeedsSupervisor, NotBlind
from hotline.review.openings import unopened_by
from hotline.review.sealed_content import true_reasons
from hotline.review.undo import reverse_item
from hotline.states import ItemState, Outcome, ReportState, Round, Verdict

ROUNDS = {
    ItemState.UNASSESSED: Round.FIRST,
    ItemState.IN_SECOND_REVIEW: Round.SECOND,
    ItemState.DISPUTED: Round.ARBITRATION,
}

ENDS = {
    Verdict.NOT_ILLEGAL: Outcome.NOT_ILLEGAL,
    Verdict.OUTSIDE_REMIT: Outcome.OUTSIDE_REMIT,
    Verdict.CANNOT_ASSESS: Outcome.CANNOT_ASSESS,
}

ACTION_OUTCOMES = {
    **{channel.action: Outcome.REFERRED for channel in REFERRAL_CHANNELS.values()},
    ActionKind.REMOVED: Outcome.REMOVED,
    ActionKind.UNAVAILABLE: Outcome.UNAVAILABLE,
    ActionKind.MOVED: Outcome.MOVED,
}


def assess_item(
    *,
    report: Report,
    item: ContentItem,
    actor: User,
    answers: Mapping[str, str],
    now: datetime,
    unopened_reasons: Sequence[str] = (),
) -> Assessment:
    """Record the assessment of `item` by `actor`. The state of the item determines the round.

    In every round `actor` must have opened the text, the dialogue, each picture and the address of the item. For parts
    that cannot be opened, `actor` gives `unopened_reasons` (`UnopenedReason`), which are verified. An illegal verdict
    needs a second person who gives the same answers. A disagreement is decided by a supervisor who has given neither
    opinion. Other verdicts end the item, unless one of its reports needs two people. Then a second person must agree. A
    second person checks a random share of "not illegal" decisions, and each one that was given with a reason.

    `answers` is {question code: answer code}. Raises NotClaimHolder, WrongState, FourEyes, NeedsSupervisor,
    NotBlind, ContentNotOpened or InvalidAnswers. Nothing is written when an exception is raised.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        item = report.items.select_for_update(of=("self",)).get(pk=item.pk)
        check = due_check(item=item, report=report, now=now)
        if report.proposed_end or (item.state not in ROUNDS and check is None):
            raise WrongState
        turn = ROUNDS.get(ItemState(item.state), Round.SECOND)
        earlier = list(item.assessments.all())
        if any(assessment.author_id == actor.pk for assessment in earlier):
            raise FourEyes
        if turn == Round.ARBITRATION and not has_role_permission(actor, DECIDE_DISPUTE):
            raise NeedsSupervisor
        # The holder may have read it after taking the case.
        if turn == Round.SECOND and selectors.has_read_reason(report, actor):
            raise NotBlind
        question_set = earlier[0].question_set if earlier else selectors.active_question_set()
        chosen, verdict = check_answers(question_set, answers)
        by_two = verdict != Verdict.ILLEGAL and item_needs_two_people(item)
        unopened = unopened_by(report, actor).for_item(item)
        reasons = true_reasons(report=report, unopened=unopened, reasons=unopened_reasons)
        unopened.without(reasons).check()
        has_opened = not unopened
        before = snapshot(report, actor=actor, now=now)
        assessment = Assessment.objects.create(
            item=item,
            report=report,
            author=actor,
            question_set=question_set,
            round=turn,
            answers=chosen,
            verdict=verdict,
            agreed=agreement_with(earlier[0], chosen, verdict) if turn == Round.SECOND else None,
            created_at=now,
        )
        audit_log.record(
            action="item.assessed", subject=report, actor=actor, now=now, data={"item": item.pk, "round": turn.value}
        )
        if reasons:
            data: dict[str, audit_log.AuditValue] = {"item": item.pk, "unopened": reasons}
            audit_log.record(action="item.unopened_excused", subject=report, actor=actor, now=now, data=data)
        if check is not None:
            _finish_check(check, item, assessment, actor, now, has_opened=has_opened)
        else:
            _move_on(item, assessment, actor, now, by_two=by_two)
        advance_report(report=report, actor=actor, now=now)
        update_other_reports(item=item, report=report, now=now)
        if turn == Round.FIRST and item.state == ItemState.ENDED:
            record_closing(
                report=report,
                item=item,
                act=ClosingAct.ASSESSED,
                actor=actor,
                before=before,
                is_checked=verdict == Verdict.NOT_ILLEGAL and (bool(reasons) or is_drawn_for_check()),
                has_opened=has_opened,
                now=now,
            )
        return assessment


def is_drawn_for_check() -> bool:
    """Return whether a second person checks this decision.

    Each decision is drawn independently with the probability `ReviewSettings.checked_percent`. The random numbers are
    those of the operating system, so that the draw can be neither foreseen nor influenced.
    """
    return secrets.randbelow(100) < ReviewSettings.objects.get().checked_percent


def save_review_settings(*, settings: ReviewSettings, actor: User, now: datetime) -> None:
    """Change the claim limit and the share of checked decisions, validated by the form."""
    with transaction.atomic():
        settings.save()
        data: dict[str, audit_log.AuditValue] = {
            "claims": settings.claim_limit,
            "percent": settings.checked_percent,
        }
        audit_log.record(action="review_settings.changed", subject=settings, actor=actor, now=now, data=data)


def due_check(*, item: ContentItem, report: Report, now: datetime) -> Closing | None:
    """Return the decision about `item` that a second person now has to check in `report`, or None."""
    if item.state != ItemState.ENDED or report.state not in {ReportState.CLOSED, ReportState.SECOND_REVIEW}:
        return None
    return closings_to_check().filter(item=item, report=report, created_at__lte=now - UNDO_WINDOW).first()


def agreement_with(first: Assessment, answers: Mapping[str, str], verdict: str) -> AgreementLevel:
    """Return how far `answers` and `verdict` agree with the first opinion."""
    if answers == first.answers:
        return AgreementLevel.ANSWERS
    return AgreementLevel.VERDICT if verdict == first.verdict else AgreementLevel.NOTHING


def record_actions(
    *, report: Report, item: ContentItem, actor: User, kinds: Sequence[str], now: datetime, confirmed: bool = False
) -> list[Action]:
    """Record by hand the actions taken about an illegal item. This ends the item. The case ends with its last item.

    `kinds` are one or more of `ActionKind`. If none of them is a referral, `confirmed` must be true. Raises
    NotClaimHolder, WrongState or InvalidAnswers (under `kinds` or `confirmed`).
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        item = report.items.select_for_update(of=("self",)).get(pk=item.pk)
        if not kinds or not set(kinds) <= set(ActionKind.values):
            raise InvalidAnswers({"kinds": _("Choose the action taken.")})
        if item.state != ItemState.ASSESSED or report.proposed_end:
            raise WrongState
        before = snapshot(report, actor=actor, now=now)
        outcomes = [ACTION_OUTCOMES[ActionKind(kind)] for kind in kinds]
        if Outcome.REFERRED not in outcomes and not confirmed:
            raise InvalidAnswers(
                {
                    "confirmed": _(
                        "No recipient was selected: the police, the host and partners are not "
                        "notified. Is that correct?"
                    )
                }
            )
        actions = [
            Action.objects.create(item=item, report=report, author=actor, kind=kind, done_at=now)
            for kind in dict.fromkeys(kinds)
        ]
        for action in actions:
            audit_log.record(
                action="action.recorded",
                subject=report,
                actor=actor,
                now=now,
                data={"item": item.pk, "kind": action.kind},
            )
        move_item(item=item, report=report, to=ItemState.ACTIONED, actor=actor, now=now)
        # The state of the content takes precedence over referrals.
        outcome = next((one for one in outcomes if one != Outcome.REFERRED), Outcome.REFERRED)
        move_item(item=item, report=report, to=ItemState.ENDED, actor=actor, now=now, outcome=outcome)
        advance_report(report=report, actor=actor, now=now)
        update_other_reports(item=item, report=report, now=now)
        record_closing(report=report, item=item, act=ClosingAct.ACTIONS, actor=actor, before=before, now=now)
        return actions


def check_answers(question_set: QuestionSet, answers: Mapping[str, str]) -> tuple[dict[str, str], Verdict]:
    """Return the relevant answers and the resulting verdict.

    The leading question must be answered. The other questions must be answered if its answer needs details, and are
    ignored otherwise. Raises InvalidAnswers.
    """
    questions = list(question_set.questions.prefetch_related("answers"))
    lead = questions[0]
    answer = next((a for a in lead.answers.all() if a.code == answers.get(lead.code)), None)
    relevant_questions = questions if answer is not None and answer.needs_details else [lead]
    chosen: dict[str, str] = {}
    wrong = {}
    for question in relevant_questions:
        code = answers.get(question.code, "")
        if code in {option.code for option in question.answers.all()}:
            chosen[question.code] = code
        else:
            wrong[question.code] = _("Choose an answer.")
    if wrong or answer is None:
        raise InvalidAnswers(wrong)
    return chosen, Verdict(answer.verdict)


def _finish_check(
    check: Closing, item: ContentItem, assessment: Assessment, actor: User, now: datetime, *, has_opened: bool
) -> None:
    """Apply the decision if the second person agrees. Otherwise leave it to a supervisor."""
    report, agreed = assessment.report, assessment.agreed == AgreementLevel.ANSWERS
    state = ClosingState.MADE if agreed else ClosingState.REFUSED
    waiting = Closing.objects.filter(pk=check.pk, state=ClosingState.MADE, effective_at__isnull=True)
    if not waiting.update(
        state=state, second=actor, second_opened=has_opened, decided_at=now, effective_at=now if agreed else None
    ):
        raise WrongState
    audit_log.record(
        action="closing.checked", subject=report, actor=actor, now=now, data={"item": item.pk, "agreed": agreed}
    )
    if agreed:
        if report.state == ReportState.CLOSED and not closings_to_check().filter(report=report).exists():
            Report.objects.filter(pk=report.pk).update(queue=None, **UNCLAIMED)
        return
    others = reverse_item(closing=check, item=item, report=report, actor=actor, now=now)
    move_item(item=item, report=report, to=ItemState.IN_SECOND_REVIEW, actor=actor, now=now)
    move_item(item=item, report=report, to=ItemState.DISPUTED, actor=actor, now=now)
    for other in others:
        advance_report(report=other, actor=None, now=now)


def _move_on(item: ContentItem, assessment: Assessment, actor: User, now: datetime, *, by_two: bool) -> None:
    report, verdict = assessment.report, Verdict(assessment.verdict)
    if assessment.round == Round.FIRST and (verdict == Verdict.ILLEGAL or by_two):
        move_item(item=item, report=report, to=ItemState.IN_SECOND_REVIEW, actor=actor, now=now)
    elif assessment.round == Round.SECOND and assessment.agreed != AgreementLevel.ANSWERS:
        move_item(item=item, report=report, to=ItemState.DISPUTED, actor=actor, now=now)
    elif verdict == Verdict.ILLEGAL:
        move_item(item=item, report=report, to=ItemState.ASSESSED, actor=actor, now=now, verdict=verdict)
    else:
        move_item(
            item=item, report=report, to=ItemState.ENDED, actor=actor, now=now, verdict=verdict, outcome=ENDS[verdict]
        )
