"""Figures as Prometheus reads them: the text format 0.0.4."""

import json
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from redis.exceptions import RedisError

from awareness.events.models import BookingEmail, EmailState
from clicksafely.common.audit import chain
from clicksafely.common.models import AuditEvent
from clicksafely.common.queue import failed_tasks, heartbeat
from clicksafely.monitoring import request_latency
from clicksafely.monitoring.celery_signals import QUEUED_AT_HEADER
from hotline.models import MailboxState, Notice, OutgoingMail, Report
from hotline.states import Queue, ReportState

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
PREFIX: Final = "clicksafely_"


class MetricSample(NamedTuple):
    """One value; `ending` is what follows the family's name (`_bucket`)."""

    value: float
    labels: Mapping[str, str] = {}
    ending: str = ""


@dataclass(frozen=True)
class MetricFamily:
    """Values of one name, without the prefix of all. `kind`: gauge, counter or histogram."""

    name: str
    help: str
    samples: Sequence[MetricSample] = field(default=())
    kind: str = "gauge"


def render_metrics(families: Iterable[MetricFamily]) -> str:
    """The whole answer."""
    return "".join(_rendered(family) for family in families)


def _rendered(family: MetricFamily) -> str:
    name = PREFIX + family.name
    lines = [f"# HELP {name} {family.help}", f"# TYPE {name} {family.kind}"]
    for sample in family.samples:
        labels = ",".join(f'{key}="{_escaped(value)}"' for key, value in sample.labels.items())
        lines.append(
            f"{name}{sample.ending}{{{labels}}} {sample.value:.15g}"
            if labels
            else f"{name}{sample.ending} {sample.value:.15g}"
        )
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


QUEUES: Final = tuple(heartbeat.HEARTBEAT_BY_QUEUE)
# Counting further is slow, and no alarm needs it.
COUNT_CAP: Final = 1000
STATEMENT_SECONDS: Final = 3


def collect_metrics(now: datetime) -> list[MetricFamily]:
    """All figures; where a server does not answer its own are missing and `up` says so. `now` is aware."""
    families: list[MetricFamily] = []
    up: list[MetricSample] = []
    parts: dict[str, Callable[[], Iterator[MetricFamily]]] = {
        "database": lambda: _of_database(now),
        "broker": _of_broker,
        "disk": _of_disk,
    }
    for part, figures in parts.items():
        try:
            families += figures()
            up.append(MetricSample(1, {"part": part}))
        except (DatabaseError, RedisError, OSError):
            up.append(MetricSample(0, {"part": part}))
    return [
        MetricFamily(
            "up", "Whether a part could be asked, and whether workers and beat have left their signs.", up + _signs()
        ),
        *families,
    ]


def _signs() -> list[MetricSample]:
    try:
        alive = heartbeat.live_processes(settings.REDIS_URL)
    except RedisError:
        return []
    return [MetricSample(sign in alive, {"part": sign}) for sign in heartbeat.HEARTBEATS]


def _of_database(now: datetime) -> Iterator[MetricFamily]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{STATEMENT_SECONDS}s'")
        yield from [*_reports(now), *_mail(now), *_housekeeping(now)]


def _reports(now: datetime) -> Iterator[MetricFamily]:
    free = Report.objects.filter(Q(claimed_by__isnull=True) | Q(claimed_until__lte=now))
    waiting = {"triage": Report.objects.filter(state=ReportState.RECEIVED)}
    waiting |= {queue.value: free.filter(queue=queue) for queue in Queue}
    counts, ages = [], []
    for name, reports in waiting.items():
        counts.append(MetricSample(len(reports.order_by("id").values_list("id")[:COUNT_CAP]), {"for": name}))
        ages.append(
            MetricSample(_age(reports.order_by("id").values_list("received_at", flat=True).first(), now), {"for": name})
        )
    yield MetricFamily(
        "reports_waiting", f"Reports that nobody holds, at most {COUNT_CAP}, by what they wait for.", counts
    )
    yield MetricFamily("reports_oldest_seconds", "Since when the oldest of them waits, to the hour.", ages)


