"""Reopening ended reports, after a message from the reporter or by staff."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from hotline.availability.services import restart_referral
from hotline.lifecycle.closings import (
    items_to_judge_blind,
    needs_two_people,
    record_closing,
    snapshot,
)
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.transitions import UNCLAIMED, advance_report, clear_reopened, move_report
from hotline.models import ClosingAct, FileHash, OwnPicture, Report
from hotline.priority import priority_columns
from hotline.review.claims import lock_claimed_case
from hotline.review.close_without_assessment import propose_closing
from hotline.review.exceptions import InvalidAnswers, NothingReopened, Unassessed, UnreadNews
from hotline.review.sealed_content import check_opened
from hotline.states import FINAL, NO_ACTION, REOPENABLE, ItemState, Queue, ReportState, Round, report_outcome


class ReopenReason(TextChoices):
    """The reason for reopening a report."""

    NEW_FACTS = "new_facts", pgettext_lazy("reopening", "something new is known")
    MISTAKE = "mistake", pgettext_lazy("reopening", "it was closed by mistake")
    BACK = "back", pgettext_lazy("reopening", "the content is there again")
    # Not available to staff.
    REPORTER = "reporter", pgettext_lazy("reopening", "the reporter wrote")


BY_HAND = [reason for reason in ReopenReason if reason != ReopenReason.REPORTER]


def reopen_for_reporter(*, report: Report, now: datetime) -> bool:
    """Requeue a locked, ended report because its reporter has written. Returns whether it was reopened.

    An open report keeps its state. Spam is reopened once. Later messages are only listed on "My work". The caller
    rounds `now` down to the hour, like all times visible to the reporter.
    """
    if report.state not in REOPENABLE or (report.state == ReportState.SPAM and report.reopened_times):
        return False
    _reopen(report, None, now, why=ReopenReason.REPORTER.value)
    # The public site neither reads nor writes priorities. This function of the database adds PriorityReason.REPORTER_WROTE.
    with connection.cursor() as cursor:
        cursor.execute("SELECT hotline_add_reporter_wrote(%s)", [report.pk])
    return True


def reopen_case(*, report_id: int, actor: User, reason: str, now: datetime) -> Report:
    """Reopen a report by hand. `reason` is one of `BY_HAND`.

    Raises Report.DoesNotExist, WrongState if the report has not ended, or InvalidAnswers (under `reason`).
    """
    if reason not in BY_HAND:
        raise InvalidAnswers({"reason": _("Choose a reason.")})
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report_id)
        # A case whose decision the actor may have to check does not look closed to the actor.
        if report.state not in REOPENABLE or items_to_judge_blind(actor).filter(reports=report).exists():
            raise WrongState
        _reopen(report, actor, now, why=reason, **priority_columns(report.priority_reasons))
        if reason == ReopenReason.BACK:
            _take_up_again(report, actor, now)
        return report


def close_reopened_case(*, report: Report, actor: User, now: datetime) -> None:
    """Close a reopened report that needs no more work. If other cases still work on its items, it waits for them.

    If the report needs two people and no action was taken about its content, this creates a proposal (see
    `propose_closing`). Raises NotClaimHolder, NothingReopened, UnreadNews (the reporter's message is unread),
    Unassessed, InvalidAnswers, or ContentNotOpened if `actor` has not opened everything.
    """
    with transaction.atomic():
        report = lock_claimed_case(report_id=report.pk, actor=actor, now=now)
        if report.reopened_at is None:
            raise NothingReopened
        if report.has_news:
            raise UnreadNews
        if report.items.filter(state=ItemState.UNASSESSED).exists():
            raise Unassessed
        if _closes_by_two(report):
            propose_closing(report_id=report.pk, end=ReportState.CLOSED, actor=actor, now=now)
            return
        has_opened = check_opened(report=report, actor=actor)
        before = snapshot(report, actor=actor, now=now)
        columns = clear_reopened(report)
        Report.objects.filter(pk=report.pk).update(**columns)
        for name, value in columns.items():
            setattr(report, name, value)
        audit_log.record(action="report.closed_again", subject=report, actor=actor, now=now)
        advance_report(report=report, actor=actor, now=now)
        if report.state in FINAL:
            record_closing(
                report=report, act=ClosingAct.CLOSED_AGAIN, actor=actor, before=before, has_opened=has_opened, now=now
            )


def _closes_by_two(report: Report) -> bool:
    outcomes = set(report.items.values_list("outcome", flat=True))
    if report.items.exclude(state=ItemState.ENDED).exists() or report_outcome(outcomes) not in NO_ACTION:
        return False
    return needs_two_people(report)


def _take_up_again(report: Report, actor: User, now: datetime) -> None:
    """Restart the referral of items that were decided in this case and are available again."""
    decided_here = report.items.filter(
        state=ItemState.ENDED, assessments__report=report, assessments__round=Round.FIRST
    )
    for item in decided_here.select_for_update(of=("self",)).order_by("pk"):
        restart_referral(item=item, report=report, actor=actor, now=now)


def _reopen(report: Report, actor: User | None, now: datetime, *, why: str, **columns: Any) -> None:
    columns |= {
        "queue": Queue.REVIEW,
        **UNCLAIMED,
        # The reporter's status page shows this time, so it is rounded to the hour.
        "reopened_at": hour_of(now),
        "reopened_from": report.state,
        "reopened_times": min(report.reopened_times + 1, 32767),
        # Content received from now on has its own retention period.
        "contact_erased_at": None,
        "text_erased_at": None,
    }
    # The files were not matched against lists imported while the report was closed. Pictures stay closed until they are
    # matched.
    FileHash.objects.filter(report=report).update(matched_at=None)
    OwnPicture.objects.filter(report=report).update(matched_at=None)
    audit_log.record(action="report.reopened", subject=report, actor=actor, now=now, data={"why": why})
    move_report(report=report, to=ReportState.TRIAGED, actor=actor, now=now, **columns)
