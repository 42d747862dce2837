"""Checks of availability: those that are due are made, what they find is kept, and the desk may ask for one at once."""

import contextlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.availability import outcomes
from hotline.availability.scheduling import (
    MISS_APART,
    MISSES_TO_END,
    NOT_ASKED_PAUSE,
    add_jitter,
    claim_due,
    effective_host,
    is_fetch_forbidden,
    next_check,
    next_recheck_time,
)
from hotline.availability.url_checker import Checker, Observation
from hotline.hosting.lookup import full_hour, request_lookups
from hotline.lifecycle.closings import record_closing, snapshot
from hotline.lifecycle.exceptions import CaseError, WrongState
from hotline.models import AttentionReason, AvailabilityCheck, CheckResult, CheckRun, ClosingAct, ContentItem, Report
from hotline.models.availability import MISS_RESULTS
from hotline.states import ItemState, Outcome

# With so many hosts out of reach at once and none within, it is our own line that is down.
MASS_FAILURE_THRESHOLD = 3
# So many checks in a row that tell nothing, and somebody should look.
UNCLEAR_LIMIT = 3
LONGEST_MOVED_TO = 2000
_SMALLINT = 32767


class NoRunningCheck(CaseError):
    message = _("Nobody looks for this content: it was not handed over, or it has ended.")


def run_due_checks(*, checker: Checker, now: datetime) -> int:
    """Check what is due, one at each host; returns how many it was, 0: nothing is due. Takes as long as the slowest of them."""
    watches = claim_due(now=now)
    away = [watch for watch in watches if is_fetch_forbidden(watch.item)]
    asked = [watch for watch in watches if watch not in away]
    found = checker.check_all([(watch.item.canonical, watch.item.registrable_domain) for watch in asked])
    found = _unless_we_are_offline(found)
    # The look-ups that tell whether it is hosted elsewhere by now; they run meanwhile, and count at the next check.
    request_lookups(names=[effective_host(watch.item) for watch in asked], hour=full_hour(now))
    for watch, seen in [
        *zip(asked, found, strict=True),
        *((watch, Observation(CheckResult.NOT_ASKED)) for watch in away),
    ]:
        # Somebody was faster: it is due again by itself.
        with contextlib.suppress(WrongState):
            record_result(watch_id=watch.pk, seen=seen, now=now)
    return len(watches)


def record_result(*, watch_id: int, seen: Observation, now: datetime) -> None:
    """Keep what a check found, and do what follows from it. A watch that is gone by now, its item erased, is left."""
    with transaction.atomic():
        report, item, watch = outcomes.lock_check(watch_id)
        if watch is None or item is None:
            return
        known = watch.moved_to if watch.attention != AttentionReason.MOVED else ""
        _note(watch, seen, now)
        if watch.ended_at is None and item.state == ItemState.ENDED:
            outcomes.end_with_item(watch=watch, item=item, now=now)
        elif watch.ended_at is not None:
            _after_the_end(watch, seen, now)
        else:
            _while_it_runs(report, item, watch, seen, known, now)
        watch.save()


def request_check(*, item: ContentItem, report: Report, actor: User, now: datetime) -> None:
    """Somebody at the desk asks for a check at once. Raises NoRunningCheck."""
    with transaction.atomic():
        if not AvailabilityCheck.objects.filter(item=item).update(next_check_at=now):
            raise NoRunningCheck
        audit_log.record(
            action="availability.check_requested", subject=report, actor=actor, now=now, data={"item": item.pk}
        )


def end_check_manually(*, item: ContentItem, report: Report, actor: User, outcome: str, now: datetime) -> None:
    """Somebody has looked and it is gone. `outcome`: removed or unavailable. Raises WrongState or NoRunningCheck."""
    if outcome not in {Outcome.REMOVED, Outcome.UNAVAILABLE}:
        raise WrongState(outcome)
    with transaction.atomic():
        watched = AvailabilityCheck.objects.filter(item=item, ended_at=None).first()
        carrier, locked, watch = outcomes.lock_check(watched.pk) if watched else (None, None, None)
        if carrier is None or locked is None or watch is None or watch.ended_at is not None:
            raise NoRunningCheck
        if locked.state != ItemState.ACTIONED:
            raise WrongState(locked.state)
        before = snapshot(carrier, actor=actor, now=now) | {
            "attention": watch.attention,
            "gone_at": watch.gone_at.isoformat() if watch.gone_at else None,
            "missed_at": watch.missed_at.isoformat() if watch.missed_at else None,
        }
        watch.gone_at = watch.gone_at or now
        watch.missed_at = watch.missed_at or now
        outcomes.end_check(report=carrier, item=locked, watch=watch, outcome=Outcome(outcome), actor=actor, now=now)
        watch.save()
        record_closing(report=carrier, item=locked, act=ClosingAct.GONE, actor=actor, before=before, now=now)


