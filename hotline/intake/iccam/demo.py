"""Of the demonstration: a case that a partner hotline assigned to us and heard of again, and one that went to a partner."""

from datetime import datetime

from hotline.intake.iccam.services import take_content
from hotline.models import IccamContent, IccamOrigin, IccamReport, Report
from hotline.referral.iccam import mapping, queue
from hotline.referral.iccam.schemas import Content
from hotline.referral.routing import HOME, whereabouts_of
from hotline.states import ItemState

SAID = {"classification": 2, "ageCategorization": 1, "genderCategorization": 1}


def send_over_iccam(*, content_id: int, address: str, memo: str, now: datetime) -> Report:
    """Take a partner's content in."""
    content = Content(
        content_id=content_id,
        report_id=content_id - 1,
        address=address,
        hosting_country=HOME,
        assigned_country=HOME,
        memo=memo,
        assessment=SAID,
    )
    report = take_content(content=content, now=now)
    if report is None:
        report = Report.objects.get(iccam_reports__contents__content_id=content_id)
    return report


def note_exchanged(*, report: Report, content_id: int, now: datetime) -> None:
    """As if ICCAM had been told of the ended case: what a partner sent of what was done, what is ours of the country that hosts it."""
    item = report.items.get()
    queue.link_items()
    actions = mapping.actions(item.actions.values_list("kind", flat=True), outcome=item.outcome)
    told = {"told_state": ItemState.ENDED, "told_actions": item.actions.count(), "ended_at": now, "classification": 2}
    if IccamContent.objects.filter(item=item).update(actions=actions, **told):
        IccamReport.objects.filter(report=report).update(exchanged_at=now)
        return
    row = IccamReport.objects.create(
        report=report,
        origin=IccamOrigin.OURS,
        reference=report.reference,
        iccam_id=content_id - 1,
        made_at=now,
        tried_at=now,
        exchanged_at=now,
    )
    row.contents.create(item=item, content_id=content_id, assigned_country=whereabouts_of(item).country, **told)
