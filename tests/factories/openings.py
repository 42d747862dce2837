"""Opens the parts of a case through the real services, as a decision needs."""

from collections.abc import Mapping
from datetime import datetime

from clicksafely.accounts.models import User
from hotline.models import Assessment, ContentItem, Report, UploadState
from hotline.review import claims
from hotline.review.assessments import assess_item
from hotline.review.close_without_assessment import close_report
from hotline.review.openings import open_addresses
from hotline.review.sealed_content import open_report_text, open_thread, reveal_upload
from tests.clients.staff import Person


def open_everything(report: Report, *, by: User, now: datetime) -> None:
    """Open the text, the dialogue, the addresses and the pictures of a case that `by` holds. Locked and unreadable pictures stay closed."""
    open_report_text(report=report, actor=by, now=now)
    open_thread(report=report, actor=by, now=now)
    open_addresses(report=report, items=report.items.all(), actor=by, now=now)
    for upload in report.uploads.filter(locked_at=None, state=UploadState.READY):
        reveal_upload(upload=upload, actor=by, now=now)


def open_everything_as(person: Person, report: Report) -> None:
    """Open the same on the case page."""
    case = f"/admin/hotline/case/{report.pk}/"
    person.client.post(f"{case}open/")
    for upload in report.uploads.filter(locked_at=None):
        person.client.post(f"{case}reveal/{upload.pk}/")


def open_and_assess(
    *, report: Report, item: ContentItem, actor: User, answers: Mapping[str, str], now: datetime
) -> Assessment:
    """Open everything, then assess the item."""
    open_everything(report, by=actor, now=now)
    return assess_item(report=report, item=item, actor=actor, answers=answers, now=now)


def open_and_close(*, report: Report, state: str, actor: User, now: datetime, original: str = "") -> None:
    """Take the case, open everything, then close it without assessment."""
    claims.claim_case(report_id=report.pk, actor=actor, now=now)
    report.refresh_from_db()
    open_everything(report, by=actor, now=now)
    close_report(report_id=report.pk, state=state, actor=actor, now=now, original=original)
