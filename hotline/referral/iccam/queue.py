"""The queue of the exchange: what gets into it, what is put off, given up, tried again. The row is the queue."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain, count, groupby

from django.db import transaction
from django.db.models import F, Q

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from hotline.availability.scheduling import effective_host
from hotline.hosting.lookup import request_fresh_lookup
from hotline.lifecycle.exceptions import WrongState
from hotline.lifecycle.follow_items import update_other_reports
from hotline.lifecycle.transitions import advance_report, move_item
from hotline.models import (
    AvailabilityCheck,
    ContentItem,
    IccamContent,
    IccamHealth,
    IccamOrigin,
    IccamReport,
    PartnerHotline,
    Referral,
    ReferralProblem,
    ReferralState,
    Report,
    Route,
)
from hotline.referral import services
from hotline.referral.iccam import selectors
from hotline.referral.iccam.exceptions import IccamError
from hotline.states import ItemState, ReportState

AT_ONCE = 200
# One report is exchanged within this; what a killed process leaves is due again after it.
LEASE = timedelta(minutes=5)
# After the first failure, the second and so on, give or take a fifth; the last one again and again, until it is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 180))
GIVE_UP = timedelta(days=3)
# Where every call fails, ICCAM is asked at least so often, whether it is there again.
HEALTH_PAUSE = timedelta(minutes=15)
_JITTER = 0.2


def return_waiting_referrals(*, now: datetime) -> int:
    """We take no part in the exchange: what should have gone there goes back to whoever decides; returns how many."""
    return sum(_turn_away(referral, now) for referral in services.due_referrals(route=Route.ICCAM, now=now)[:AT_ONCE])


def postpone_all(*, now: datetime) -> None:
    """The settings are broken, which may be mended: what should go waits and says so, at most as long as `GIVE_UP`."""
    for referral in services.due_referrals(route=Route.ICCAM, now=now)[:AT_ONCE]:
        if now - referral.made_at >= GIVE_UP:
            _turn_away(referral, now)
        else:
            services.postpone_referral(referral=referral, problem=ReferralProblem.ICCAM_OFF, due_at=now + HEALTH_PAUSE)


def collect_referrals(*, country: str, now: datetime) -> int:
    """Make one report of what is due of each case, once all of its hand-overs to ICCAM have been let go; returns how many hand-overs.

    An item that ICCAM has already, and that is ours to act on there, is not reported again. What is hosted where nobody is a partner
    goes back to whoever decides.
    """
    partners = set(
        PartnerHotline.objects.filter(active=True).exclude(country=country).values_list("country", flat=True)
    )
    found = sorted(
        services.due_referrals(route=Route.ICCAM, now=now)[:AT_ONCE], key=lambda referral: referral.report_id
    )
    gathered = 0
    for report_id, group in groupby(found, key=lambda referral: referral.report_id):
        if Referral.objects.filter(report=report_id, route=Route.ICCAM, state=ReferralState.CHECKING).exists():
            continue
        with transaction.atomic():
            # Two runs at the same moment must not make two reports.
            report = Report.objects.select_for_update().get(pk=report_id)
            # Another run may have finished with them since they were looked for.
            still_due = set(
                services.due_referrals(route=Route.ICCAM, now=now).filter(report=report).values_list("pk", flat=True)
            )
            fresh = []
            for referral in group:
                if referral.pk not in still_due:
                    continue
                if referral.country not in partners:
                    services.fail_referral(referral=referral, problem=ReferralProblem.ICCAM_NO_PARTNER, now=now)
                elif not _join(referral, country, now):
                    fresh.append(referral)
            if fresh:
                _make_report(report, fresh, now)
        gathered += len(fresh)
    return gathered


def link_items() -> None:
    """Put the items beside the content of partners whose cases triage has seen."""
    unlinked = IccamContent.objects.filter(item=None, ended_at=None).exclude(
        iccam_report__report__state=ReportState.RECEIVED
    )
    for content in unlinked.select_related("iccam_report__report")[:AT_ONCE]:
        content.item = content.iccam_report.report.items.order_by("report_items__position").first()
        content.save(update_fields=["item"])


def mark_changed_due(*, country: str, now: datetime) -> int:
    """Make due what partners have to hear of: content of theirs whose item has moved on; returns how many."""
    ids = selectors.changed_contents(country, now).values_list("iccam_report_id", flat=True)[:AT_ONCE]
    return IccamReport.objects.filter(pk__in=list(ids), due_at=None, given_up_at=None).update(due_at=now)


def lease_report(row: IccamReport, *, now: datetime) -> bool:
    """Take it for this process; False where another one was faster."""
    taken = IccamReport.objects.filter(pk=row.pk, due_at=row.due_at)
    return bool(taken.update(due_at=now + LEASE))


def postpone_report(*, row: IccamReport, error: IccamError, now: datetime) -> None:
    """It failed: later again, as ICCAM asked or after a pause that grows; given up where that is of no use, or after `GIVE_UP`."""
    since = row.failing_since or now
    problem = error.problem.value
    if not error.helps or now - since >= GIVE_UP:
        _give_up(row, problem, now)
        return
    # Not all at the same moment: give or take a fifth.
    pause = _pause_after(row.attempts) * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - spreads calls, hides nothing
    due_at = now + max(pause, timedelta(seconds=error.wait or 0))
    IccamReport.objects.filter(pk=row.pk).update(
        due_at=due_at, attempts=F("attempts") + 1, failing_since=since, problem=problem
    )
    for content in row.contents.select_related("item"):
        if referral := selectors.waiting_referral(content):
            services.postpone_referral(referral=referral, problem=problem, due_at=due_at)


def finish_report(*, row: IccamReport, finished: bool, now: datetime) -> None:
    """Everything is told for now; or, not `finished`, all that there was time for: the next run goes on."""
    IccamReport.objects.filter(pk=row.pk).update(
        exchanged_at=now, due_at=None if finished else now, attempts=0, failing_since=None, problem="", given_up_at=None
    )


def retry(*, row: IccamReport, actor: User, now: datetime) -> None:
    """A supervisor has it tried again at once. Raises WrongState where nothing of it waits or was given up."""
    stuck = IccamReport.objects.filter(Q(due_at__isnull=False) | Q(given_up_at__isnull=False), pk=row.pk)
    with transaction.atomic():
        if not stuck.update(due_at=now, attempts=0, failing_since=None, given_up_at=None):
            raise WrongState
        IccamHealth.objects.update(not_before=None)
        audit_log.record(action="iccam.retried", subject=row.report, actor=actor, now=now, data={"iccam": row.pk})


def reassign_content(*, content: IccamContent, country: str, now: datetime) -> bool:
    """What was in another country's hands is assigned to us again: whoever decided it decides anew. False where it was with us all along."""
    with transaction.atomic():
        row = content.iccam_report
        report = Report.objects.select_for_update().get(pk=row.report_id)
        elsewhere = IccamContent.objects.filter(pk=content.pk).exclude(assigned_country=country)
        if not elsewhere.update(assigned_country=country, ended_at=None, reported_state="", reported_actions=0):
            return False
        audit_log.record(
            action="iccam.reassigned",
            subject=report,
            actor=None,
            now=now,
            data={"iccam": row.pk, "item": content.item_id, "content": content.content_id},
        )
        decided = ContentItem.objects.filter(iccam_contents=content, state=ItemState.ACTIONED)
        item = decided.select_for_update(of=("self",)).first()
        if item is not None:
            move_item(item=item, report=report, to=ItemState.ASSESSED, actor=None, now=now)
            # Whoever heard of it before may hear again; it is with us because it is hosted elsewhere by now.
            AvailabilityCheck.objects.filter(item=item).update(restarted_at=now)
            if name := effective_host(item):
                request_fresh_lookup(name=name, now=now)
            advance_report(report=report, actor=None, now=now)
            update_other_reports(item=item, report=report, now=now)
    return True


