"""Claims on cases: take the next case, take a given case, release. A case has one holder at a time."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from clicksafely.accounts.models import User
from clicksafely.common.alerts.services import claim_subject, raise_alert
from clicksafely.common.audit import audit_log
from clicksafely.common.permissions import has_role_permission
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.transitions import UNCLAIMED, advance_report, move_report
from hotline.models import Report, ReviewSettings
from hotline.permissions import RELEASE_CLAIM, WORK_CASE
from hotline.priority import AlertCode, alert_of
from hotline.review import selectors
from hotline.review.exceptions import CaseTaken, ClaimLimitReached, FourEyes, NotBlind, NotClaimHolder
from hotline.states import Queue, ReportState

# Minutes without activity until a claim ends.
CLAIM_MINUTES = 30

# A candidate with no work left moves on with its items, and the next candidate is tried.
CANDIDATES = 20


class TakeoverReason(TextChoices):
    """The reason for taking over a case from a colleague."""

    ABSENT = "absent", pgettext_lazy("takeover", "the colleague is away")
    URGENT = "urgent", pgettext_lazy("takeover", "it cannot wait")
    AGREED = "agreed", pgettext_lazy("takeover", "agreed with the colleague")


def take_next(*, actor: User, now: datetime) -> Report | None:
    """Give `actor` the most urgent free case that this user may work on, or return None.

    A flood comes last. A case that `actor` has closed without assessment, and that was opened again, goes to another
    person. Rows locked by concurrent claims are skipped, so calls neither wait nor get the same case. Raises
    PermissionDenied or ClaimLimitReached.
    """
    _require_duty(actor)
    for _attempt in range(CANDIDATES):
        with transaction.atomic():
            _require_room(actor, now)
            claimable = selectors.claimable_cases(actor, now).exclude(selectors.closed_unassessed_by(actor))
            free = claimable.select_for_update(skip_locked=True, of=("self",))
            ordered = free.order_by("-priority", "id")
            report = ordered.exclude(selectors.FLOOD).first() or ordered.first()
            if report is None:
                return None
            # Another case may have decided its items since it was queued.
            advance_report(report=report, actor=None, now=now)
            if report.queue is not None:
                _hold(report, actor, now, action="report.claimed")
                return report
    return None


def claim_case(*, report_id: int, actor: User, now: datetime, reason: str = "") -> Report:
    """Give `actor` the case `report_id`. Taking over a case from a colleague needs a `TakeoverReason`.

    Raises PermissionDenied, Report.DoesNotExist, CaseTaken, WrongState (the case has no open work), FourEyes (the
    actor's part is done), NotBlind or ClaimLimitReached.
    """
    _require_duty(actor)
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report_id)
        if report.queue is None:
            raise WrongState
        held = selectors.is_claimed(report, now)
        if held and report.claimed_by_id == actor.pk:
            return _extend(report, now)
        if not selectors.workable_cases(actor).filter(pk=report.pk).exists():
            raise NotBlind if report.queue == Queue.SECOND and selectors.has_read_reason(report, actor) else FourEyes
        _require_room(actor, now)
        if not held:
            _hold(report, actor, now, action="report.claimed")
        elif reason in TakeoverReason.values:
            _hold(report, actor, now, action="report.taken_over", reason=reason, previous=report.claimed_by_id)
        else:
            raise CaseTaken
        return report


def release_case(*, report: Report, actor: User, now: datetime) -> None:
    """Return a case to the queue. Cases of colleagues need the permission RELEASE_CLAIM. Raises NotClaimHolder."""
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=report.pk)
        if report.claimed_by_id is None or (
            report.claimed_by_id != actor.pk and not has_role_permission(actor, RELEASE_CLAIM)
        ):
            raise NotClaimHolder
        _give_back(report, actor, now, action="report.released")


def release_expired_claims(*, now: datetime) -> int:
    """Release every case that was idle for `CLAIM_MINUTES`. Returns the number of released cases."""
    with transaction.atomic():
        expired = Report.objects.filter(claimed_by__isnull=False, claimed_until__lte=now)
        reports = list(expired.select_for_update(skip_locked=True)[:500])
        for report in reports:
            _give_back(report, None, now, action="report.claim_expired")
        return len(reports)


def extend_claim(*, report: Report, actor: User, now: datetime) -> bool:
    """Extend the claim of `actor` when the case is viewed, and update `report`.

    Returns whether `actor` holds the case.
    """
    held = Report.objects.filter(pk=report.pk, claimed_by=actor, claimed_until__gt=now)
    if not held.update(claimed_until=claim_end(now)):
        return False
    report.claimed_by, report.claimed_until = actor, claim_end(now)
    return True


def lock_claimed_case(*, report_id: int, actor: User, now: datetime) -> Report:
    """Lock the case for this transaction and extend its claim.

    Raises PermissionDenied, and NotClaimHolder if `actor` does not hold it.
    """
    _require_duty(actor)
    report = Report.objects.select_for_update().get(pk=report_id)
    if report.claimed_by_id != actor.pk or not selectors.is_claimed(report, now):
        raise NotClaimHolder
    return _extend(report, now)


def restore_claim(*, report: Report, actor: User, now: datetime) -> None:
    """Return the claim on a locked, reopened case to `actor`, unless the case has no open work or another holder."""
    if report.queue is not None and report.claimed_by_id is None:
        _hold(report, actor, now, action="report.claimed")


def claim_end(now: datetime) -> datetime:
    """Return when a claim made or extended at `now` expires."""
    return now + timedelta(minutes=CLAIM_MINUTES)


def _require_duty(actor: User) -> None:
    if not has_role_permission(actor, WORK_CASE):
        raise PermissionDenied


def _require_room(actor: User, now: datetime) -> None:
    """Raise ClaimLimitReached if `actor` holds as many cases as one person may.

    The row of the actor is locked until the end of the transaction. Two requests at once therefore cannot exceed the
    limit.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    cases = list(selectors.cases_of(actor, now))
    if len(cases) >= ReviewSettings.objects.get().claim_limit:
        raise ClaimLimitReached(cases)


def _extend(report: Report, now: datetime) -> Report:
    report.claimed_until = claim_end(now)
    report.save(update_fields=["claimed_until"])
    return report


def _hold(report: Report, actor: User, now: datetime, *, action: str, **data: str | int | None) -> None:
    report.claimed_by, report.claimed_until = actor, claim_end(now)
    report.save(update_fields=["claimed_by", "claimed_until"])
    audit_log.record(action=action, subject=report, actor=actor, now=now, data=data)
    claim_subject(kinds=AlertCode.values, reference=report.pk, actor=actor, now=now)
    if report.state == ReportState.TRIAGED:
        move_report(report=report, to=ReportState.IN_REVIEW, actor=actor, now=now)


def _give_back(report: Report, actor: User | None, now: datetime, *, action: str) -> None:
    holder = report.claimed_by_id
    Report.objects.filter(pk=report.pk).update(**UNCLAIMED)
    report.claimed_by, report.claimed_until = None, None
    audit_log.record(action=action, subject=report, actor=actor, now=now, data={"holder": holder})
    if report.state == ReportState.IN_REVIEW:
        move_report(report=report, to=ReportState.TRIAGED, actor=actor, now=now)
    # Another case may have decided its items while it was held.
    advance_report(report=report, actor=None, now=now)
    if report.queue == Queue.REVIEW and (alert := alert_of(report.priority_reasons)):
        raise_alert(kind=alert, reference=report.pk, again=True)
