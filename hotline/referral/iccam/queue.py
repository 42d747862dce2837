"""The queue of the exchange: adding, postponing, failing and retrying reports. A report's row is the queue entry."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain, count, groupby

from django.db import transaction
from django.db.models import Q

from clicksafely.accounts.models import User
from clicksafely.common.audit import audit_log
from clicksafely.common.queue import outgoing
from clicksafely.common.queue.outgoing import SendError
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
from hotline.states import ItemState, ReportState

AT_ONCE = 200


def return_waiting_referrals(*, now: datetime) -> int:
    """Fail the waiting referrals, because we do not take part in the exchange; returns their number."""
    return sum(_turn_away(referral, now) for referral in services.due_referrals(route=Route.ICCAM, now=now)[:AT_ONCE])


def postpone_all(*, now: datetime) -> None:
    """Postpone the waiting referrals because the settings are invalid, until they are given up."""
    later = now + outgoing.SERVER_PAUSE
    for referral in services.due_referrals(route=Route.ICCAM, now=now)[:AT_ONCE]:
        if now - referral.created_at >= outgoing.GIVE_UP_AFTER:
            _turn_away(referral, now)
        else:
            services.postpone_referral(referral=referral, problem=ReferralProblem.ICCAM_OFF, due_at=later)


def collect_referrals(*, country: str, now: datetime) -> int:
    """Create one ICCAM report per case from the due referrals, once all of the case's referrals to ICCAM are ready.

    An item that ICCAM already has, and that we may act on there, is not reported again. Referrals to a country
    without a partner hotline fail. Returns the number of referrals.
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
            # Two concurrent runs must not create two reports.
            report = Report.objects.select_for_update().get(pk=report_id)
            # Another run may have processed them since the query.
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
    """Link partners' content to the items of their cases after triage."""
    unlinked = IccamContent.objects.filter(item=None, ended_at=None).exclude(
        iccam_report__report__state=ReportState.RECEIVED
    )
    for content in unlinked.select_related("iccam_report__report")[:AT_ONCE]:
        content.item = content.iccam_report.report.items.order_by("report_items__position").first()
        content.save(update_fields=["item"])


def mark_changed_due(*, country: str, now: datetime) -> int:
    """Mark partners' content as due if its item has changed; returns the number."""
    ids = selectors.changed_contents(country, now).values_list("iccam_report_id", flat=True)[:AT_ONCE]
    return IccamReport.objects.filter(pk__in=list(ids), due_at=None, given_up_at=None).update(due_at=now)


def record_retry(row: IccamReport, error: SendError, *, now: datetime) -> None:
    """Postpone the referrals of a report that is retried."""
    for referral in _waiting_referrals(row):
        services.postpone_referral(referral=referral, problem=error.error, due_at=row.due_at or now)
    _record_server_error(error, now)


def give_up(row: IccamReport, error: SendError, *, now: datetime) -> None:
    """Record a report that failed finally; its referrals fail and return to the analyst."""
    since = row.failing_since or now
    with transaction.atomic():
        if outgoing.finish(row, error=error.error, failing_since=since, given_up_at=now):
            audit_log.record(
                action="iccam.failed",
                subject=row.report,
                actor=None,
                now=now,
                data={"iccam": row.pk, "problem": error.error},
            )
            for referral in _waiting_referrals(row):
                services.fail_referral(referral=referral, problem=error.error, now=now)
    _record_server_error(error, now)


def retry(*, row: IccamReport, actor: User, now: datetime) -> None:
    """Retry at once, on a supervisor's request. Raises WrongState if nothing is waiting or failed."""
    stuck = IccamReport.objects.filter(Q(due_at__isnull=False) | Q(given_up_at__isnull=False), pk=row.pk)
    with transaction.atomic():
        if not outgoing.requeue(stuck, now=now, given_up_at=None):
            raise WrongState
        IccamHealth.objects.update(not_before=None)
        audit_log.record(action="iccam.retried", subject=row.report, actor=actor, now=now, data={"iccam": row.pk})


def reassign_content(*, content: IccamContent, country: str, now: datetime) -> bool:
    """Return an item to the analyst, because another country's content was assigned to us again.

    Returns False if it was assigned to us throughout.
    """
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
            # The content is hosted elsewhere now, so earlier recipients may be notified again.
            AvailabilityCheck.objects.filter(item=item).update(restarted_at=now)
            if name := effective_host(item):
                request_fresh_lookup(name=name, now=now)
            advance_report(report=report, actor=None, now=now)
            update_other_reports(item=item, report=report, now=now)
    return True


def record_health(*, error: SendError | None, now: datetime) -> None:
    """Store the result of the exchange: `error` None means success.

    An error that affects every call pauses the exchange.
    """
    IccamHealth.objects.get_or_create(pk=1)
    health = IccamHealth.objects.select_for_update()
    with transaction.atomic():
        row = health.get(pk=1)
        if error is None:
            row.problem, row.failing_since, row.not_before, row.last_success = "", None, None, now
        else:
            row.problem, row.failing_since = error.error, row.failing_since or now
            if error.server:
                row.not_before = now + max(outgoing.SERVER_PAUSE, timedelta(seconds=error.wait or 0))
        row.save()


def may_connect(*, now: datetime) -> bool:
    """Return whether requests to ICCAM are allowed now."""
    return not IccamHealth.objects.filter(not_before__gt=now).exists()


def clear_health() -> None:
    """Delete the state of the exchange, because we do not take part any more."""
    IccamHealth.objects.all().delete()


def _waiting_referrals(row: IccamReport) -> list[Referral]:
    contents = row.contents.select_related("item")
    return [referral for content in contents if (referral := selectors.waiting_referral(content))]


def _record_server_error(error: SendError, now: datetime) -> None:
    if error.server:
        record_health(error=error, now=now)


def _turn_away(referral: Referral, now: datetime) -> bool:
    return services.fail_referral(referral=referral, problem=ReferralProblem.ICCAM_OFF, now=now)


def _join(referral: Referral, country: str, now: datetime) -> bool:
    """Attach the referral to existing or planned ICCAM content of its item; False if there is none."""
    contents = IccamContent.objects.filter(item=referral.item_id, ended_at=None).filter(
        Q(content_id=None, iccam_report__report=referral.report_id)
        | Q(assigned_country__in=[country, ""], content_id__isnull=False)
    )
    report_ids = list(contents.values_list("iccam_report_id", flat=True))
    outgoing.requeue(IccamReport.objects.filter(pk__in=report_ids, due_at=None), now=now, given_up_at=None)
    return bool(report_ids)


def _make_report(report: Report, referrals: Sequence[Referral], now: datetime) -> None:
    used = set(report.iccam_reports.values_list("reference", flat=True))
    numbered = (f"{report.reference}.{number}" for number in count(2))
    reference = next(each for each in chain([report.reference], numbered) if each not in used)
    row = IccamReport.objects.create(
        report=report, origin=IccamOrigin.OURS, reference=reference, created_at=now, due_at=now
    )
    for referral in referrals:
        IccamContent.objects.create(iccam_report=row, item=referral.item)
