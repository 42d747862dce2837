"""Availability checks: run due checks, record findings, and accept requests and decisions of analysts."""

import contextlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.exceptions import ActionRefused
from hotline.availability import outcomes
from hotline.availability.scheduling import (
    MISS_INTERVAL,
    MISSES_TO_END,
    NOT_CHECKED_PAUSE,
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
from hotline.lifecycle.exceptions import WrongState
from hotline.models import AttentionReason, AvailabilityCheck, CheckResult, CheckRun, ClosingAct, ContentItem, Report
from hotline.models.availability import MISS_RESULTS
from hotline.states import ItemState, Outcome

# With this many unreachable hosts and no reachable one, the local connection is down.
MASS_FAILURE_THRESHOLD = 3
# Number of inconclusive checks in a row after which an analyst reviews the content.
UNCLEAR_LIMIT = 3
MAX_MOVED_TO_LENGTH = 2000
_SMALLINT = 32767


class NoRunningCheck(ActionRefused):
    reason = _("This content has no running check: it was not handed over, or it is closed.")


def run_due_checks(*, checker: Checker, now: datetime) -> int:
    """Run due checks, one at each host, and return their number. Takes as long as the slowest check."""
    checks = claim_due(now=now)
    away = [check for check in checks if is_fetch_forbidden(check.item)]
    allowed_checks = [check for check in checks if check not in away]
    found = checker.check_all([(check.item.canonical, check.item.registrable_domain) for check in allowed_checks])
    found = _unless_we_are_offline(found)
    # Look-ups detect a change of hosting. They run meanwhile and count at the next check.
    request_lookups(names=[effective_host(check.item) for check in allowed_checks], hour=full_hour(now))
    for check, observation in [
        *zip(allowed_checks, found, strict=True),
        *((check, Observation(CheckResult.NOT_CHECKED)) for check in away),
    ]:
        # Another worker has it locked. It stays due.
        with contextlib.suppress(WrongState):
            record_result(check_id=check.pk, observation=observation, now=now)
    return len(checks)


def record_result(*, check_id: int, observation: Observation, now: datetime) -> None:
    """Record a result and apply its outcome. Ignores a check that was erased with its item."""
    with transaction.atomic():
        report, item, check = outcomes.lock_check(check_id)
        if check is None or item is None:
            return
        decided_target = check.moved_to if check.attention != AttentionReason.MOVED else ""
        _note(check, observation, now)
        if check.ended_at is None and item.state == ItemState.ENDED:
            outcomes.end_with_item(check=check, item=item, now=now)
        elif check.ended_at is not None:
            _after_the_end(check, observation, now)
        else:
            _while_it_runs(report, item, check, observation, decided_target, now)
        check.save()


def request_check(*, item: ContentItem, report: Report, actor: User, now: datetime) -> None:
    """Queue a check at an analyst's request. Raises NoRunningCheck."""
    with transaction.atomic():
        if not AvailabilityCheck.objects.filter(item=item).update(next_check_at=now):
            raise NoRunningCheck
        audit_log.record(
            action="availability.check_requested", subject=report, actor=actor, now=now, data={"item": item.pk}
        )


def end_check_manually(*, item: ContentItem, report: Report, actor: User, outcome: str, now: datetime) -> None:
    """Record an analyst's finding that the content is gone. `outcome`: removed or unavailable. Raises WrongState, NoRunningCheck."""
    if outcome not in {Outcome.REMOVED, Outcome.UNAVAILABLE}:
        raise WrongState
    with transaction.atomic():
        running = AvailabilityCheck.objects.filter(item=item, ended_at=None).first()
        carrier, locked, check = outcomes.lock_check(running.pk) if running else (None, None, None)
        if carrier is None or locked is None or check is None or check.ended_at is not None:
            raise NoRunningCheck
        if locked.state != ItemState.ACTIONED:
            raise WrongState
        before = snapshot(carrier, actor=actor, now=now) | {
            "attention": check.attention,
            "unavailable_since": check.unavailable_since.isoformat() if check.unavailable_since else None,
            "last_miss_at": check.last_miss_at.isoformat() if check.last_miss_at else None,
        }
        check.unavailable_since = check.unavailable_since or now
        check.last_miss_at = check.last_miss_at or now
        outcomes.end_check(report=carrier, item=locked, check=check, outcome=Outcome(outcome), actor=actor, now=now)
        check.save()
        record_closing(report=carrier, item=locked, act=ClosingAct.GONE, actor=actor, before=before, now=now)


def dismiss_attention(*, item: ContentItem, report: Report, actor: User, now: datetime) -> None:
    """Record an analyst's review without action. Raises NoRunningCheck if nothing needs review."""
    with transaction.atomic():
        if not AvailabilityCheck.objects.filter(item=item).exclude(attention="").update(attention="", unclear=0):
            raise NoRunningCheck
        audit_log.record(
            action="availability.attention_dismissed", subject=report, actor=actor, now=now, data={"item": item.pk}
        )


def restart_referral(*, item: ContentItem, report: Report, actor: User, now: datetime) -> bool:
    """Return content that is available again to the action queue; return whether it was. The caller locks `report` and `item`."""
    check = AvailabilityCheck.objects.select_for_update().filter(item=item, attention=AttentionReason.BACK).first()
    if check is None or item.state != ItemState.ENDED:
        return False
    outcomes.return_to_decision(report=report, item=item, check=check, actor=actor, now=now)
    check.save()
    return True


def _unless_we_are_offline(found: list[Observation]) -> list[Observation]:
    out_of_reach = sum(observation.result == CheckResult.UNREACHABLE for observation in found)
    if out_of_reach == len(found) >= MASS_FAILURE_THRESHOLD:
        return [Observation(CheckResult.INCONCLUSIVE)] * len(found)
    return found


def _note(check: AvailabilityCheck, observation: Observation, now: datetime) -> None:
    """Store the run and the time of a check."""
    last = check.runs.order_by("-pk").first()
    if last is not None and last.result == observation.result:
        last.last_at, last.checks = max(now, last.last_at), last.checks + 1
        last.save(update_fields=["last_at", "checks"])
    else:
        CheckRun.objects.create(availability_check=check, result=observation.result, first_at=now, last_at=now)
    check.result, check.moved_to = observation.result, observation.leads_to[:MAX_MOVED_TO_LENGTH]
    check.checked_at, check.claimed_until, check.checks = now, None, check.checks + 1


def _while_it_runs(
    report: Report | None,
    item: ContentItem,
    check: AvailabilityCheck,
    observation: Observation,
    decided_target: str,
    now: datetime,
) -> None:
    """Apply a result. `decided_target` is the redirect target at the last decision."""
    missed = observation.result in MISS_RESULTS
    if missed:
        if check.last_miss_at is None or now - check.last_miss_at >= MISS_INTERVAL:
            check.misses, check.last_miss_at = min(check.misses + 1, _SMALLINT), now
            check.unavailable_since = check.unavailable_since or now
    elif observation.result in {CheckResult.AVAILABLE, CheckResult.MOVED}:
        check.misses, check.last_miss_at, check.unavailable_since = 0, None, None
    is_inconclusive = observation.result in {CheckResult.INCONCLUSIVE, CheckResult.SERVER_ERROR, CheckResult.PRIVATE}
    check.unclear = min(check.unclear + 1, _SMALLINT) if is_inconclusive else 0
    check.attention = _attention(check, observation)
    seed = f"{check.pk}:{check.checks}"
    check.next_check_at = next_check(began_at=check.began_at, now=now, missed=missed, seed=seed)
    if observation.result == CheckResult.NOT_CHECKED:
        check.next_check_at = now + add_jitter(NOT_CHECKED_PAUSE, seed)
    if report is None or item.state != ItemState.ACTIONED:
        # An analyst is deciding about it now.
        return
    if check.misses >= MISSES_TO_END and missed:
        outcome = Outcome.REMOVED if observation.result == CheckResult.GONE else Outcome.UNAVAILABLE
        outcomes.end_check(report=report, item=item, check=check, outcome=outcome, actor=None, now=now)
    elif (observation.result == CheckResult.MOVED and check.moved_to != decided_target) or (
        observation.result == CheckResult.AVAILABLE and outcomes.has_moved_host(check, item)
    ):
        outcomes.apply_host_move(report=report, item=item, check=check, now=now)


def _after_the_end(check: AvailabilityCheck, observation: Observation, now: datetime) -> None:
    assert check.ended_at is not None  # noqa: S101 - for the type checker
    check.next_check_at = next_recheck_time(ended_at=check.ended_at, now=now)
    if observation.result == CheckResult.AVAILABLE and check.outcome in {Outcome.REMOVED, Outcome.UNAVAILABLE}:
        check.attention, check.next_check_at = AttentionReason.BACK, None
    elif observation.result in MISS_RESULTS and check.attention == AttentionReason.BACK:
        check.attention = ""


def _attention(check: AvailabilityCheck, observation: Observation) -> str:
    if observation.result == CheckResult.PRIVATE:
        return AttentionReason.PRIVATE
    if observation.result == CheckResult.NOT_CHECKED:
        return AttentionReason.NOT_CHECKED
    return AttentionReason.UNCLEAR if check.unclear >= UNCLEAR_LIMIT else ""
