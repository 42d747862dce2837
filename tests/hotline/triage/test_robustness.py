"""No report is lost or triaged twice when servers or workers are killed."""

import contextlib
import os
from collections.abc import Iterator

import psutil
import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError
from pytest_django import DjangoDbBlocker

from clicksafely.common.models import AuditEvent
from hotline.models import Report
from tests.factories.received_reports import make_report
from tests.hotline.triage.worker_processes import WorkerCluster, running_cluster
from tests.waiting import until


@pytest.fixture(scope="module")
def cluster(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[WorkerCluster]:
    name = f"cluster-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running_cluster(settings.VAR_DIR / name, django_db_blocker) as running:
        yield running


@pytest.fixture(autouse=True)
def _workers(cluster: WorkerCluster) -> Iterator[None]:
    yield
    cluster.stop_workers()


def _make(cluster: WorkerCluster, addresses: str) -> Report:
    with cluster.orm():
        return make_report(addresses)


def _triaged_once(cluster: WorkerCluster, report: Report, count: int = 1) -> None:
    until(lambda: cluster.state(report) == "triaged", what="triage")
    with cluster.orm():
        assert [item.report_count for item in report.items.all()] == [count]
        assert AuditEvent.objects.filter(action="report.triaged", subject_id=report.pk).count() == 1


def test_a_task_delivered_five_times_is_done_once(cluster: WorkerCluster) -> None:
    report = _make(cluster, "https://five.test/")
    for _ in range(5):
        cluster.publish(report.pk)
    cluster.start_worker()
    _triaged_once(cluster, report)


def test_a_pool_process_killed_in_the_middle_is_followed_by_another(cluster: WorkerCluster) -> None:
    worker = cluster.start_worker()
    first, report = _make(cluster, "https://pool.test/"), _make(cluster, "https://pool.test/")
    cluster.publish(first.pk)
    _triaged_once(cluster, first)
    with cluster.held_item("https://pool.test/"):
        cluster.publish(report.pk)
        until(cluster.stands_still)
        (pool_process,) = psutil.Process(worker.pid).children()
        pool_process.kill()
        pool_process.wait()
    _triaged_once(cluster, report, count=2)


def test_a_worker_killed_in_the_middle_loses_nothing(cluster: WorkerCluster) -> None:
    worker = cluster.start_worker()
    first, report = _make(cluster, "https://worker.test/"), _make(cluster, "https://worker.test/")
    cluster.publish(first.pk)
    _triaged_once(cluster, first)
    with cluster.held_item("https://worker.test/"):
        cluster.publish(report.pk)
        until(cluster.stands_still)
        cluster.kill(worker)
    assert cluster.state(report) == "received"
    cluster.start_worker()
    cluster.sweep()
    _triaged_once(cluster, report, count=2)


def test_a_task_survives_the_database_dying_under_it(cluster: WorkerCluster) -> None:
    cluster.start_worker()
    first, report = _make(cluster, "https://under.test/"), _make(cluster, "https://under.test/")
    cluster.publish(first.pk)
    _triaged_once(cluster, first)
    with contextlib.suppress(OperationalError, InterfaceError), cluster.held_item("https://under.test/"):
        cluster.publish(report.pk)
        until(cluster.stands_still)
        cluster.kill_server("postgres")
    # What was triaged in the last instant may be undone, and is done again.
    cluster.sweep()
    until(lambda: cluster.state(first) == cluster.state(report) == "triaged", what="triage")
    _triaged_once(cluster, first, count=2)
    _triaged_once(cluster, report, count=2)
