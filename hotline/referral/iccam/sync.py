"""One run of the exchange: each report that is due is brought to where it should be at ICCAM.

What ICCAM has is looked at before anything is said, and only what it lacks is said. So a run that was killed, or whose answer was lost, is
simply run again: nothing is posted twice, and no step that was taken is taken again.
"""

import logging
import time
from datetime import datetime

from clicksafely.common.audit import audit_log
from hotline.models import IccamContent, IccamOrigin, IccamReport, IccamRule
from hotline.referral import services
from hotline.referral.iccam import mapping, queue, selectors
from hotline.referral.iccam.client import Iccam
from hotline.referral.iccam.config import is_configured, read_config
from hotline.referral.iccam.exceptions import Conflict, IccamError, IccamNotConfigured, Incomplete, RuleForbids
from hotline.referral.iccam.schemas import Content, NewReport, utc
from hotline.states import ItemState

logger = logging.getLogger(__name__)


def sync_due_reports(*, now: datetime, seconds: float) -> int:
    """Exchange what is due, for about so many seconds; returns how many reports went well. Without settings, what waits is turned away."""
    if not is_configured():
        queue.return_waiting_referrals(now=now)
        queue.clear_health()
        return 0
    try:
        config = read_config()
    except ValueError as error:
        # The system check says the same to whoever starts the program.
        logger.error("ICCAM cannot be used", extra={"event": str(error).partition(" ")[0]})
        queue.postpone_all(now=now)
        queue.record_health(error=IccamNotConfigured(), now=now)
        return 0
    queue.link_items()
    queue.collect_referrals(country=config.country, now=now)
    queue.mark_changed_due(country=config.country, now=now)
    if not queue.may_connect(now=now):
        return 0
    end, done = time.monotonic() + seconds, 0
    with Iccam(config) as iccam:
        for row in selectors.due_reports(now)[: queue.AT_ONCE]:
            if time.monotonic() > end:
                break
            if not queue.lease_report(row, now=now):
                continue
            try:
                finished = _exchange_report(iccam, row, now, end)
            except IccamError as error:
                place = {"report_id": row.report_id, "event": error.problem.value}
                logger.warning("a report was not exchanged", extra=place)
                queue.postpone_report(row=row, error=error, now=now)
                if error.everywhere:
                    queue.record_health(error=error, now=now)
                    break
            else:
                queue.finish_report(row=row, finished=finished, now=now)
                queue.record_health(error=None, now=now)
                done += finished
    return done


def _exchange_report(iccam: Iccam, row: IccamReport, now: datetime, end: float) -> bool:
    """Bring one report to where it should be; False where the time ended before all of it was. Raises IccamError; what was reached is written down."""
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
        # What may still succeed keeps the row alive.
        raise max(failed, key=lambda error: (error.everywhere, error.helps))
    return True


def _report(iccam: Iccam, row: IccamReport, now: datetime) -> bool:
    """Post it, unless ICCAM has it from an attempt whose answer was lost. What was taken back in time is not reported; False: all of it was."""
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
            # It is there: posted a moment ago by a run that was cut off.
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
    """Learn the ids of its addresses. Raises Incomplete where ICCAM does not show them all yet."""
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
    """Tell ICCAM what it lacks of one content; a conflict means that it has moved on meanwhile, and is looked at once more."""
    assert content.content_id is not None  # noqa: S101 - found or imported
    wanted = selectors.desired_state(content, analyst=iccam.config.user)
    reported_state, reported_actions = (
        selectors.state_to_report(content),
        content.item.actions.count() if content.item else 0,
    )
    known = iccam.content(content.content_id)
    for last in (False, True):
        try:
            kept_back = _tell(iccam, content, known, wanted, now)
            break
        except Conflict:
            known = iccam.content(content.content_id)
            if last:
                raise
    known = iccam.content(content.content_id)
    home = known.assigned_country == iccam.config.country
    _mirror(content, known)
    referral = selectors.waiting_referral(content)
    if referral and known.assigned_country != referral.country:
        raise RuleForbids(kept_back) if kept_back else Incomplete("not assigned yet")
    # Two partners may have told us of the same address: it is handed over when both of theirs are.
    if referral and not selectors.has_other_assigned_content(content, country=iccam.config.country):
        place: dict[str, audit_log.AuditValue] = {"iccam": content.iccam_report_id, "content": content.content_id}
        services.mark_sent(referral=referral, now=now, data=place)
    ended = reported_state == ItemState.ENDED or not home
    IccamContent.objects.filter(pk=content.pk).update(
        reported_state=reported_state,
        reported_actions=reported_actions,
        kept_back=kept_back or "",
        ended_at=now if ended else None,
    )


def _tell(
    iccam: Iccam, content: IccamContent, known: Content, wanted: mapping.DesiredState, now: datetime
) -> IccamRule | None:
    """Take the steps that are missing, each written down; returns the rule that kept something back."""
    row, plan = content.iccam_report, mapping.plan_sync(known, wanted, country=iccam.config.country)
    if plan.assess is not None:
        iccam.assess(known, plan.assess)
        _record("assessment_reported", row, now, content=content, classification=int(plan.assess["classification"]))
    for action in plan.actions:
        iccam.act(known, action, now=utc(now))
        _record("action_reported", row, now, content=content, action=action)
    if plan.rehost:
        iccam.rehost(known, ip=wanted.ip, country=wanted.country)
    if plan.assign:
        iccam.assign(known, country=wanted.country)
        _record("assigned", row, now, content=content, country=wanted.country)
    return plan.kept_back


def _mirror(content: IccamContent, known: Content) -> None:
    IccamContent.objects.filter(pk=content.pk).update(
        classification=known.classification, actions=list(known.actions), assigned_country=known.assigned_country
    )


def _record(
    what: str, row: IccamReport, now: datetime, content: IccamContent | None = None, **data: audit_log.AuditValue
) -> None:
    """In the timeline of the case; beside its item, so that it is hidden from whoever must not know of an assessment."""
    place: dict[str, audit_log.AuditValue] = {"iccam": row.pk}
    if content is not None:
        place |= {"item": content.item_id, "content": content.content_id}
    audit_log.record(action=f"iccam.{what}", subject=row.report, actor=None, now=now, data=place | data)