def record_health(*, error: IccamError | None, now: datetime) -> None:
    """Write down how the exchange does: `error` None is well. After one that meets every call, nobody asks for a while."""
    IccamHealth.objects.get_or_create(pk=1)
    health = IccamHealth.objects.select_for_update()
    with transaction.atomic():
        row = health.get(pk=1)
        if error is None:
            row.problem, row.failing_since, row.attempts, row.not_before, row.last_success = "", None, 0, None, now
        else:
            row.problem, row.failing_since = error.problem.value, row.failing_since or now
            if error.everywhere:
                pause = min(_pause_after(row.attempts), HEALTH_PAUSE) * (1 - _JITTER)
                row.not_before = now + max(pause, timedelta(seconds=error.wait or 0))
                row.attempts += 1
        row.save()


def may_connect(*, now: datetime) -> bool:
    """Whether ICCAM may be asked now."""
    return not IccamHealth.objects.filter(not_before__gt=now).exists()


def clear_health() -> None:
    """Where we take no part any more, nothing is said of it."""
    IccamHealth.objects.all().delete()


def _pause_after(failures: int) -> timedelta:
    """The pause after so many failures in a row, and this one."""
    return PAUSES[min(failures, len(PAUSES) - 1)]


def _turn_away(referral: Referral, now: datetime) -> bool:
    return services.fail_referral(referral=referral, problem=ReferralProblem.ICCAM_OFF, now=now)


def _join(referral: Referral, country: str, now: datetime) -> bool:
    """Let the hand-over wait with what ICCAM has, or is about to have, of its item; False where there is nothing of the kind."""
    contents = IccamContent.objects.filter(item=referral.item_id, ended_at=None).filter(
        Q(content_id=None, iccam_report__report=referral.report_id)
        | Q(assigned_country__in=[country, ""], content_id__isnull=False)
    )
    known = list(contents.values_list("iccam_report_id", flat=True))
    rows = IccamReport.objects.filter(pk__in=known, due_at=None)
    rows.update(due_at=now, given_up_at=None, attempts=0, failing_since=None)
    return bool(known)


def _make_report(report: Report, referrals: Sequence[Referral], now: datetime) -> None:
    used = set(report.iccam_reports.values_list("reference", flat=True))
    numbered = (f"{report.reference}.{number}" for number in count(2))
    reference = next(each for each in chain([report.reference], numbered) if each not in used)
    row = IccamReport.objects.create(
        report=report, origin=IccamOrigin.OURS, reference=reference, made_at=now, due_at=now
    )
    for referral in referrals:
        IccamContent.objects.create(iccam_report=row, item=referral.item)


def _give_up(row: IccamReport, problem: str, now: datetime) -> None:
    IccamReport.objects.filter(pk=row.pk).update(
        due_at=None,
        attempts=F("attempts") + 1,
        failing_since=row.failing_since or now,
        problem=problem,
        given_up_at=now,
    )
    with transaction.atomic():
        audit_log.record(
            action="iccam.failed",
            subject=row.report,
            actor=None,
            now=now,
            data={"iccam": row.pk, "problem": problem},
        )
    for content in row.contents.select_related("item"):
        if referral := selectors.waiting_referral(content):
            services.fail_referral(referral=referral, problem=problem, now=now)
