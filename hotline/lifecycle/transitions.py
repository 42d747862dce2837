"""State transitions of reports and items: compare-and-swap, with the audit event in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.lifecycle.closings import needs_two_people
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.review_dates import earliest_end
from hotline.models import Assessment, ContentItem, Referral, Report
from hotline.models.referral import OPEN
from hotline.priority import PriorityReason, priority_columns
from hotline.states import (
    CLOSED_WITHOUT_ASSESSMENT,
    FINAL,
    NO_ACTION,
    ItemState,
    Queue,
    ReportState,
    Round,
    item_may,
    report_may,
    report_outcome,
)

UNCLAIMED = {"claimed_by": None, "claimed_until": None}
_BEFORE_ASSESSED = frozenset({ReportState.TRIAGED, ReportState.IN_REVIEW})


def move_report(*, report: Report, to: str, actor: User | None, now: datetime, **columns: Any) -> None:
    """Move a report to a state and set `columns`. Raises WrongState for a forbidden transition or a concurrent change."""
    if not report_may(report.state, to):
        raise WrongState
    old = report.state
    if to in FINAL:
        # A case closed without assessment has no outcome, not even that of an earlier closing.
        cleared = {"outcome": ""} if to in CLOSED_WITHOUT_ASSESSMENT else {}
        # Only a duplicate has an original; its anonymisation keeps it.
        other = {"original": None} if to not in {ReportState.DUPLICATE, ReportState.ANONYMISED} else {}
        columns = clear_reopened(report) | cleared | other | {"earliest_end_at": None} | columns
    _swap(report, to, columns)
    audit_log.record(action="report.state", subject=report, actor=actor, now=now, data={"from": old, "to": to})


def move_item(*, item: ContentItem, report: Report, to: str, actor: User | None, now: datetime, **columns: Any) -> None:
    """Move an item to a state; the audit event belongs to `report`. Raises WrongState."""
    if not item_may(item.state, to):
        raise WrongState
    old = item.state
    _swap(item, to, columns)
    audit_log.record(
        action="item.state", subject=report, actor=actor, now=now, data={"item": item.pk, "from": old, "to": to}
    )


def clear_reopened(report: Report) -> dict[str, Any]:
    """Return the columns that clear a report's reopening; empty without one."""
    if report.reopened_at is None:
        return {}
    reasons = {*report.priority_reasons} - {PriorityReason.REPORTER_WROTE.value}
    return {"reopened_at": None, "reopened_from": "", **priority_columns(reasons)}


