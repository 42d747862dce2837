"""Metrics for Prometheus."""

import json
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from redis.exceptions import RedisError

from awareness.events.models import BookingEmail
from clicksafely.common.alerts import selectors as alerts
from clicksafely.common.audit import chain
from clicksafely.common.clock import hour_of
from clicksafely.common.models import AuditEvent
from clicksafely.common.queue import failed_tasks, heartbeat
from clicksafely.monitoring import request_latency
from clicksafely.monitoring.celery_signals import QUEUED_AT_HEADER
from hotline.models import MailboxState, Notice, OutgoingMail, Report
from hotline.states import Queue, ReportState

PREFIX: Final = "clicksafely_"
QUEUES: Final = tuple(heartbeat.HEARTBEAT_BY_QUEUE)
# Counting further is slow and irrelevant for alerts.
COUNT_CAP: Final = 1000
STATEMENT_SECONDS: Final = 3


class MetricsCollector:
    """The metrics at `now` (aware), as `prometheus_client.generate_latest` reads a registry.

    If a server is unavailable, its metrics are missing and `up` reports it.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterable[Metric]:
        """Return all metrics."""
        metrics: list[Metric] = []
        up: dict[str, float] = {}
        parts: dict[str, Callable[[], Iterator[Metric]]] = {
            "database": lambda: _of_database(self.now),
            "broker": _of_broker,
            "disk": _of_disk,
        }
        for part, of_part in parts.items():
            try:
                metrics += of_part()
                up[part] = 1
            except (DatabaseError, RedisError, OSError):
                up[part] = 0
        up |= _heartbeats()
        return [
            _gauge("up", "Availability of a server, or a recent heartbeat of workers and beat.", up, "part"),
            *metrics,
        ]


def _gauge(name: str, documentation: str, values: Mapping[str, float] | float, label: str = "") -> Metric:
    """Return a gauge with one value, or with one value for each value of `label`."""
    if isinstance(values, Mapping):
        family = GaugeMetricFamily(PREFIX + name, documentation, labels=[label])
        for key, value in values.items():
            family.add_metric([key], value)
        return family
    return GaugeMetricFamily(PREFIX + name, documentation, value=values)


def _heartbeats() -> dict[str, float]:
    try:
        alive = heartbeat.live_processes(settings.REDIS_URL)
    except RedisError:
        return {}
    return {name: float(name in alive) for name in heartbeat.HEARTBEATS}


def _of_database(now: datetime) -> Iterator[Metric]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
        yield from [*_reports(now), *_mail(now), *_housekeeping(now)]


def _reports(now: datetime) -> Iterator[Metric]:
    # Not those of the current hour: a number that rises would date a report.
    past_reports = Report.objects.filter(received_at__lt=hour_of(now))
    free = past_reports.filter(Q(claimed_by__isnull=True) | Q(claimed_until__lte=now))
    pending = {"triage": past_reports.filter(state=ReportState.RECEIVED)}
    pending |= {queue.value: free.filter(queue=queue) for queue in Queue}
    counts = {name: len(reports.order_by("id").values_list("id")[:COUNT_CAP]) for name, reports in pending.items()}
    oldest = {
        name: _age(reports.order_by("id").values_list("received_at", flat=True).first(), now)
        for name, reports in pending.items()
    }
    yield _gauge(
        "reports_waiting",
        f"Reports of past hours without a claim, at most {COUNT_CAP}, by the pending step.",
        counts,
        "for",
    )
    yield _gauge("reports_oldest_seconds", "Time since the oldest of them became pending, to the hour.", oldest, "for")


def _mail(now: datetime) -> Iterator[Metric]:
    due: dict[str, QuerySet[OutgoingMail] | QuerySet[BookingEmail] | QuerySet[Notice]] = {
        "reporters": OutgoingMail.objects.filter(due_at__lte=now),
        "bookings": BookingEmail.objects.filter(due_at__lte=now),
        "notices": Notice.objects.filter(due_at__lte=now),
    }
    lag = {
        to: _age(mails.order_by("due_at").values_list("due_at", flat=True).first(), now) for to, mails in due.items()
    }
    yield _gauge("mail_lag_seconds", "Time since the longest overdue message became due.", lag, "to")
    mailbox = MailboxState.objects.first()
    yield _gauge(
        "mailbox_failing_seconds",
        "Time since the hotline's mailbox became unreadable; 0 if it is readable or not configured.",
        _age(mailbox.failing_since if mailbox else None, now),
    )


def _housekeeping(now: datetime) -> Iterator[Metric]:
    yield _gauge("failed_tasks", "Permanently failed tasks that await a decision.", failed_tasks.count_open())
    # No numbers of alerts: one that rises would date a report.
    faults = alerts.alerting_faults(now)
    yield _gauge(
        "alerting_fault",
        "1 if alerts to the people on duty are not planned, not sent, or overdue.",
        {fault.value: float(fault in faults) for fault in alerts.AlertingFault},
        "fault",
    )
    unlinked, oldest = chain.count_unlinked()
    yield _gauge("audit_unlinked", "Audit events without a link.", unlinked)
    yield _gauge(
        "audit_lag_seconds",
        "Age of the oldest audit event without a link; its time may be rounded down to the hour.",
        _age(oldest, now),
    )
    created = AuditEvent.objects.filter(action="backup.created").order_by("-id").values_list("at", flat=True).first()
    if created:
        yield _gauge("backup_age_seconds", "Age of the newest backup; missing if there is none.", _age(created, now))


def _of_broker() -> Iterator[Metric]:
    with heartbeat.redis_client(settings.REDIS_URL) as server:
        lengths = {queue: server.llen(queue) for queue in QUEUES}
        # Workers take messages from the right end.
        ages = {queue: _message_age(server.lindex(queue, -1)) for queue in QUEUES}
        taken = server.hlen("unacked")
    yield _gauge("queue_messages", "Messages waiting in the queue.", lengths, "queue")
    yield _gauge("queue_oldest_seconds", "Age of the oldest message waiting in the queue.", ages, "queue")
    yield _gauge("queue_taken", "Messages taken by workers and not finished.", taken)
    yield from _requests()


def _message_age(message: bytes | None) -> float:
    if message is None:
        return 0
    queued_at = json.loads(message).get("headers", {}).get(QUEUED_AT_HEADER)
    return max(0.0, time.time() - queued_at) if isinstance(queued_at, int) else 0


def _requests() -> Iterator[Metric]:
    totals = CounterMetricFamily(
        f"{PREFIX}requests",
        "Responses of Django by process, route (admin, public, static, none), and status class.",
        labels=["portal", "route", "status"],
    )
    latency = HistogramMetricFamily(
        f"{PREFIX}request_seconds", "Response time of Django in seconds.", labels=["portal", "route"]
    )
    buckets: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    seconds: dict[tuple[str, str], float] = {}
    for (portal, route, kind, label), count in sorted(request_latency.stored_counts().items()):
        if kind == "status":
            totals.add_metric([portal, route, label], count)
        elif kind == "le":
            buckets[portal, route][label] = count
        else:
            seconds[portal, route] = count / 1_000_000
    for key, counted in buckets.items():
        limits = [*map(str, request_latency.BUCKETS), "+Inf"]
        cumulative = accumulate(counted.get(limit, 0) for limit in limits)
        latency.add_metric(key, list(zip(limits, cumulative, strict=True)), seconds.get(key, 0))
    yield totals
    yield latency


def _of_disk() -> Iterator[Metric]:
    folders = {"media": Path(settings.MEDIA_ROOT), "var": settings.VAR_DIR}
    usage = {name: shutil.disk_usage(_existing(path)) for name, path in folders.items()}
    free, size = ({name: getattr(used, kind) for name, used in usage.items()} for kind in ("free", "total"))
    yield _gauge("disk_free_bytes", "Free space on the disk of a folder.", free, "folder")
    yield _gauge("disk_bytes", "Size of the disk of a folder.", size, "folder")


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0
