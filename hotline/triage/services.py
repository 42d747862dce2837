"""Triage: links a received report to its content items and puts it in the queue."""

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef

from clicksafely.common import audit
from hotline.hosting.lookup import KnownHost, want_hosts
from hotline.lifecycle.transitions import advance_report
from hotline.models import FileHash, Host, Report
from hotline.reasons import Reason, priority_of
from hotline.states import ItemState, Queue, ReportState
from hotline.triage.canonical import Location
from hotline.triage.hashes.asking import MATCH, ask
from hotline.triage.hosting import SERBIA, hosts_of, settle_hosts
from hotline.triage.items import LinkedItem, described, link_items
from hotline.triage.priority import reasons_of
from hotline.triage.rules.services import apply_rules

logger = logging.getLogger(__name__)

_NOBODY = -1
# What triage has no use for is the greater part of a row.
_KEYS = ("receipt_digest", "reporter_salt", "reporter_public_key", "state_digest")


def triage_report(*, report_id: int, now: datetime) -> bool:
    """Take a report from received to where its items are; whether it was this call that did.

    Does nothing for a report that is triaged already, or is being triaged by somebody else at this moment. With an unassessed item the
    report waits for review; where its items are in other cases' hands it waits without a queue and ends with them, at once if they have
    all ended. What it writes about times is rounded down to the hour, as the report's own time is.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        _commit_without_waiting()
        report = _lock_received(report_id)
        if report is None:
            return False
        locations = [Location.from_dict(entry) for entry in report.locations] or [described(report)]
        hosts = want_hosts(names=hosts_of(locations), hour=hour)
        items = link_items(report=report, locations=locations, hosts=hosts)
        ruled = apply_rules(items=items, locations=locations)
        unassessed = any(item.state == ItemState.UNASSESSED for item in items)
        report.state = ReportState.TRIAGED
        report.queue = Queue.REVIEW if unassessed else None
        serbian = any(host.country == SERBIA for host in hosts.values())
        repeated = any(item.report_count > 1 for item in items)
        _prioritise(report, reasons_of(report, locations, repeated=repeated, serbian=serbian, ruled=ruled))
        report.save(update_fields=["state", "queue", "priority", "priority_reasons"])
        data: dict[str, int | list[int]] = {"items": [item.pk for item in items], "priority": report.priority}
        audit.record(action="report.triaged", subject=report, actor=None, now=hour, data=data)
        _raise_earlier(report, items)
        if not unassessed:
            advance_report(report=report, actor=None, now=hour)
        if report.has_files:
            transaction.on_commit(partial(ask, MATCH, report_id=report.pk))
    _catch_up(hosts, now)
    return True


def triage_reports(*, report_ids: Iterable[int], now: datetime, seconds: float) -> int:
    """Triage these one after the other for at most about so many seconds; returns how many it was that this call triaged.

    A report that fails is logged and left as it is. Raises what the database raises when it is not there.
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
    """Triage what waits as received, the oldest first; otherwise like `triage_reports`."""
    waiting = Report.objects.filter(state=ReportState.RECEIVED).order_by("pk").values_list("pk", flat=True)
    return triage_reports(report_ids=waiting[:5000], now=now, seconds=seconds)


def _lock_received(report_id: int) -> Any:
    """The received report, locked, with `has_files`; None where it is not there, or somebody else has it at this moment."""
    sql, parameters = _received_statement()
    return next(iter(Report.objects.raw(sql, [report_id if each == _NOBODY else each for each in parameters])), None)


@cache
def _received_statement() -> tuple[str, tuple[Any, ...]]:
    """What reads and locks report `_NOBODY`: making it anew for each report would cost more than running it."""
    received = Report.objects.filter(pk=_NOBODY, state=ReportState.RECEIVED).defer(*_KEYS)
    received = received.annotate(has_files=Exists(FileHash.objects.filter(report=OuterRef("pk"))))
    sql, parameters = received.select_for_update(skip_locked=True, no_key=True).query.sql_with_params()
    return sql, tuple(parameters)


def _commit_without_waiting() -> None:
    """Do not wait for the disk: should the machine die within that second, the report is received still and is triaged again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit TO off")


def _catch_up(hosts: Mapping[str, KnownHost], now: datetime) -> None:
    """What was being looked up while this report was triaged: it is found now, or the look-up will find the report."""
    pending = [name for name, host in hosts.items() if host.pending]
    if pending:
        settle_hosts(hosts=Host.objects.filter(name__in=pending, looked_up_at__isnull=False), now=now)


def _prioritise(report: Report, reasons: Sequence[str]) -> None:
    report.priority_reasons = list(reasons)
    report.priority = priority_of(report.priority_reasons)


def _raise_earlier(report: Report, items: Sequence[LinkedItem]) -> None:
    """Where this is the second report of an item, the first one is repeated now too, if it waits and nobody is at work on it."""
    second = [item.pk for item in items if item.report_count == 2]
    if not second:
        return
    first = Report.objects.filter(items__in=second).exclude(pk=report.pk)
    waiting = first.filter(queue__isnull=False, claimed_by__isnull=True)
    # Locked rows are skipped: who holds one may be waiting for the items that this transaction holds.
    for earlier in waiting.select_for_update(skip_locked=True, no_key=True, of=("self",)):
        codes = {*earlier.priority_reasons, Reason.REPEATED.value}
        _prioritise(earlier, [reason.value for reason in Reason if reason in codes])
        earlier.save(update_fields=["priority", "priority_reasons"])
