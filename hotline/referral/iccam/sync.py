"""One run of the ICCAM exchange."""

import logging
import time
from datetime import datetime
from functools import partial

from clicksafely.common.audit import audit_log
from clicksafely.common.queue import outgoing
from hotline.models import IccamContent, IccamOrigin, IccamReport, IccamRule
from hotline.referral import services
from hotline.referral.iccam import mapping, queue, selectors
from hotline.referral.iccam.client import Iccam
from hotline.referral.iccam.config import is_configured, read_config
from hotline.referral.iccam.exceptions import Conflict, IccamError, IccamNotConfigured, Incomplete, RuleForbids
from hotline.referral.iccam.schemas import Content, NewReport, utc
from hotline.states import ItemState

logger = logging.getLogger(__name__)


def sync_due_reports(*, now: datetime, seconds: float = outgoing.RUN_SECONDS) -> int:
    """Exchange the due reports for about `seconds`; return the number of successful reports.

    A run queries ICCAM's state first and sends only missing data. After an aborted run or a lost response, no report is
    posted twice and no completed step is repeated. Without ICCAM settings, waiting referrals fail and return to the
    analyst.
    """
    if not is_configured():
        queue.return_waiting_referrals(now=now)
        queue.clear_health()
        return 0
    try:
        config = read_config()
    except ValueError as error:
        # The system check reports the details to the administrator.
        logger.error("ICCAM cannot be used", extra={"event": str(error).partition(" ")[0]})
        queue.postpone_all(now=now)
        queue.record_health(error=IccamNotConfigured(), now=now)
        return 0
    queue.link_items()
    queue.collect_referrals(country=config.country, now=now)
    queue.mark_changed_due(country=config.country, now=now)
    if not queue.may_connect(now=now):
        return 0
    end = time.monotonic() + seconds
    with Iccam(config) as iccam:
        return outgoing.send_due(
            claim=lambda: outgoing.claim(selectors.due_reports(now), now=now),
            send=lambda row: _send(iccam, row, now, end),
            give_up=partial(queue.give_up, now=now),
            retried=partial(queue.record_retry, now=now),
            now=now,
            seconds=seconds,
        )


def _send(iccam: Iccam, row: IccamReport, now: datetime, end: float) -> bool:
    """Exchange one report; False if the time ran out, and the next run continues."""
    finished = _exchange_report(iccam, row, now, end)
    outgoing.finish(row, due_at=None if finished else now, exchanged_at=now, attempts=0, given_up_at=None)
    queue.record_health(error=None, now=now)
    return finished


def _exchange_report(iccam: Iccam, row: IccamReport, now: datetime, end: float) -> bool:
    """Synchronise one report; False if the time ran out. Completed steps are stored. Raises IccamError."""
    if row.origin == IccamOrigin.OURS:
        if row.iccam_id is None and not _report(iccam, row, now):
            return True
        if row.contents.filter(content_id=None).exists():
            _find_contents(iccam, row)
    failed: list[IccamError] = []
    for content in row.contents.filter(ended_at=None).select_related("item", "iccam_report__report").order_by("pk"):
        if time.monotonic() > end:
            return False
        try:
            _exchange_content(iccam, content, now)
        except IccamError as error:
            failed.append(error)
            if error.everywhere:
                break
    if failed:
        # Raise the error with the best chance of a retry, so that the row stays queued.
        raise max(failed, key=lambda error: (error.everywhere, error.helps))
    return True


def _report(iccam: Iccam, row: IccamReport, now: datetime) -> bool:
    """Post the report, unless ICCAM has it from an attempt with a lost response.

    Withdrawn referrals are left out. Returns False if all of them were withdrawn.
    """
    found = iccam.find_report(row.reference) if row.tried_at else None
    if found is None:
        for content in row.contents.select_related("item"):
            if selectors.waiting_referral(content) is None:
                content.delete()
        if not row.contents.exists():
            row.delete()
            return False
        IccamReport.objects.filter(pk=row.pk).update(tried_at=now)
        row.tried_at = now
        try:
            found = iccam.post_report(_new_report(iccam, row))
        except Conflict:
            # An aborted run has just posted it.
            found = iccam.find_report(row.reference)
            if found is None:
                raise
    IccamReport.objects.filter(pk=row.pk).update(iccam_id=found)
    row.iccam_id = found
    _record("reported", row, now, report_id=found)
    return True


