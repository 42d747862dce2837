"""Police holds on items: placed, released, expired."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.lifecycle.exceptions import WrongState
from hotline.models import ContentItem, HoldEnd, PoliceHold, Referral, ReferralState, Report, Route
from hotline.models.referral import OPEN

AT_ONCE = 200


def place_hold(*, item: ContentItem, report: Report, days: int, now: datetime) -> None:
    """Hold back the notice to the host.

    The hold ends `days` after the police receive the case, or when they release it.
    """
    _hold, created = PoliceHold.objects.get_or_create(
        item=item, ended_at=None, defaults={"report": report, "placed_at": now, "until": now + timedelta(days=days)}
    )
    if created:
        audit_log.record(
            action="hold.placed", subject=report, actor=None, now=now, data={"item": item.pk, "days": days}
        )


def start_hold_period(*, item: ContentItem, now: datetime) -> None:
    """Start the period of the hold: the police have received the case."""
    for hold in PoliceHold.objects.filter(item=item, ended_at=None):
        hold.until = now + (hold.until - hold.placed_at)
        hold.save(update_fields=["until"])


def release_hold(*, hold: PoliceHold, actor: User, now: datetime) -> None:
    """Record that the police allow the notice to the host. Raises WrongState if the hold has ended."""
    with transaction.atomic():
        if not _end(hold, HoldEnd.RELEASED, actor, now):
            raise WrongState


def withdraw_hold(*, item: ContentItem, now: datetime) -> None:
    """End the hold of an item whose referral to the police was withdrawn."""
    for hold in PoliceHold.objects.filter(item=item, ended_at=None):
        _end(hold, HoldEnd.WITHDRAWN, None, now)


def expire_holds(*, now: datetime) -> int:
    """End the expired holds, except while the case is still being sent to the police; returns their number."""
    on_its_way = Referral.objects.filter(
        item=OuterRef("item"), route=Route.POLICE, state__in=OPEN, is_for_pictures=False
    )
    over = PoliceHold.objects.filter(ended_at=None, until__lte=now).filter(~Exists(on_its_way)).select_related("item")
    ended = 0
    for hold in over[:AT_ONCE]:
        with transaction.atomic():
            ended += _end(hold, HoldEnd.EXPIRED, None, now)
    return ended


def _end(hold: PoliceHold, end: HoldEnd, actor: User | None, now: datetime) -> bool:
    if not PoliceHold.objects.filter(pk=hold.pk, ended_at=None).update(ended_at=now, end=end, ended_by=actor):
        return False
    audit_log.record(
        action="hold.ended", subject=hold.report, actor=actor, now=now, data={"item": hold.item_id, "end": end}
    )
    # Release the referrals that the hold delayed.
    held = Referral.objects.filter(item=hold.item_id, state=ReferralState.HELD)
    held.update(state=ReferralState.DUE, due_at=now)
    return True
