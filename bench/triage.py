"""P4: triage of reports against empty tasks, and the delay until triage; with host look-ups.

Every report has a different host. The look-up worker runs concurrently, so the result includes its effect on triage.
"""

import contextlib
import http.client
import os
import secrets
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.db import connection

from bench.environment import FLOOR, PORTAL, BenchEnvironment
from bench.figures import Figure, at_least, at_most
from bench.floor.queue import noop
from bench.load import ROUNDS, BenchError, say
from bench.reports import prime
from clicksafely.common.clock import hour_of
from clicksafely.devserver.mock_services.dns import Name, running_dns
from clicksafely.devserver.mock_services.networks import write_databases
from hotline.categories import CSAM
from hotline.models import Channel, Host, Report
from hotline.states import ReportState
from hotline.triage.tasks import triage_report

DRAIN_BAR, WAIT_SECONDS = 0.25, 2.0
TASKS = 2000
# The pool processes start one after the other, so timing starts after this many tasks.
STARTED = 50
A_SECOND, SECONDS = 20, 15


def measure(environment: BenchEnvironment) -> list[Figure]:
    """The drain of a full queue, and the delay from a report's response to its triage at 20 reports a second."""
    # Untriaged reports of an earlier benchmark would postpone look-ups forever.
    Report.objects.filter(state=ReportState.RECEIVED).update(state=ReportState.SPAM)
    with _name_server():
        return [_draining(environment), _waiting(environment)]


@contextlib.contextmanager
def _name_server() -> Iterator[None]:
    """A name server that resolves every host, and network databases, for the workers started inside the block."""
    with running_dns() as server, tempfile.TemporaryDirectory() as folder:
        server.fallback = Name(("192.0.2.140", "2001:db8:8000::5"))
        write_databases(Path(folder))
        named = {"DNS_RESOLVERS": server.address, "MMDB_DIR": folder}
        os.environ.update(named)
        yield
        for name in named:
            del os.environ[name]


def _draining(environment: BenchEnvironment) -> Figure:
    queue = redis.Redis.from_url(environment.redis_url)
    rates, ratios = [], []
    floors = [_drain(environment, queue, FLOOR, _enqueue_nothing)]
    for number in range(1, ROUNDS + 1):
        rates.append(_drain(environment, queue, PORTAL, _enqueue_reports))
        floors.append(_drain(environment, queue, FLOOR, _enqueue_nothing))
        ratios.append(rates[-1] / statistics.mean(floors[-2:]))
        say(f"  triage, round {number}: {rates[-1]:,.0f}/s, floor {floors[-1]:,.0f}/s, ratio {ratios[-1]:.2f}")
    queue.close()
    rate, floor, ratio = statistics.median(rates), statistics.median(floors), statistics.median(ratios)
    return at_least("P4", "triage, draining the queue", rate, floor, ratio, DRAIN_BAR)


def _drain(environment: BenchEnvironment, queue: redis.Redis, project: str, enqueue: Callable[[], None]) -> float:
    """Tasks per second, from the first completed ones to the last."""
    queue.flushdb()
    last = _last_report()
    enqueue()

    def waiting_tasks() -> int:
        if project == FLOOR:
            return int(queue.llen("floor")) + int(queue.hlen("unacked"))
        return Report.objects.filter(pk__gt=last, state=ReportState.RECEIVED).count()

    before = waiting_tasks()
    with contextlib.ExitStack() as workers:
        workers.enter_context(environment.worker(project))
        if project == PORTAL:
            workers.enter_context(environment.worker(project, "outside"))
        _until(lambda: waiting_tasks() <= before - STARTED)
        start, remaining = time.monotonic(), waiting_tasks()
        _until(lambda: not waiting_tasks(), every=0.02)
        seconds = time.monotonic() - start
        if project == PORTAL:
            _until(lambda: not Host.objects.filter(next_lookup_at__isnull=False).exists())
            say(
                f"  {TASKS:,} hosts looked up {time.monotonic() - start:.1f} s after the first triage, triage took {seconds:.1f} s"
            )
            if Host.objects.exclude(problem="").exists():
                raise BenchError("Hosts could not be looked up.")
    return remaining / seconds


def _enqueue_nothing() -> None:
    for number in range(TASKS):
        noop.apply_async(kwargs={"number": number})


def _enqueue_reports() -> None:
    reports = Report.objects.bulk_create(_report(number) for number in range(TASKS))
    for report in reports:
        triage_report.apply_async(kwargs={"report_id": report.pk})


def _report(number: int) -> Report:
    canonical = f"https://forum-{number}-{secrets.token_hex(4)}.example.org/{secrets.token_hex(6)}"
    return Report(
        channel=Channel.WEB,
        category=CSAM.code,
        language="sr",
        received_at=hour_of(datetime.now(UTC)),
        receipt_digest=secrets.token_bytes(32),
        reporter_salt=secrets.token_bytes(16),
        reporter_public_key=secrets.token_bytes(1216),
        state_digest=secrets.token_bytes(32),
        locations=[{"kind": "url", "canonical": canonical}],
    )


def _waiting(environment: BenchEnvironment) -> Figure:
    """Send reports through the last step of the form at a steady rate, and poll the table."""
    count = A_SECOND * SECONDS
    prime(environment, count)
    states = (environment.var_dir / "states.1").read_text().split() + (
        environment.var_dir / "states.2"
    ).read_text().split()
    answered: list[float] = []
    with environment.worker(PORTAL), environment.worker(PORTAL, "outside"):
        sender = threading.Thread(target=_send, args=[environment, states[:count], answered])
        _warm_up()
        last = _last_report()
        sender.start()
        triaged: list[float] = []
        # Reports are answered and triaged in nearly the same order, so the n-th triage is compared with the n-th
        # response.
        _until(lambda: _watch(last, triaged) >= count)
        sender.join()
    waits = sorted(max(0.0, done - sent) for sent, done in zip(answered, triaged, strict=True))
    return at_most(
        "P4", f"from answer to triaged at {A_SECOND}/s, 95th percentile", waits[int(count * 0.95)], WAIT_SECONDS, "s"
    )


def _last_report() -> int:
    return Report.objects.order_by("pk").values_list("pk", flat=True).last() or 0


def _watch(last: int, triaged: list[float]) -> int:
    done = Report.objects.filter(pk__gt=last).exclude(state=ReportState.RECEIVED).count()
    triaged += [time.monotonic()] * (done - len(triaged))
    return done


def _send(environment: BenchEnvironment, states: list[str], answered: list[float]) -> None:
    host = urlsplit(environment.portal)
    client = http.client.HTTPConnection(host.hostname or "", host.port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    begin = time.monotonic()
    for number, state in enumerate(states):
        time.sleep(max(0.0, begin + number / A_SECOND - time.monotonic()))
        client.request("POST", "/sr/report/sent/", f"state={state}", headers)
        answer = client.getresponse()
        answer.read()
        if answer.status != http.client.OK:
            raise BenchError(f"The portal answered {answer.status} to a report.")
        answered.append(time.monotonic())
    client.close()


def _warm_up() -> None:
    """Wait until the worker has triaged a first report, which is not counted."""
    report = _report(0)
    report.save()
    triage_report.apply_async(kwargs={"report_id": report.pk})
    _until(lambda: not Report.objects.filter(pk=report.pk, state=ReportState.RECEIVED).exists())


def _until(condition: Callable[[], bool], seconds: float = 120, every: float = 0.01) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            connection.close()
            raise BenchError("The worker makes no progress: see the logs under var/bench.")
        time.sleep(every)
