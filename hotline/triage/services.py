"""Triage: links a received report to its content items and queues it."""

import json
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction

from clicksafely.common.alerts.services import raise_alert
from clicksafely.common.audit import audit_log
from clicksafely.common.clock import hour_of
from clicksafely.common.queue.enqueue import enqueue_task
from hotline.hosting.lookup import KnownHost, request_lookups
from hotline.lifecycle.transitions import advance_report, update_priority
from hotline.models import Host, Report
from hotline.priority import PriorityReason, alert_of, priority_of
from hotline.states import ItemState, Queue, ReportState
from hotline.triage.content_items import LinkedItem, add_description, description_location, link_items
from hotline.triage.hash_lists.file_services import MATCH_TASK
from hotline.triage.host_priority import SERBIA, apply_lookups, hosts_of
from hotline.triage.priority_reasons import reasons_of
from hotline.triage.rules.services import apply_rules
from hotline.triage.url_normalisation import Location

logger = logging.getLogger(__name__)

# Only the columns that triage needs, a third of all. The commit does not wait for the disk. After a crash the report is
# still received and is triaged again.
_RECEIVED = """
    SELECT id, uuid, category, received_at, danger_now, about_me, locations, priority_reasons,
        EXISTS (SELECT FROM hotline_filehash WHERE report_id = report.id)
            OR EXISTS (SELECT FROM hotline_ownpicture WHERE report_id = report.id) AS has_files,
        set_config('synchronous_commit', 'off', true) AS commits_without_waiting
    FROM hotline_report report WHERE id = %s AND state = %s FOR NO KEY UPDATE SKIP LOCKED
"""
# Raw SQL, because the ORM's save and audit event would take longer than the rest of triage.
_TRIAGED = """
    WITH report AS (
        UPDATE hotline_report SET state = %s, queue = %s, priority = %s, priority_reasons = %s WHERE id = %s RETURNING id
    )
    {event}
"""


def triage_report(*, report_id: int, now: datetime) -> bool:
    """Triage a received report. Returns whether this call did.

    Does nothing if the report is already triaged, or locked by another worker. With an unassessed item the report is
    queued for review. If other cases have all its items, it waits outside the queue and ends with them. Reports of
    danger or by a victim are always queued. Times are rounded down to the hour, like the report's own.
    """
    hour = hour_of(now)
    with transaction.atomic():
        report = _lock_received(report_id)
        if report is None:
            return False
        locations = [Location.from_dict(entry) for entry in report.locations] or [description_location(report)]
        hosts = request_lookups(names=hosts_of(locations), hour=hour)
        items = link_items(report=report, locations=locations, hosts=hosts)
        ruled = apply_rules(items=items, locations=locations)
        unassessed = any(item.state == ItemState.UNASSESSED for item in items)
        if not unassessed and (report.danger_now or report.about_me):
            # An analyst reads the text of a person in distress even if the address is already decided.
            items += add_description(report=report, position=len(items))
            unassessed = True
        serbian = any(host.country == SERBIA for host in hosts.values())
        repeated = any(item.report_count > 1 for item in items)
        reasons = reasons_of(report, locations, repeated=repeated, serbian=serbian, ruled=ruled)
        if alert := alert_of(reasons):
            raise_alert(kind=alert, reference=report.pk)
        _keep_triaged(report, items, queue=Queue.REVIEW if unassessed else None, reasons=reasons, hour=hour)
        _raise_earlier(report, items)
        if not unassessed:
            advance_report(report=Report.objects.get(pk=report.pk), actor=None, now=hour)
        if report.has_files:
            transaction.on_commit(partial(enqueue_task, MATCH_TASK, report_id=report.pk))
    _catch_up(hosts, now)
    return True


def triage_reports(*, report_ids: Iterable[int], now: datetime, seconds: float) -> int:
    """Triage the reports for at most about `seconds`. Returns the number triaged by this call.

    A failed report is logged and stays received. Raises database errors.
    """
    end = time.monotonic() + seconds
    done = 0
    for report_id in report_ids:
        try:
            done += triage_report(report_id=report_id, now=now)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("A report cannot be triaged.", extra={"report_id": report_id})
        if time.monotonic() > end:
            break
    return done


def sweep_received(*, now: datetime, seconds: float) -> int:
    """Triage all received reports, the oldest first. Otherwise like `triage_reports`."""
    waiting = Report.objects.filter(state=ReportState.RECEIVED).order_by("pk").values_list("pk", flat=True)
    return triage_reports(report_ids=waiting[:5000], now=now, seconds=seconds)


def _lock_received(report_id: int) -> Any:
    """Return the received report, locked, with `has_files` (files or codes of own pictures). None if it does not exist or is locked."""
    return next(iter(Report.objects.raw(_RECEIVED, [report_id, ReportState.RECEIVED.value])), None)


def _keep_triaged(
    report: Report, items: Sequence[LinkedItem], *, queue: Queue | None, reasons: list[str], hour: datetime
) -> None:
    priority = priority_of(reasons)
    data: dict[str, int | list[int]] = {"items": [item.pk for item in items], "priority": priority}
    event, event_values = audit_log.audit_cte(
        action="report.triaged", subject=Report, rows="report", actor=None, now=hour, data=data
    )
    columns = [ReportState.TRIAGED.value, queue and queue.value, priority, json.dumps(reasons), report.pk]
    with connection.cursor() as cursor:
        cursor.execute(_TRIAGED.format(event=event), [*columns, *event_values])


def _catch_up(hosts: Mapping[str, KnownHost], now: datetime) -> None:
    """Apply look-ups that ended during this triage. Later ones will find the report themselves."""
    pending = [name for name, host in hosts.items() if host.pending]
    if pending:
        apply_lookups(hosts=Host.objects.filter(name__in=pending, looked_up_at__isnull=False), now=now)


def _raise_earlier(report: Report, items: Sequence[LinkedItem]) -> None:
    """Add the reason "repeated" to the first report of an item that is now reported a second time.

    Only reports in a queue without a claim get it.
    """
    second = [item.pk for item in items if item.report_count == 2]
    if not second:
        return
    first = Report.objects.filter(items__in=second).exclude(pk=report.pk)
    waiting = first.filter(queue__isnull=False, claimed_by__isnull=True)
    # Locked rows are skipped, because their transaction may wait for items that this one has locked.
    for earlier in waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)):
        update_priority(earlier, add=[PriorityReason.REPEATED])
