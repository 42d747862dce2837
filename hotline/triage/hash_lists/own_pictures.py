"""Codes of reporters' own pictures: unverified, stored sealed, compared with the files and codes of other reports (ADR 0009)."""

import logging
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction

from clicksafely.common.audit import audit_log
from clicksafely.common.crypto.sealing import SealError
from hotline.lifecycle.transitions import update_priority
from hotline.models import Digests, FileHash, OwnPicture, OwnPictureMatch, Report, SealedDigests
from hotline.models.hash_lists import PDQ_THRESHOLD
from hotline.priority import PriorityReason
from hotline.states import CLOSED_WITHOUT_ASSESSMENT, FINAL, ReportState
from hotline.triage.hash_lists.selectors import MIN_QUALITY

logger = logging.getLogger(__name__)

MAX_CODES: Final = 5
# The newest rows of other reports. Opening one takes a fraction of a millisecond; codes stay in the memory of the process.
MAX_COMPARED_CODES: Final = 20_000
MAX_COMPARED_FILES: Final = 2_000
_CODE: Final = re.compile(r"([0-9a-f]{64})(?::([0-9a-f]{64}):(100|[1-9]?[0-9]))?")

_digests_by_uuid: dict[UUID, Digests] = {}


def parse_code(code: str) -> Digests:
    """Return the digests of a code of the page "Your own picture": `SHA-256`, or `SHA-256:PDQ:quality` in hexadecimal digits.

    Raises ValueError.
    """
    found = _CODE.fullmatch(code)
    if found is None:
        raise ValueError("not the code of a picture")
    sha256, pdq, quality = found.groups()
    if pdq is None:
        return Digests(sha256=bytes.fromhex(sha256))
    return Digests(sha256=bytes.fromhex(sha256), pdq=bytes.fromhex(pdq), pdq_quality=int(quality))


def store_own_pictures(*, report: Report, codes: Sequence[Digests]) -> None:
    """Store the codes of a new report, in its transaction."""
    rows = [OwnPicture(report=report) for _code in codes]
    for row, code in zip(rows, codes, strict=True):
        row.seal_digests(code)
    OwnPicture.objects.bulk_create(rows)


def is_code(code: object) -> bool:
    """Return whether `parse_code` reads `code`."""
    return isinstance(code, str) and _CODE.fullmatch(code) is not None


class Hit(NamedTuple):
    """A code and a picture or code of the report `report_id`."""

    own_picture: OwnPicture
    report_id: int
    distance: int


def compare_report(*, report_id: int, hour: datetime) -> list[int]:
    """Compare the unmatched files and codes of a triaged report with other reports. Return the ids of the compared files.

    All reports of a match get the priority reason, each in its own transaction. Codes of a flood are not compared. A run that is
    interrupted is repeated, because the rows are still unmatched. Raises SealError for the report's own rows.
    """
    report = Report.objects.exclude(state=ReportState.RECEIVED).filter(pk=report_id).first()
    if report is None:
        return []
    files = list(FileHash.objects.filter(report=report, matched_at=None).order_by("pk"))
    codes = list(OwnPicture.objects.filter(report=report, matched_at=None).order_by("pk"))
    compared = [] if PriorityReason.FLOOD in report.priority_reasons else codes
    hits = [*_among_codes(report, [*files, *compared]), *_among_files(report, compared)]
    if hits:
        _write(hits, hour)
    OwnPicture.objects.filter(pk__in=[code.pk for code in codes]).update(matched_at=hour)
    return [file.pk for file in files]


def _among_codes(report: Report, rows: Sequence[SealedDigests]) -> Iterator[Hit]:
    """Yield the codes of other reports that equal one of `rows` of `report`, each once, with the smallest distance."""
    others = _codes_of_others(report) if rows else []
    digests = [row.open_digests() for row in rows] if others else []
    for other, other_digests in others:
        distances = [distance for each in digests if (distance := _distance(other_digests, each)) is not None]
        if distances:
            yield Hit(other, report.pk, min(distances))


