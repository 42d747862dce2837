"""Imports content assigned to our country in ICCAM, one report for each content item."""

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.crypto import receipts
from clicksafely.common.plain_text import TextError, clean_text
from hotline.categories import CSAM
from hotline.intake.services import submit_report
from hotline.intake.submission import Submission
from hotline.models import Channel, IccamContent, IccamOrigin, IccamReport, Report, TextField
from hotline.referral.iccam import queue
from hotline.referral.iccam.client import Iccam
from hotline.referral.iccam.config import is_configured, read_config
from hotline.referral.iccam.exceptions import IccamError, UnreadableResponse
from hotline.referral.iccam.schemas import MAX_TEXT_LENGTH, MAX_URL_LENGTH, Content
from hotline.triage.url_normalisation import Location, NotALocation, locate

logger = logging.getLogger(__name__)

KINDS = ("unassessed", "unactioned")


def import_assigned(*, now: datetime) -> int:
    """Import the assigned content. Returns the number of new reports. The result is recorded for "My work".

    An unreadable content item does not stop the others.
    """
    if not is_configured() or not queue.may_connect(now=now):
        return 0
    try:
        config = read_config()
    except ValueError:
        # The outgoing exchange and the system check report this error.
        return 0
    failed: IccamError | None = None
    taken = 0
    try:
        with Iccam(config) as iccam:
            for content_id in _wanting(iccam):
                try:
                    taken += _take(iccam, content_id, now)
                except IccamError as error:
                    if error.everywhere:
                        raise
                    logger.warning("A content item was not imported.", extra={"event": error.problem.value})
                    failed = error
    except IccamError as error:
        failed = error
    queue.record_health(error=failed, now=now)
    return taken


def import_content(*, content: Content, now: datetime) -> Report | None:
    """Store a partner's content as a report, with the partner's assessment. Returns None if it is already stored."""
    digest = hashlib.sha256(f"iccam content {content.content_id}".encode()).digest()
    with transaction.atomic():
        report = submit_report(submission=_submission(content), state_digest=digest, now=now)
        if report is None:
            return None
        row = IccamReport.objects.create(
            report=report, origin=IccamOrigin.PARTNER, iccam_id=content.report_id, created_at=now, exchanged_at=now
        )
        IccamContent.objects.create(
            iccam_report=row,
            content_id=content.content_id,
            partner_answers=dict(content.assessment),
            classification=content.classification,
            actions=list(content.actions),
            assigned_country=content.assigned_country,
        )
        data: dict[str, audit_log.AuditValue] = {"iccam": row.pk, "content": content.content_id}
        audit_log.record(action="iccam.imported", subject=report, actor=None, now=hour_of(now), data=data)
    return report


def _wanting(iccam: Iccam) -> Iterator[int]:
    """Yield the ids of listed content that is new, or that we had passed to another country, each once.

    Content that we reported ourselves is skipped. Its id may be unknown because a response was lost. After the last id,
    raises UnreadableResponse if an entry could not be read.
    """
    seen: set[int] = set()
    unreadable = 0
    for kind in KINDS:
        listing = iccam.listed(kind)
        unreadable += listing.unreadable
        fresh = [listed for listed in listing.entries if listed.content_id not in seen]
        seen |= {listed.content_id for listed in fresh}
        ours = IccamContent.objects.filter(content_id__in=seen, assigned_country=iccam.config.country)
        our_ids = set(ours.values_list("content_id", flat=True))
        references = {listed.report_reference for listed in fresh} - {""}
        waiting = IccamReport.objects.filter(reference__in=references, contents__content_id=None)
        on_their_way = set(waiting.values_list("reference", flat=True))
        for listed in fresh:
            if listed.content_id not in our_ids and listed.report_reference not in on_their_way:
                yield listed.content_id
    if unreadable:
        raise UnreadableResponse(f"{unreadable} entries")


def _take(iccam: Iccam, content_id: int, now: datetime) -> bool:
    content = iccam.content(content_id)
    # The content may have been reassigned since it was listed.
    if content.assigned_country != iccam.config.country:
        return False
    existing = IccamContent.objects.filter(content_id=content_id).select_related("iccam_report", "item").first()
    if existing is not None:
        queue.reassign_content(content=existing, country=content.assigned_country, now=now)
        return False
    return import_content(content=content, now=now) is not None


def _submission(content: Content) -> Submission:
    """Return the submission. The receipt is not disclosed, because the reporter is known to the partner only."""
    address = _readable(content.address, MAX_URL_LENGTH)
    words = {
        "what": _readable(content.memo, MAX_TEXT_LENGTH),
        "when_seen": "",
        "details": "",
        "addresses_as_typed": address,
        "app": "",
        "handle": "",
    }
    return Submission(
        channel=Channel.ICCAM,
        category=CSAM.code,
        language="en",
        receipt=receipts.generate_code(),
        texts={TextField.WORDS: words},
        locations=_locations(address),
    )


def _locations(address: str) -> list[Location]:
    """Return the location. An unreadable address stays in the text for an analyst."""
    try:
        return [locate(address.strip())]
    except NotALocation:
        return []


def _readable(text: str, longest: int) -> str:
    try:
        return clean_text(text, max_length=3 * longest)
    except TextError:
        return text.encode(errors="replace").decode().replace("\0", "")