def dismiss_attention(*, item: ContentItem, report: Report, actor: User, now: datetime) -> None:
    """Somebody has looked at what no machine can tell, and nothing follows. Raises NoRunningCheck where there was nothing."""
    with transaction.atomic():
        if not AvailabilityCheck.objects.filter(item=item).exclude(attention="").update(attention="", unclear=0):
            raise NoRunningCheck
        audit_log.record(
            action="availability.attention_dismissed", subject=report, actor=actor, now=now, data={"item": item.pk}
        )


def restart_referral(*, item: ContentItem, report: Report, actor: User, now: datetime) -> bool:
    """What had ended and is there again is to be handed over anew; whether it is so. `report` and `item` are locked by the caller."""
    watch = AvailabilityCheck.objects.select_for_update().filter(item=item, attention=AttentionReason.BACK).first()
    if watch is None or item.state != ItemState.ENDED:
        return False
    outcomes.return_to_decision(report=report, item=item, watch=watch, actor=actor, now=now)
    watch.save()
    return True


def _unless_we_are_offline(found: list[Observation]) -> list[Observation]:
    out_of_reach = sum(seen.finding == CheckResult.UNREACHABLE for seen in found)
    if out_of_reach == len(found) >= MASS_FAILURE_THRESHOLD:
        return [Observation(CheckResult.UNSURE)] * len(found)
    return found


def _note(watch: AvailabilityCheck, seen: Observation, now: datetime) -> None:
    """What every check leaves behind."""
    last = watch.sightings.order_by("-pk").first()
    if last is not None and last.finding == seen.finding:
        last.last_at, last.checks = max(now, last.last_at), last.checks + 1
        last.save(update_fields=["last_at", "checks"])
    else:
        CheckRun.objects.create(watch=watch, finding=seen.finding, first_at=now, last_at=now)
    watch.result, watch.moved_to = seen.finding, seen.leads_to[:LONGEST_MOVED_TO]
    watch.checked_at, watch.claimed_until, watch.checks = now, None, watch.checks + 1


def _while_it_runs(
    report: Report | None, item: ContentItem, watch: AvailabilityCheck, seen: Observation, known: str, now: datetime
) -> None:
    """`known` is where it was known to lead when somebody decided about it last."""
    missed = seen.finding in MISS_RESULTS
    if missed:
        if watch.missed_at is None or now - watch.missed_at >= MISS_APART:
            watch.misses, watch.missed_at = min(watch.misses + 1, _SMALLINT), now
            watch.gone_at = watch.gone_at or now
    elif seen.finding in {CheckResult.THERE, CheckResult.MOVED}:
        watch.misses, watch.missed_at, watch.gone_at = 0, None, None
    told_nothing = seen.finding in {CheckResult.UNSURE, CheckResult.TROUBLE, CheckResult.PRIVATE}
    watch.unclear = min(watch.unclear + 1, _SMALLINT) if told_nothing else 0
    watch.attention = _attention(watch, seen)
    seed = f"{watch.pk}:{watch.checks}"
    watch.next_check_at = next_check(began_at=watch.began_at, now=now, missed=missed, seed=seed)
    if seen.finding == CheckResult.NOT_ASKED:
        watch.next_check_at = now + add_jitter(NOT_ASKED_PAUSE, seed)
    if report is None or item.state != ItemState.ACTIONED:
        # Somebody is deciding about it now.
        return
    if watch.misses >= MISSES_TO_END and missed:
        outcome = Outcome.REMOVED if seen.finding == CheckResult.GONE else Outcome.UNAVAILABLE
        outcomes.end_check(report=report, item=item, watch=watch, outcome=outcome, actor=None, now=now)
    elif (seen.finding == CheckResult.MOVED and watch.moved_to != known) or (
        seen.finding == CheckResult.THERE and outcomes.has_moved_host(watch, item)
    ):
        outcomes.apply_host_move(report=report, item=item, watch=watch, now=now)


def _after_the_end(watch: AvailabilityCheck, seen: Observation, now: datetime) -> None:
    assert watch.ended_at is not None  # noqa: S101 - for the type checker
    watch.next_check_at = next_recheck_time(ended_at=watch.ended_at, now=now)
    if seen.finding == CheckResult.THERE and watch.outcome in {Outcome.REMOVED, Outcome.UNAVAILABLE}:
        watch.attention, watch.next_check_at = AttentionReason.BACK, None
    elif seen.finding in MISS_RESULTS and watch.attention == AttentionReason.BACK:
        watch.attention = ""


def _attention(watch: AvailabilityCheck, seen: Observation) -> str:
    if seen.finding == CheckResult.PRIVATE:
        return AttentionReason.PRIVATE
    if seen.finding == CheckResult.NOT_ASKED:
        return AttentionReason.NOT_ASKED
    return AttentionReason.UNCLEAR if watch.unclear >= UNCLEAR_LIMIT else ""
