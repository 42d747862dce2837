"""Checks of availability: those that are due are made, what they find is kept, and the desk may ask for one at once."""

import contextlib
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.common.audit import audit_log
from hotline.availability import outcomes
from hotline.availability.scheduling import (
    MISS_APART,
    MISSES_TO_END,
    NOT_ASKED_PAUSE,
    claim_due,
    hosting_name,
    is_kept_away,
    next_check,
    next_look_after_the_end,
    spread,
)
from hotline.availability.url_checker import Checker, Seen
from hotline.hosting.lookup import full_hour, want_hosts
from hotline.lifecycle.closings import record_closing, snapshot
from hotline.lifecycle.exceptions import CaseError, WrongState
from hotline.models import Attention, ClosingAct, ContentItem, Finding, Report, Sighting, Watch
from hotline.models.availability import MISSES
from hotline.states import ItemState, Outcome

# With so many hosts out of reach at once and none within, it is our own line that is down.
TOO_MANY_TO_BE_TRUE = 3
# So many checks in a row that tell nothing, and somebody should look.
UNCLEAR_TO_LOOK = 3
LONGEST_MOVED_TO = 2000
_SMALLINT = 32767


class NotWatched(CaseError):
    message = _("Nobody looks for this content: it was not handed over, or it has ended.")


def check_batch(*, checker: Checker, now: datetime) -> int:
    """Check what is due, one at each host; returns how many it was, 0: nothing is due. Takes as long as the slowest of them."""
    watches = claim_due(now=now)
    away = [watch for watch in watches if is_kept_away(watch.item)]
    asked = [watch for watch in watches if watch not in away]
    found = checker.check_all([(watch.item.canonical, watch.item.registrable_domain) for watch in asked])
    found = _unless_we_are_offline(found)
    # The look-ups that tell whether it is hosted elsewhere by now; they run meanwhile, and count at the next check.
    want_hosts(names=[hosting_name(watch.item) for watch in asked], hour=full_hour(now))
    for watch, seen in [*zip(asked, found, strict=True), *((watch, Seen(Finding.NOT_ASKED)) for watch in away)]:
        # Somebody was faster: it is due again by itself.
        with contextlib.suppress(WrongState):
            record_finding(watch_id=watch.pk, seen=seen, now=now)
    return len(watches)


def record_finding(*, watch_id: int, seen: Seen, now: datetime) -> None:
    """Keep what a check found, and do what follows from it. A watch that is gone by now, its item erased, is left."""
    with transaction.atomic():
        report, item, watch = outcomes.lock(watch_id)
        if watch is None or item is None:
            return
        known = watch.moved_to if watch.attention != Attention.MOVED else ""
        _note(watch, seen, now)
        if watch.ended_at is None and item.state == ItemState.ENDED:
            outcomes.follow_item(watch=watch, item=item, now=now)
        elif watch.ended_at is not None:
            _after_the_end(watch, seen, now)
        else:
            _while_it_runs(report, item, watch, seen, known, now)
        watch.save()


def want_check(*, item: ContentItem, report: Report, actor: User, now: datetime) -> None:
    """Somebody at the desk asks for a check at once. Raises NotWatched."""
    with transaction.atomic():
        if not Watch.objects.filter(item=item).update(next_check_at=now):
            raise NotWatched
        audit_log.record(action="watch.asked", subject=report, actor=actor, now=now, data={"item": item.pk})


def end_by_hand(*, item: ContentItem, report: Report, actor: User, outcome: str, now: datetime) -> None:
    """Somebody has looked and it is gone. `outcome`: removed or unavailable. Raises WrongState or NotWatched."""
    if outcome not in {Outcome.REMOVED, Outcome.UNAVAILABLE}:
        raise WrongState(outcome)
    with transaction.atomic():
        watched = Watch.objects.filter(item=item, ended_at=None).first()
        carrier, locked, watch = outcomes.lock(watched.pk) if watched else (None, None, None)
        if carrier is None or locked is None or watch is None or watch.ended_at is not None:
            raise NotWatched
        if locked.state != ItemState.ACTIONED:
            raise WrongState(locked.state)
        before = snapshot(carrier, actor=actor, now=now) | {
            "attention": watch.attention,
            "gone_at": watch.gone_at.isoformat() if watch.gone_at else None,
            "missed_at": watch.missed_at.isoformat() if watch.missed_at else None,
        }
        watch.gone_at = watch.gone_at or now
        watch.missed_at = watch.missed_at or now
        outcomes.end_watch(report=carrier, item=locked, watch=watch, outcome=Outcome(outcome), actor=actor, now=now)
        watch.save()
        record_closing(report=carrier, item=locked, act=ClosingAct.GONE, actor=actor, before=before, now=now)