def _among_files(report: Report, codes: Sequence[OwnPicture]) -> Iterator[Hit]:
    """Yield the files of other open reports that equal one of `codes` of `report`."""
    if not codes:
        return
    digests = [(code, code.open_digests()) for code in codes]
    others = FileHash.objects.filter(report__isnull=False).exclude(report=report).exclude(report__state__in=FINAL)
    for file in others.order_by("-pk")[:MAX_COMPARED_FILES]:
        file_digests = _open(file)
        for code, each in digests:
            if file_digests and file.report_id and (distance := _distance(file_digests, each)) is not None:
                yield Hit(code, file.report_id, distance)


def _codes_of_others(report: Report) -> list[tuple[OwnPicture, Digests]]:
    """Return the codes of other reports, except of floods and of reports closed without assessment, such as spam."""
    in_use = OwnPicture.objects.exclude(report__state__in=CLOSED_WITHOUT_ASSESSMENT).exclude(
        report__priority_reasons__contains=[PriorityReason.FLOOD.value]
    )
    rows = list(in_use.order_by("-pk")[:MAX_COMPARED_CODES])
    for uuid in _digests_by_uuid.keys() - {row.uuid for row in rows}:
        del _digests_by_uuid[uuid]
    for row in rows:
        if row.uuid not in _digests_by_uuid and (digests := _open(row)):
            _digests_by_uuid[row.uuid] = digests
    return [
        (row, _digests_by_uuid[row.uuid]) for row in rows if row.uuid in _digests_by_uuid and row.report_id != report.pk
    ]


def _open(row: SealedDigests) -> Digests | None:
    """Return the digests of a row of another report. A damaged one must not stop all matching."""
    try:
        return row.open_digests()
    except SealError:
        logger.exception("The digests of a row cannot be opened.", extra={"table": row._meta.db_table, "row": row.pk})
        return None


def _distance(one: Digests, other: Digests) -> int | None:
    """Return 0 for the same file, the distance of similar pictures in bits, None for others."""
    if one.sha256 is not None and one.sha256 == other.sha256:
        return 0
    if not (one.pdq and other.pdq) or min(_quality(one), _quality(other)) < MIN_QUALITY:
        return None
    distance = (int.from_bytes(one.pdq) ^ int.from_bytes(other.pdq)).bit_count()
    return distance if distance <= PDQ_THRESHOLD else None


def _quality(digests: Digests) -> int:
    return MIN_QUALITY if digests.pdq_quality is None else digests.pdq_quality


def _write(hits: Sequence[Hit], hour: datetime) -> None:
    nearest: dict[tuple[int, int], Hit] = {}
    for hit in sorted(hits, key=lambda each: each.distance):
        nearest.setdefault((hit.own_picture.pk, hit.report_id), hit)
    for hit in nearest.values():
        for report_id in (hit.own_picture.report_id, hit.report_id):
            _raise(report_id)
        with transaction.atomic():
            _row, is_new = OwnPictureMatch.objects.get_or_create(
                own_picture=hit.own_picture,
                report_id=hit.report_id,
                defaults={"distance": hit.distance, "matched_at": hour},
            )
            if is_new:
                _record(hit, hour)


def _raise(report_id: int) -> None:
    """Give a report the priority reason, unless it has ended."""
    with transaction.atomic():
        report = Report.objects.select_for_update(no_key=True).get(pk=report_id)
        update_priority(report, add=[PriorityReason.OWN_PICTURE])


def _record(hit: Hit, hour: datetime) -> None:
    data = {"own_picture": hit.own_picture.pk, "distance": hit.distance}
    owner, other = Report(pk=hit.own_picture.report_id), Report(pk=hit.report_id)
    events = [
        audit_log.AuditEntry("report.own_picture_matched", subject, {**data, "case": case.pk})
        for subject, case in ((owner, other), (other, owner))
    ]
    audit_log.record_many(events, actor=None, now=hour)
