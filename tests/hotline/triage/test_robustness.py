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
from tests.hotline.triage.worker_processes import Plant, running_plant
from tests.waiting import until


@pytest.fixture(scope="module")
def plant(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Plant]:
    name = f"plant-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running_plant(settings.VAR_DIR / name, django_db_blocker) as running:
        yield running


@pytest.fixture(autouse=True)
def _workers(plant: Plant) -> Iterator[None]:
    yield
    plant.stop_workers()


def _make(plant: Plant, addresses: str) -> Report:
    with plant.orm():
        return make_report(addresses)


def _triaged_once(plant: Plant, report: Report, count: int = 1) -> None:
    until(lambda: plant.state(report) == "triaged", what="triage")
    with plant.orm():
        assert [item.report_count for item in report.items.all()] == [count]
        assert AuditEvent.objects.filter(action="report.triaged", subject_id=report.pk).count() == 1


def test_a_task_delivered_five_times_is_done_once(plant: Plant) -> None:
    report = _make(plant, "https://five.test/")
    for _ in range(5):
        plant.publish(report.pk)
    plant.start_worker()
    _triaged_once(plant, report)


def test_a_pool_process_killed_in_the_middle_is_followed_by_another(plant: Plant) -> None:
    worker = plant.start_worker()
    first, report = _make(plant, "https://pool.test/"), _make(plant, "https://pool.test/")
    plant.publish(first.pk)
    _triaged_once(plant, first)
    with plant.held_item("https://pool.test/"):
        plant.publish(report.pk)
        until(plant.stands_still)
        (pool_process,) = psutil.Process(worker.pid).children()
        pool_process.kill()
        pool_process.wait()
    _triaged_once(plant, report, count=2)


def test_a_worker_killed_in_the_middle_loses_nothing(plant: Plant) -> None:
    worker = plant.start_worker()
    first, report = _make(plant, "https://worker.test/"), _make(plant, "https://worker.test/")
    plant.publish(first.pk)
    _triaged_once(plant, first)
    with plant.held_item("https://worker.test/"):
        plant.publish(report.pk)
        until(plant.stands_still)
        plant.kill(worker)
    assert plant.state(report) == "received"
    plant.start_worker()
    plant.sweep()
    _triaged_once(plant, report, count=2)


def test_a_queue_that_was_emptied_is_swept(plant: Plant) -> None:
    reports = [_make(plant, f"https://swept-{number}.test/") for number in range(3)]
    for report in reports:
        plant.publish(report.pk)
    plant.redis.flushall()
    plant.start_worker()
    plant.sweep()
    for report in reports:
        _triaged_once(plant, report)


def test_a_worker_finds_the_broker_again(plant: Plant) -> None:
    plant.start_worker()
    # kombu ends a worker that loses the broker before it has acknowledged a task; there is no supervisor here to start another.
    until(lambda: plant.redis.hlen("unacked") == 0, what="its acknowledgement")
    plant.kill_server("valkey")
    report = _make(plant, "https://broker.test/")
    plant.broker.release()
    plant.publish(report.pk)
    _triaged_once(plant, report)


def test_a_worker_finds_the_database_again(plant: Plant) -> None:
    plant.start_worker()
    before = _make(plant, "https://before.test/")
    plant.publish(before.pk)
    _triaged_once(plant, before)
    plant.kill_server("postgres")
    report = _make(plant, "https://database.test/")
    plant.publish(report.pk)
    _triaged_once(plant, report)


def test_a_task_survives_the_database_dying_under_it(plant: Plant) -> None:
    plant.start_worker()
    first, report = _make(plant, "https://under.test/"), _make(plant, "https://under.test/")
    plant.publish(first.pk)
    _triaged_once(plant, first)
    with contextlib.suppress(OperationalError, InterfaceError), plant.held_item("https://under.test/"):
        plant.publish(report.pk)
        until(plant.stands_still)
        plant.kill_server("postgres")
    # What was triaged in the last instant may be undone, and is done again.
    plant.sweep()
    until(lambda: plant.state(first) == plant.state(report) == "triaged", what="triage")
    _triaged_once(plant, first, count=2)
    _triaged_once(plant, report, count=2)


def test_the_clock_finds_the_broker_again_and_sweeps_what_was_never_queued(plant: Plant) -> None:
    plant.start_worker()
    plant.start_beat()
    plant.kill_server("valkey")
    report = _make(plant, "https://clock.test/")
    until(lambda: plant.state(report) == "triaged", what="the sweep")
    _triaged_once(plant, report)
