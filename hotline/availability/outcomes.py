"""Outcomes of availability checks: content is gone, moved or hosted elsewhere. All functions run in the caller's transaction."""

from datetime import datetime

from django.db import transaction

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.availability.scheduling import effective_host, next_recheck_time
from hotline.hosting.enqueue import enqueue_lookups
from hotline.hosting.lookup import request_fresh_lookup
from hotline.lifecycle.follow_items import update_other_reports
from hotline.lifecycle.transitions import advance_report, move_item
from hotline.models import (
    Action,
    ActionKind,
    Assessment,
    AttentionReason,
    AvailabilityCheck,
    ContentItem,
    Host,
    Referral,
    ReferralState,
    Report,
)
from hotline.models.referral import OPEN
from hotline.states import ItemState, Outcome

_KINDS = {
    Outcome.REMOVED: ActionKind.REMOVED,
    Outcome.UNAVAILABLE: ActionKind.UNAVAILABLE,
    Outcome.MOVED: ActionKind.MOVED,
}


def lock_check(check_id: int) -> tuple[Report | None, ContentItem | None, AvailabilityCheck | None]:
    """Return the responsible case, the item and its check, locked in this order; None for one that no longer exists."""
    check = AvailabilityCheck.objects.filter(pk=check_id).first()
    if check is None:
        return None, None, None
    decided = _decided(check.item_id)
    report = Report.objects.select_for_update().filter(pk=decided.report_id).first() if decided else None
    item = ContentItem.objects.select_for_update().filter(pk=check.item_id).first()
    return report, item, AvailabilityCheck.objects.select_for_update().filter(pk=check_id).first()


def end_check(
    *, report: Report, item: ContentItem, check: AvailabilityCheck, outcome: Outcome, actor: User | None, now: datetime
) -> None:
    """Record that the content is gone and close the item with its cases.

    The action is recorded for `actor`, or for the analyst who decided the hand-over.
    """
    check.ended_at, check.outcome, check.attention = now, outcome, ""
    check.next_check_at = next_recheck_time(ended_at=now, now=now)
    _record(report, item, outcome, actor, now)
    move_item(item=item, report=report, to=ItemState.ENDED, actor=actor, now=now, outcome=outcome)
    advance_report(report=report, actor=actor, now=now)
    update_other_reports(item=item, report=report, now=now)


def end_with_item(*, check: AvailabilityCheck, item: ContentItem, now: datetime) -> None:
    """End the check of an item that an analyst has closed."""
    check.ended_at, check.outcome, check.attention = now, item.outcome, ""
    check.next_check_at = next_recheck_time(ended_at=now, now=now)


def has_moved_host(check: AvailabilityCheck, item: ContentItem) -> bool:
    """Return whether the host has left the country or network of the hand-over, by the last look-up.

    A host with several addresses has not moved while one of them is in the former place.
    """
    host = Host.objects.filter(name=effective_host(item), problem="").first()
    if host is None or not host.addresses:
        return False
    countries = {place.country for place in host.places} - {""}
    networks = {place.asn for place in host.places} - {None}
    left_country = bool(check.country and countries and check.country not in countries)
    left_network = bool(check.network and networks and check.network not in networks)
    return left_country or left_network


def apply_host_move(*, report: Report, item: ContentItem, check: AvailabilityCheck, now: datetime) -> None:
    """Return a moved item to the action queue and look its host up again. With a hand-over in progress, mark the check for review."""
    if Referral.objects.filter(item=item, state__in=OPEN, is_for_pictures=False).exists():
        check.attention = AttentionReason.MOVED
        return
    check.ended_at, check.outcome, check.next_check_at = now, Outcome.MOVED, None
    _record(report, item, Outcome.MOVED, None, now)
    return_to_decision(report=report, item=item, check=check, actor=None, now=now)


def return_to_decision(
    *, report: Report, item: ContentItem, check: AvailabilityCheck, actor: User | None, now: datetime
) -> None:
    """Return an item to the action queue, for a new hand-over to the responsible recipients."""
    check.restarted_at, check.attention, check.next_check_at = now, "", None
    move_item(item=item, report=report, to=ItemState.ASSESSED, actor=actor, now=now, outcome="")
    name = effective_host(item)
    if name:
        request_fresh_lookup(name=name, now=now)
        transaction.on_commit(enqueue_lookups)
    advance_report(report=report, actor=actor, now=now)
    update_other_reports(item=item, report=report, now=now)


def _record(report: Report, item: ContentItem, outcome: Outcome, actor: User | None, now: datetime) -> None:
    """Record the action. Its author is `actor`, or the analyst who last decided the recipients."""
    decided = _decided(item.pk)
    author_id = actor.pk if actor else decided.author_id if decided else None
    if author_id is not None:
        Action.objects.create(item=item, report=report, author_id=author_id, kind=_KINDS[outcome], done_at=now)
    data: dict[str, audit_log.AuditValue] = {"item": item.pk, "kind": _KINDS[outcome].value}
    audit_log.record(action="action.recorded", subject=report, actor=actor, now=now, data=data)


def _decided(item_id: int) -> Referral | Assessment | None:
    """Return the last hand-over of an item, or else its last assessment."""
    sent = Referral.objects.filter(item=item_id, state=ReferralState.SENT, is_for_pictures=False)
    return sent.order_by("-pk").first() or Assessment.objects.filter(item=item_id).order_by("-pk").first()