def _new_report(iccam: Iccam, row: IccamReport) -> NewReport:
    contents = list(row.contents.select_related("item").order_by("pk"))
    analyst = iccam.config.user
    return NewReport(
        reference=row.reference,
        received_at=row.report.received_at,
        analyst=analyst,
        site_type=contents[0].item.site_type if contents[0].item else 1,
        urls=[
            selectors.new_url(content, is_source=place == 0, reference=row.reference, analyst=analyst)
            for place, content in enumerate(contents)
        ],
    )


def _find_contents(iccam: Iccam, row: IccamReport) -> None:
    """Store ICCAM's ids of the addresses. Raises Incomplete while ICCAM does not list all of them."""
    assert row.iccam_id is not None  # noqa: S101 - it was reported just now
    shown = iccam.report_contents(row.iccam_id)
    missing = 0
    for content in row.contents.filter(content_id=None).select_related("item"):
        content.content_id = shown.get(content.item.canonical) if content.item else None
        missing += content.content_id is None
        content.save(update_fields=["content_id"])
    if missing:
        raise Incomplete(f"{missing} missing")


def _exchange_content(iccam: Iccam, content: IccamContent, now: datetime) -> None:
    """Send ICCAM the missing data of one content item.

    After a conflict, ICCAM's state is queried and the update tried once more.
    """
    assert content.content_id is not None  # noqa: S101 - found or imported
    desired = selectors.desired_state(content, analyst=iccam.config.user)
    reported_state, reported_actions = (
        selectors.state_to_report(content),
        content.item.actions.count() if content.item else 0,
    )
    current = iccam.content(content.content_id)
    for last in (False, True):
        try:
            blocked_by = _send_steps(iccam, content, current, desired, now)
            break
        except Conflict:
            current = iccam.content(content.content_id)
            if last:
                raise
    current = iccam.content(content.content_id)
    home = current.assigned_country == iccam.config.country
    _mirror(content, current)
    referral = selectors.waiting_referral(content)
    if referral and current.assigned_country != referral.country:
        raise RuleForbids(blocked_by) if blocked_by else Incomplete("not assigned yet")
    # Two partners may have reported the same address: the referral is sent once both of their items are assigned.
    if referral and not selectors.has_other_assigned_content(content, country=iccam.config.country):
        place: dict[str, audit_log.AuditValue] = {"iccam": content.iccam_report_id, "content": content.content_id}
        services.mark_sent(referral=referral, now=now, data=place)
    ended = reported_state == ItemState.ENDED or not home
    IccamContent.objects.filter(pk=content.pk).update(
        reported_state=reported_state,
        reported_actions=reported_actions,
        blocked_by=blocked_by or "",
        ended_at=now if ended else None,
    )


def _send_steps(
    iccam: Iccam, content: IccamContent, current: Content, desired: mapping.DesiredState, now: datetime
) -> IccamRule | None:
    """Send the missing steps and record each; returns the rule that prevented a step."""
    row, plan = content.iccam_report, mapping.plan_sync(current, desired, country=iccam.config.country)
    if plan.assess is not None:
        iccam.assess(current, plan.assess)
        _record("assessment_reported", row, now, content=content, classification=int(plan.assess["classification"]))
    for action in plan.actions:
        iccam.act(current, action, now=utc(now))
        _record("action_reported", row, now, content=content, action=action)
    if plan.rehost:
        iccam.rehost(current, ip=desired.ip, country=desired.country)
    if plan.assign:
        iccam.assign(current, country=desired.country)
        _record("assigned", row, now, content=content, country=desired.country)
    return plan.blocked_by


def _mirror(content: IccamContent, current: Content) -> None:
    IccamContent.objects.filter(pk=content.pk).update(
        classification=current.classification, actions=list(current.actions), assigned_country=current.assigned_country
    )


def _record(
    what: str, row: IccamReport, now: datetime, content: IccamContent | None = None, **data: audit_log.AuditValue
) -> None:
    """Record an event of the case, with its item, so that it stays hidden from second assessors."""
    place: dict[str, audit_log.AuditValue] = {"iccam": row.pk}
    if content is not None:
        place |= {"item": content.item_id, "content": content.content_id}
    audit_log.record(action=f"iccam.{what}", subject=row.report, actor=None, now=now, data=place | data)
