"""Matches report files against the active hash lists. Files without `matched_at` are the queue."""

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from clicksafely.common.alerts.services import raise_alert
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from hotline.lifecycle.transitions import update_priority
from hotline.models import Algorithm, FileHash, HashList, HashMatch, ListMeaning, Report, Upload
from hotline.priority import PriorityReason, alert_of
from hotline.states import ReportState
from hotline.triage.hash_lists.own_pictures import compare_report
from hotline.triage.hash_lists.selectors import HashHit, find_matches, lists_in_use, unmatched_reports

logger = logging.getLogger(__name__)


def match_report(*, report_id: int, now: datetime) -> int:
    """Match the report's unmatched files against the active lists, and with codes of own pictures.

    Returns the number of new matches with lists.

    Does nothing before triage, which sets the priority. Times are rounded down to the hour, like the report's own. A
    match raises the priority. A picture on a list of child sexual abuse material is locked for all users.
    """
    hour = hour_of(now)
    compared = compare_report(report_id=report_id, hour=hour)
    with transaction.atomic():
        triaged = Report.objects.exclude(state=ReportState.RECEIVED).only(
            "state", "queue", "priority", "priority_reasons", "claimed_by"
        )
        report = triaged.select_for_update(no_key=True).filter(pk=report_id).first()
        if report is None:
            return 0
        # Switching a list on marks these rows again. Rows locked by that are skipped, and the lists are read after
        # locking.
        unmatched = FileHash.objects.filter(report=report, pk__in=compared, matched_at=None).order_by("pk")
        files = list(unmatched.select_for_update(skip_locked=True, of=("self",)))
        lists = lists_in_use()
        found = _new_ones(find_matches(files, lists), lists)
        if found:
            _write(report, found, {hash_list.pk: hash_list for hash_list in lists}, hour)
        FileHash.objects.filter(pk__in=[file.pk for file in files]).update(matched_at=hour)
    return len(found)


def match_reports(*, report_ids: Iterable[int], now: datetime, seconds: float) -> int:
    """Match the reports for at most about `seconds`. Returns the number of matched reports.

    A failed report is logged and stays unmatched. Raises database errors.
    """
    end = time.monotonic() + seconds
    done = 0
    for report_id in report_ids:
        try:
            match_report(report_id=report_id, now=now)
            done += 1
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("The files of a report cannot be matched.", extra={"report_id": report_id})
        if time.monotonic() > end:
            break
    return done


def sweep_unmatched(*, now: datetime, seconds: float) -> int:
    """Match all waiting reports, the oldest first. Otherwise like `match_reports`."""
    return match_reports(report_ids=unmatched_reports(), now=now, seconds=seconds)


def _new_ones(found: Sequence[HashHit], lists: Sequence[HashList]) -> list[HashHit]:
    """Return the matches that no earlier version of the same list has produced.

    An exact match after a near one is new.
    """
    names = {hash_list.pk: hash_list.name for hash_list in lists}
    known_matches = {
        (file, name, algorithm == Algorithm.PDQ)
        for file, name, algorithm in HashMatch.objects.filter(
            file_hash__in={match.file.pk for match in found}
        ).values_list("file_hash", "hash_list__name", "algorithm")
    }

    def known_ones(match: HashHit) -> set[tuple[int, str, bool]]:
        return {(match.file.pk, names[match.list_id], near) for near in (False, match.algorithm == Algorithm.PDQ)}

    return [match for match in found if not known_ones(match) & known_matches]


def _write(report: Report, found: Sequence[HashHit], lists: dict[int, HashList], hour: datetime) -> None:
    HashMatch.objects.bulk_create(
        HashMatch(
            file_hash=match.file,
            hash_list=lists[match.list_id],
            algorithm=match.algorithm,
            distance=match.distance,
            matched_at=hour,
        )
        for match in found
    )
    entries = [
        audit_log.AuditEntry(
            "report.hash_matched",
            report,
            {
                "file": match.file.pk,
                "list": match.list_id,
                "algorithm": int(match.algorithm),
                "distance": match.distance,
            },
        )
        for match in found
    ]
    suspected = {match.file.upload_id for match in found if lists[match.list_id].meaning == ListMeaning.CSAM}
    for upload in sorted(pk for pk in suspected if pk is not None):
        if Upload.objects.filter(pk=upload, locked_at=None).update(locked_at=hour):
            entries.append(audit_log.AuditEntry("upload.locked", report, {"upload": upload}))
    audit_log.record_many(entries, actor=None, now=hour)
    earlier = alert_of(report.priority_reasons)
    if update_priority(report, add=[PriorityReason.HASH_MATCH]):
        alert = alert_of(report.priority_reasons)
        if alert != earlier and report.claimed_by_id is None:
            raise_alert(kind=alert, reference=report.pk)
