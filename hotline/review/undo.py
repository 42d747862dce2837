"""Undo of closings, by their author within `UNDO_WINDOW` or after a refused check."""

from datetime import datetime
from typing import Any

from django.db import transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.follow_items import update_other_reports
from hotline.lifecycle.transitions import UNCLAIMED, advance_report, move_item, move_report
from hotline.models import (
    UNDO_WINDOW,
    Action,
    Assessment,
    AvailabilityCheck,
    Closing,
    ClosingAct,
    ClosingState,
    ContentItem,
    Report,
)
from hotline.review.claims import restore_claim
from hotline.review.exceptions import UndoOfOthers, UndoTooLate
from hotline.review.selectors import is_claimed
from hotline.states import ItemState, Queue, ReportState, Round

_ITEM_BEFORE = {
    ClosingAct.ASSESSED: ItemState.UNASSESSED,
    ClosingAct.ACTIONS: ItemState.ASSESSED,
    ClosingAct.GONE: ItemState.ACTIONED,
}


def undo_closing(*, closing_id: int, actor: User, now: datetime) -> Report:
    """Undo a closing that `actor` made within `UNDO_WINDOW`. Restores the case, its content and the claim.

    Raises Closing.DoesNotExist, UndoOfOthers, UndoTooLate, or WrongState if a second person has confirmed it or the
    case has changed.
    """
    with transaction.atomic():
        unlocked_closing = Closing.objects.get(pk=closing_id)
        # All services lock in this order: case, content, closing.
        report = Report.objects.select_for_update().get(pk=unlocked_closing.report_id)
        item = (
            ContentItem.objects.select_for_update().get(pk=unlocked_closing.item_id)
            if unlocked_closing.item_id
            else None
        )
        closing = Closing.objects.select_for_update().get(pk=closing_id)
        if closing.author_id != actor.pk:
            raise UndoOfOthers
        if closing.state != ClosingState.MADE or closing.second_id is not None:
            raise WrongState
        if now >= closing.created_at + UNDO_WINDOW:
            raise UndoTooLate
        if item is None:
            _reopen_report(closing, report, actor, now)
            moved = []
        else:
            _check_place(closing, report, now)
            moved = reverse_item(closing=closing, item=item, report=report, actor=actor, now=now)
            _erase_decision(closing, item, now)
            if closing.act == ClosingAct.ASSESSED and report.state == ReportState.SECOND_REVIEW:
                move_report(report=report, to=ReportState.TRIAGED, actor=actor, now=now, **UNCLAIMED)
        Closing.objects.filter(pk=closing.pk).update(state=ClosingState.UNDONE, effective_at=None, decided_at=now)
        audit_log.record(action="closing.undone", subject=report, actor=actor, now=now, data={"act": closing.act})
        for each in [*moved, report]:
            advance_report(report=each, actor=None, now=now)
        if item is not None:
            # Reports that wait for the effective date of the closing.
            update_other_reports(item=item, report=report, now=now)
        if closing.before.get("held"):
            restore_claim(report=report, actor=actor, now=now)
        return report


def reverse_item(*, closing: Closing, item: ContentItem, report: Report, actor: User, now: datetime) -> list[Report]:
    """Restore the state of an ended item before `closing`. Reports that ended with it wait again. Raises WrongState.

    Returns the reports other than `report`. The caller locks `report` and `item`, and advances the reports afterwards.
    """
    if item.state != ItemState.ENDED:
        raise WrongState
    to = _ITEM_BEFORE[ClosingAct(closing.act)]
    columns = {"outcome": ""} | ({"verdict": ""} if to == ItemState.UNASSESSED else {})
    move_item(item=item, report=report, to=to, actor=actor, now=now, **columns)
    closed = item.reports.filter(state=ReportState.CLOSED, closed_at__gte=closing.created_at).exclude(pk=report.pk)
    others = list(closed.select_for_update(of=("self",)).order_by("pk"))
    for other in others:
        move_report(report=other, to=ReportState.TRIAGED, actor=actor, now=now, queue=None, **_columns({}))
    if report.state == ReportState.CLOSED:
        move_report(report=report, to=ReportState.TRIAGED, actor=actor, now=now, queue=None, **_columns(closing.before))
    return others


def _check_place(closing: Closing, report: Report, now: datetime) -> None:
    """Raise WrongState if work on other content of the case has advanced, or a colleague holds the case."""
    if closing.act != ClosingAct.ASSESSED:
        return
    held_by_other = is_claimed(report, now) and report.claimed_by_id != closing.author_id
    if held_by_other or report.state in {ReportState.ACTION_PENDING, ReportState.REFERRED, ReportState.MONITORING}:
        raise WrongState


def _reopen_report(closing: Closing, report: Report, actor: User, now: datetime) -> None:
    if report.state != closing.end or report.closed_at != closing.created_at:
        raise WrongState
    columns = _columns(closing.before) | {"queue": Queue.REVIEW}
    move_report(report=report, to=ReportState.TRIAGED, actor=actor, now=now, **columns)


def _columns(before: dict[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "outcome": before.get("outcome", ""),
        "closed_at": _time(before.get("closed_at")),
        "original_id": before.get("original"),
    }
    if before.get("reopened_at"):
        names = ("reopened_from", "priority", "priority_reasons")
        columns |= {name: before[name] for name in names} | {"reopened_at": _time(before["reopened_at"])}
    return columns


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _erase_decision(closing: Closing, item: ContentItem, now: datetime) -> None:
    """Delete the undone assessment or actions, and restore the availability checks."""
    if closing.act == ClosingAct.ASSESSED:
        Assessment.objects.filter(item=item, author=closing.author_id, round=Round.FIRST).delete()
        return
    Action.objects.filter(item=item, author=closing.author_id, done_at=closing.created_at).delete()
    if closing.act == ClosingAct.GONE:
        times = {name: _time(closing.before[name]) for name in ("unavailable_since", "last_miss_at")}
        AvailabilityCheck.objects.filter(item=item).update(
            ended_at=None, outcome="", attention=closing.before["attention"], next_check_at=now, **times
        )
