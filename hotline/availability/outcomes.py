"""What follows when watched content is gone, moved or hosted elsewhere: its item and its cases go on. Everything is part of the caller's transaction."""

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


def lock_check(watch_id: int) -> tuple[Report | None, ContentItem | None, AvailabilityCheck | None]:
    """The case that carries a watched item, the item and the watch, locked in this order; None where one is gone."""
    watch = AvailabilityCheck.objects.filter(pk=watch_id).first()
    if watch is None:
        return None, None, None
    decided = _decided(watch.item_id)
    report = Report.objects.select_for_update().filter(pk=decided.report_id).first() if decided else None
    item = ContentItem.objects.select_for_update().filter(pk=watch.item_id).first()
    return report, item, AvailabilityCheck.objects.select_for_update().filter(pk=watch_id).first()


def end_check(
    *, report: Report, item: ContentItem, watch: AvailabilityCheck, outcome: Outcome, actor: User | None, now: datetime
) -> None:
    """It is gone: an action is recorded, for `actor` or whoever handed it over, and the item ends with its cases."""
    watch.ended_at, watch.outcome, watch.attention = now, outcome, ""
    watch.next_check_at = next_recheck_time(ended_at=now, now=now)
    _record(report, item, outcome, actor, now)
    move_item(item=item, report=report, to=ItemState.ENDED, actor=actor, now=now, outcome=outcome)
    advance_report(report=report, actor=actor, now=now)
    update_other_reports(item=item, report=report, now=now)


def end_with_item(*, watch: AvailabilityCheck, item: ContentItem, now: datetime) -> None:
    """The item has ended by itself: somebody recorded what became of it."""
    watch.ended_at, watch.outcome, watch.attention = now, item.outcome, ""
    watch.next_check_at = next_recheck_time(ended_at=now, now=now)


def has_moved_host(watch: AvailabilityCheck, item: ContentItem) -> bool:
    """Whether no address of its host is where it was handed over to any more, by the last look-up: another country, or another network.

    A host that answers from several at once has not moved as long as the former one is among them.
    """
    host = Host.objects.filter(name=effective_host(item), problem="").first()
    if host is None or not host.addresses:
        return False
    countries = {place.country for place in host.places} - {""}
    networks = {place.asn for place in host.places} - {None}
    left_country = bool(watch.country and countries and watch.country not in countries)
    left_network = bool(watch.network and networks and watch.network not in networks)
    return left_country or left_network


def apply_host_move(*, report: Report, item: ContentItem, watch: AvailabilityCheck, now: datetime) -> None:
    """It is elsewhere: back to whoever decides, with its host looked up again. While something is on its way, the desk is told to look."""
    if Referral.objects.filter(item=item, state__in=OPEN, is_for_pictures=False).exists():
        watch.attention = AttentionReason.MOVED
        return
    watch.ended_at, watch.outcome, watch.next_check_at = now, Outcome.MOVED, None
    _record(report, item, Outcome.MOVED, None, now)
    return_to_decision(report=report, item=item, watch=watch, actor=None, now=now)


def return_to_decision(
    *, report: Report, item: ContentItem, watch: AvailabilityCheck, actor: User | None, now: datetime
) -> None:
    """An item that was handed over is to be handed over anew, to whoever is responsible now."""
    watch.restarted_at, watch.attention, watch.next_check_at = now, "", None
    move_item(item=item, report=report, to=ItemState.ASSESSED, actor=actor, now=now, outcome="")
    name = effective_host(item)
    if name:
        request_fresh_lookup(name=name, now=now)
        transaction.on_commit(enqueue_lookups)
    advance_report(report=report, actor=actor, now=now)
    update_other_reports(item=item, report=report, now=now)


def _record(report: Report, item: ContentItem, outcome: Outcome, actor: User | None, now: datetime) -> None:
    """The action, which needs an author: what the system found is found for whoever decided last what is done about the item."""
    decided = _decided(item.pk)
    author_id = actor.pk if actor else decided.author_id if decided else None
    if author_id is not None:
        Action.objects.create(item=item, report=report, author_id=author_id, kind=_KINDS[outcome], done_at=now)
    data: dict[str, audit_log.AuditValue] = {"item": item.pk, "kind": _KINDS[outcome].value}
    audit_log.record(action="action.recorded", subject=report, actor=actor, now=now, data=data)


def _decided(item_id: int) -> Referral | Assessment | None:
    """The last hand-over of an item, or else its last assessment: whose case and whose decision it is."""
    sent = Referral.objects.filter(item=item_id, state=ReferralState.SENT, is_for_pictures=False)
    return sent.order_by("-pk").first() or Assessment.objects.filter(item=item_id).order_by("-pk").first()