def update_priority(report: Report, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> bool:
    """Remove priority reasons of a locked report, then add others, and save its new priority.

    Returns whether the reasons have changed. A report in a final state keeps its reasons.
    """
    columns = set_priority(report, add=add, remove=remove)
    if columns:
        report.save(update_fields=columns)
    return bool(columns)


def set_priority(report: Report, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> list[str]:
    """Do the same without saving. Returns the names of the columns to save, none if nothing has changed."""
    earlier = set(report.priority_reasons)
    codes = (earlier - {*remove}) | {*add}
    if report.state in FINAL or codes == earlier:
        return []
    columns = priority_columns(codes)
    for name, value in columns.items():
        setattr(report, name, value)
    return [*columns]


def advance_report(*, report: Report, actor: User | None, now: datetime) -> None:
    """Update the state of a locked report from its items.

    - With an unassessed item, the report awaits review.
    - Otherwise the case of an item's first assessment handles second review and action. Other reports of the item wait without a queue.
    - A report closes when all its items are closed. If they were decided in another case, `update_waiting_reports` closes it on its own
      date (ADR 0051).
    - A reopened report stays in the queue until it is taken or closed again.
    - A report with a proposed closing awaits a second person.
    - A report under the two-person rule awaits review if other cases decided its items without action (ADR 0052).
    """
    if report.state in FINAL or report.state == ReportState.RECEIVED or report.proposed_end:
        return
    items = list(report.items.all())
    if any(item.state == ItemState.UNASSESSED for item in items) or _waits_to_be_closed_again(report):
        _queue(report, Queue.REVIEW)
        return
    if all(item.state == ItemState.ENDED for item in items):
        outcomes = {item.outcome for item in items}
        if _has_to_be_opened(report, outcomes):
            _queue(report, Queue.REVIEW)
        elif (end := earliest_end(report)) and now < end:
            _wait(report, actor, now, earliest_end_at=end)
        else:
            _close(report, outcomes, actor, now)
        return
    carried = _carried_states(report)
    if ItemState.IN_SECOND_REVIEW in carried:
        _to_second_review(report, Queue.SECOND, actor, now)
    elif ItemState.DISPUTED in carried:
        _to_second_review(report, Queue.ARBITRATION, actor, now)
    elif ItemState.ASSESSED in carried:
        _through_assessed(report, actor, now)
        if report.state != ReportState.ACTION_PENDING:
            move_report(report=report, to=ReportState.ACTION_PENDING, actor=actor, now=now, queue=Queue.ACTION)
    elif all(item.state in {ItemState.ACTIONED, ItemState.ENDED} for item in items):
        _follow_up(report, items, actor, now)
    else:
        _wait(report, actor, now)


def _swap(row: Report | ContentItem, to: str, columns: dict[str, Any]) -> None:
    moved = type(row)._default_manager.filter(pk=row.pk, state=row.state).update(state=to, **columns)
    if not moved:
        raise WrongState
    row.state = to
    for name, value in columns.items():
        setattr(row, name, value)


def _waits_to_be_closed_again(report: Report) -> bool:
    return report.reopened_at is not None and report.state in _BEFORE_ASSESSED and not _carried_states(report)


def _has_to_be_opened(report: Report, outcomes: set[str]) -> bool:
    if report.state not in _BEFORE_ASSESSED or report_outcome(outcomes) not in NO_ACTION:
        return False
    return needs_two_people(report)


def _carried_states(report: Report) -> set[str]:
    """Return the states of open items that were first assessed in this case."""
    firsts = Assessment.objects.filter(report=report, round=Round.FIRST).exclude(item__state=ItemState.ENDED)
    return set(firsts.values_list("item__state", flat=True))


def _queue(report: Report, queue: str | None, **columns: Any) -> None:
    Report.objects.filter(pk=report.pk).update(queue=queue, **columns)
    report.queue = queue
    for name, value in columns.items():
        setattr(report, name, value)


def _wait(report: Report, actor: User | None, now: datetime, **columns: Any) -> None:
    if report.state == ReportState.IN_REVIEW:
        move_report(report=report, to=ReportState.TRIAGED, actor=actor, now=now)
    _queue(report, None, **UNCLAIMED, **columns)


def _follow_up(report: Report, items: Sequence[ContentItem], actor: User | None, now: datetime) -> None:
    """Move a report without pending decisions: its hand-overs are in progress, or complete and monitored."""
    on_its_way = Referral.objects.filter(item__in=items, state__in=OPEN, is_for_pictures=False).exists()
    to = ReportState.REFERRED if on_its_way else ReportState.MONITORING
    _through_assessed(report, actor, now)
    if report.state not in {to, ReportState.MONITORING}:
        move_report(report=report, to=to, actor=actor, now=now, queue=None, **UNCLAIMED)


def _to_second_review(report: Report, queue: Queue, actor: User | None, now: datetime) -> None:
    _through_assessed(report, actor, now)
    if report.state != ReportState.SECOND_REVIEW:
        move_report(report=report, to=ReportState.SECOND_REVIEW, actor=actor, now=now)
    if report.queue != queue:
        # Another analyst is needed: the current holder has given an opinion.
        _queue(report, queue, **UNCLAIMED)


def _through_assessed(report: Report, actor: User | None, now: datetime) -> None:
    if report.state in _BEFORE_ASSESSED:
        move_report(report=report, to=ReportState.ASSESSED, actor=actor, now=now)


def _close(report: Report, outcomes: set[str], actor: User | None, now: datetime) -> None:
    if report.state == ReportState.IN_REVIEW:
        move_report(report=report, to=ReportState.ASSESSED, actor=actor, now=now)
    move_report(
        report=report,
        to=ReportState.CLOSED,
        actor=actor,
        now=now,
        queue=None,
        outcome=report_outcome(outcomes),
        closed_at=now,
        **UNCLAIMED,
    )
