"""Closings: the two-person rule, and the effective date of a closing."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from clicksafely.accounts.models import User
from hotline.categories import SEXUAL_ABUSE
from hotline.models import (
    UNDO_WINDOW,
    Assessment,
    Closing,
    ClosingAct,
    ClosingState,
    ContentItem,
    Referral,
    Report,
    ReportItem,
)
from hotline.models.routing import Route
from hotline.priority import PriorityReason
from hotline.states import ItemState, ReportState

# Why a report counts as one about sexual abuse or present danger, beside its category and the reporter's tick.
_REASONS = frozenset({PriorityReason.DANGER_NOW.value, PriorityReason.SUSPECTED.value})
_NEEDS_TWO = (
    Q(danger_now=True)
    | Q(category__in=sorted(SEXUAL_ABUSE))
    | Q(was_csam=True)
    | Q(priority_reasons__has_any_keys=sorted(_REASONS))
    | Q(Exists(Referral.objects.filter(report=OuterRef("pk"), route=Route.POLICE, urgent=True)))
)


def needs_two_people(report: Report) -> bool:
    """Return whether two people must close `report`.

    Two people close reports that are or were about sexual abuse of a child. The same applies to children in danger now.
    """
    if report.danger_now or report.was_csam or report.category in SEXUAL_ABUSE:
        return True
    if not _REASONS.isdisjoint(report.priority_reasons):
        return True
    return report.referrals.filter(route=Route.POLICE, urgent=True).exists()


def item_needs_two_people(item: ContentItem) -> bool:
    """Return whether a report that names `item` needs two people: a decision about the item ends that report too."""
    return item.reports.filter(_NEEDS_TWO).exists()


def snapshot(report: Report, *, actor: User, now: datetime) -> dict[str, Any]:
    """Return what an undo restores of a locked report: codes, and times in ISO 8601."""
    held = report.claimed_by_id == actor.pk and report.claimed_until is not None and report.claimed_until > now
    return {
        "held": held,
        "outcome": report.outcome,
        "closed_at": report.closed_at.isoformat() if report.closed_at else None,
        "reopened_at": report.reopened_at.isoformat() if report.reopened_at else None,
        "reopened_from": report.reopened_from,
        "priority": report.priority,
        "priority_reasons": report.priority_reasons,
        "original": report.original_id,
    }


def record_closing(
    *,
    report: Report,
    act: ClosingAct,
    actor: User,
    before: dict[str, Any],
    now: datetime,
    item: ContentItem | None = None,
    is_checked: bool = False,
    has_opened: bool = False,
) -> Closing:
    """Record a closing by one person. It takes effect after `UNDO_WINDOW`, with `is_checked` after a second person's check."""
    return Closing.objects.create(
        report=report,
        item=item,
        act=act,
        end=report.state,
        author=actor,
        author_opened=has_opened,
        created_at=now,
        effective_at=None if is_checked else now + UNDO_WINDOW,
        before=before,
    )


def pending_closings(now: datetime) -> QuerySet[Closing]:
    """Return closings that have not taken effect at `now`: they can be undone or await a second person's check."""
    closings = Closing.objects.filter(state=ClosingState.MADE)
    return closings.filter(Q(effective_at__isnull=True) | Q(effective_at__gt=now))


def closings_to_check() -> QuerySet[Closing]:
    """Return decisions of the random tenth that a second person has to check."""
    return Closing.objects.filter(state=ClosingState.MADE, effective_at__isnull=True, item__isnull=False)


def items_to_judge_blind(user: User) -> QuerySet[ContentItem]:
    """Return items with an opinion of another person that `user` has not seen and may have to judge."""
    mine = Assessment.objects.filter(item=OuterRef("pk"), author=user)
    checked = Exists(closings_to_check().filter(item=OuterRef("pk")))
    waiting = Q(state=ItemState.IN_SECOND_REVIEW) | Q(checked, state=ItemState.ENDED)
    return ContentItem.objects.filter(waiting).exclude(Exists(mine))


def without_opinions(referrals: QuerySet[Referral], user: User) -> QuerySet[Referral]:
    """Leave out referrals that would show an opinion which `user` has to judge without knowing it."""
    blind = items_to_judge_blind(user).filter(pk=OuterRef("item"))
    return referrals.exclude(Exists(blind), is_for_pictures=False)


def is_to_judge_blind(user: User, column: str) -> Q:
    """Return the condition that `user` may have to judge an opinion or a proposed closing of another person.

    `column` is the name of the column with the id of the report. The database evaluates each of the three subqueries
    once. One condition about both items and closings would read whole tables.
    """
    mine = Assessment.objects.filter(item=OuterRef("item"), author=user)
    named = ReportItem.objects.filter(item__state=ItemState.IN_SECOND_REVIEW).exclude(Exists(mine))
    checked = closings_to_check().exclude(author=user)
    proposed = Closing.objects.filter(state=ClosingState.PROPOSED).exclude(author=user)
    return (
        Q(**{f"{column}__in": named.values("report")})
        | Q(**{f"{column}__in": ReportItem.objects.filter(item__in=checked.values("item")).values("report")})
        | Q(**{f"{column}__in": proposed.values("report")})
    )


def is_in_effect(report: Report, now: datetime) -> bool:
    """Return whether everything that ended `report` has taken effect; the reporter and partners learn of its end only then."""
    # A list: one query with both conditions would read the whole table.
    items = list(report.items.values_list("pk", flat=True))
    return not pending_closings(now).filter(Q(report=report) | Q(item__in=items)).exists()


def effective_since(report: Report) -> datetime | None:
    """Return when a second person's check let the end of `report` take effect; None where none did."""
    checked = Closing.objects.filter(
        # Decided by a second person, whose column the public site does not read.
        state=ClosingState.MADE,
        act=ClosingAct.ASSESSED,
        item__in=report.items.values("pk"),
        decided_at__isnull=False,
    )
    return checked.order_by(F("effective_at").desc()).values_list("effective_at", flat=True).first()


def offer_checks(*, now: datetime) -> int:
    """Put cases whose "not illegal" a second person checks into the second-review queue once it cannot be undone any more.

    They stay closed meanwhile. Returns how many reports were queued.
    """
    due = closings_to_check().filter(created_at__lte=now - UNDO_WINDOW)
    closed = Report.objects.filter(pk__in=due.values("report"), state=ReportState.CLOSED, queue__isnull=True)
    return closed.update(queue="second")