def dismiss(*, item: ContentItem, report: Report, actor: User, now: datetime) -> None:
    """Somebody has looked at what no machine can tell, and nothing follows. Raises NotWatched where there was nothing."""
    with transaction.atomic():
        if not Watch.objects.filter(item=item).exclude(attention="").update(attention="", unclear=0):
            raise NotWatched
        audit_log.record(action="watch.dismissed", subject=report, actor=actor, now=now, data={"item": item.pk})


def take_up_again(*, item: ContentItem, report: Report, actor: User, now: datetime) -> bool:
    """What had ended and is there again is to be handed over anew; whether it is so. `report` and `item` are locked by the caller."""
    watch = Watch.objects.select_for_update().filter(item=item, attention=Attention.BACK).first()
    if watch is None or item.state != ItemState.ENDED:
        return False
    outcomes.back_to_decide(report=report, item=item, watch=watch, actor=actor, now=now)
    watch.save()
    return True


def _unless_we_are_offline(found: list[Seen]) -> list[Seen]:
    out_of_reach = sum(seen.finding == Finding.UNREACHABLE for seen in found)
    if out_of_reach == len(found) >= TOO_MANY_TO_BE_TRUE:
        return [Seen(Finding.UNSURE)] * len(found)
    return found


def _note(watch: Watch, seen: Seen, now: datetime) -> None:
    """What every check leaves behind."""
    last = watch.sightings.order_by("-pk").first()
    if last is not None and last.finding == seen.finding:
        last.last_at, last.checks = max(now, last.last_at), last.checks + 1
        last.save(update_fields=["last_at", "checks"])
    else:
        Sighting.objects.create(watch=watch, finding=seen.finding, first_at=now, last_at=now)
    watch.result, watch.moved_to = seen.finding, seen.leads_to[:LONGEST_MOVED_TO]
    watch.checked_at, watch.claimed_until, watch.checks = now, None, watch.checks + 1


def _while_it_runs(
    report: Report | None, item: ContentItem, watch: Watch, seen: Seen, known: str, now: datetime
) -> None:
    """`known` is where it was known to lead when somebody decided about it last."""
    missed = seen.finding in MISSES
    if missed:
        if watch.missed_at is None or now - watch.missed_at >= MISS_APART:
            watch.misses, watch.missed_at = min(watch.misses + 1, _SMALLINT), now
            watch.gone_at = watch.gone_at or now
    elif seen.finding in {Finding.THERE, Finding.MOVED}:
        watch.misses, watch.missed_at, watch.gone_at = 0, None, None
    told_nothing = seen.finding in {Finding.UNSURE, Finding.TROUBLE, Finding.PRIVATE}
    watch.unclear = min(watch.unclear + 1, _SMALLINT) if told_nothing else 0
    watch.attention = _attention(watch, seen)
    seed = f"{watch.pk}:{watch.checks}"
    watch.next_check_at = next_check(began_at=watch.began_at, now=now, missed=missed, seed=seed)
    if seen.finding == Finding.NOT_ASKED:
        watch.next_check_at = now + spread(NOT_ASKED_PAUSE, seed)
    if report is None or item.state != ItemState.ACTIONED:
        # Somebody is deciding about it now.
        return
    if watch.misses >= MISSES_TO_END and missed:
        outcome = Outcome.REMOVED if seen.finding == Finding.GONE else Outcome.UNAVAILABLE
        outcomes.end_watch(report=report, item=item, watch=watch, outcome=outcome, actor=None, now=now)
    elif (seen.finding == Finding.MOVED and watch.moved_to != known) or (
        seen.finding == Finding.THERE and outcomes.is_elsewhere(watch, item)
    ):
        outcomes.follow_move(report=report, item=item, watch=watch, now=now)


def _after_the_end(watch: Watch, seen: Seen, now: datetime) -> None:
    assert watch.ended_at is not None  # noqa: S101 - for the type checker
    watch.next_check_at = next_look_after_the_end(ended_at=watch.ended_at, now=now)
    if seen.finding == Finding.THERE and watch.outcome in {Outcome.REMOVED, Outcome.UNAVAILABLE}:
        watch.attention, watch.next_check_at = Attention.BACK, None
    elif seen.finding in MISSES and watch.attention == Attention.BACK:
        watch.attention = ""


def _attention(watch: Watch, seen: Seen) -> str:
    if seen.finding == Finding.PRIVATE:
        return Attention.PRIVATE
    if seen.finding == Finding.NOT_ASKED:
        return Attention.NOT_ASKED
    return Attention.UNCLEAR if watch.unclear >= UNCLEAR_TO_LOOK else ""