def _mail(now: datetime) -> Iterator[MetricFamily]:
    due: dict[str, QuerySet[OutgoingMail] | QuerySet[BookingEmail] | QuerySet[Notice]] = {
        "reporters": OutgoingMail.objects.filter(state="due", due_at__lte=now),
        "bookings": BookingEmail.objects.filter(state=EmailState.DUE, due_at__lte=now),
        "notices": Notice.objects.filter(due_at__lte=now),
    }
    lag = [
        MetricSample(_age(mails.order_by("due_at").values_list("due_at", flat=True).first(), now), {"to": to})
        for to, mails in due.items()
    ]
    yield MetricFamily("mail_lag_seconds", "How long the longest overdue message has been due.", lag)
    mailbox = MailboxState.objects.first()
    yield MetricFamily(
        "mailbox_failing_seconds",
        "Since when the hotline's mailbox cannot be read; 0: it can, or there is none.",
        [MetricSample(_age(mailbox.failing_since if mailbox else None, now))],
    )


def _housekeeping(now: datetime) -> Iterator[MetricFamily]:
    yield MetricFamily(
        "failed_tasks", "Tasks that failed for good and wait for somebody.", [MetricSample(failed_tasks.count_open())]
    )
    unlinked, oldest = chain.count_unlinked()
    yield MetricFamily("audit_unlinked", "Audit events without a link.", [MetricSample(unlinked)])
    yield MetricFamily("audit_lag_seconds", "Age of the oldest of them.", [MetricSample(_age(oldest, now))])
    made = AuditEvent.objects.filter(action="backup.created").order_by("-id").values_list("at", flat=True).first()
    yield MetricFamily(
        "backup_age_seconds",
        "Age of the newest backup; missing where there is none.",
        [MetricSample(_age(made, now))] if made else [],
    )


def _of_broker() -> Iterator[MetricFamily]:
    lengths, ages = [], []
    with heartbeat.redis_client(settings.REDIS_URL) as server:
        for queue in QUEUES:
            lengths.append(MetricSample(server.llen(queue), {"queue": queue}))
            # Taken from the right.
            ages.append(MetricSample(_message_age(server.lindex(queue, -1)), {"queue": queue}))
        taken = server.hlen("unacked")
    yield MetricFamily("queue_messages", "Messages that no worker has taken.", lengths)
    yield MetricFamily("queue_oldest_seconds", "Age of the oldest of them.", ages)
    yield MetricFamily("queue_taken", "Messages that workers have taken and not finished.", [MetricSample(taken)])
    yield from _requests()


def _message_age(message: bytes | None) -> float:
    if message is None:
        return 0
    queued_at = json.loads(message).get("headers", {}).get(QUEUED_AT_HEADER)
    return max(0.0, time.time() - queued_at) if isinstance(queued_at, int) else 0


def _requests() -> Iterator[MetricFamily]:
    totals: list[MetricSample] = []
    buckets: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    seconds: dict[tuple[str, str], float] = {}
    for (door, route, kind, label), count in sorted(request_latency.stored_counts().items()):
        if kind == "status":
            totals.append(MetricSample(count, {"door": door, "route": route, "status": label}))
        elif kind == "le":
            buckets[door, route][label] = count
        else:
            seconds[door, route] = count / 1_000_000
    yield MetricFamily(
        "requests_total", "Answers of Django by door, first word of the route, and class of status.", totals, "counter"
    )
    samples: list[MetricSample] = []
    for (door, route), found in buckets.items():
        labels, so_far = {"door": door, "route": route}, 0
        for limit in (*map(str, request_latency.BUCKETS), "+Inf"):
            so_far += found.get(limit, 0)
            samples.append(MetricSample(so_far, {**labels, "le": limit}, "_bucket"))
        samples.append(MetricSample(seconds.get((door, route), 0), labels, "_sum"))
        samples.append(MetricSample(so_far, labels, "_count"))
    yield MetricFamily("request_seconds", "Seconds that Django took for an answer.", samples, "histogram")


def _of_disk() -> Iterator[MetricFamily]:
    folders = {"media": Path(settings.MEDIA_ROOT), "var": settings.VAR_DIR}
    usage = {name: shutil.disk_usage(_existing(path)) for name, path in folders.items()}
    yield MetricFamily(
        "disk_free_bytes",
        "Free where a folder lies.",
        [MetricSample(used.free, {"folder": name}) for name, used in usage.items()],
    )
    yield MetricFamily(
        "disk_bytes", "Size of that disk.", [MetricSample(used.total, {"folder": name}) for name, used in usage.items()]
    )


def _existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.exists())


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0
