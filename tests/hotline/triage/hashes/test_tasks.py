"""The tasks of the hash lists as a real worker runs them, killed and without its broker."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.db.models.functions import Now
from pytest_django import DjangoDbBlocker

from clicksafely.celery import app
from hotline.models import FileHash, HashList, HashMatch, ListedHash, ListState
from hotline.triage.hashes import asking, tasks
from tests.hotline.triage.hashes.lists import added, file_of, md5, written
from tests.hotline.triage.plant import Plant, running_plant
from tests.hotline.triage.reports import make_report
from tests.waiting import until


@pytest.fixture(scope="module")
def plant(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Plant]:
    name = f"hash-plant-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with running_plant(settings.VAR_DIR / name, django_db_blocker) as running:
        yield running


@pytest.fixture(autouse=True)
def _workers(plant: Plant, lists_folder: Path) -> Iterator[None]:
    plant.env["MEDIA_ROOT"] = str(lists_folder.parent)
    yield
    plant.stop_workers()


def ask(plant: Plant, task: Any, **kwargs: int) -> None:
    task.apply_async(kwargs=kwargs, connection=plant.broker)


def state(plant: Plant, hash_list: HashList) -> tuple[str, int]:
    with plant.orm():
        return HashList.objects.values_list("state", "entries").get(pk=hash_list.pk)


def test_from_the_file_to_the_match_and_the_next_version(plant: Plant) -> None:
    with plant.orm():
        report = make_report("https://hashes.test/")
        file = file_of(report, md5=md5("a"))
    plant.start_worker()
    plant.publish(report.pk)

    def matched_at() -> object:
        with plant.orm():
            return FileHash.objects.get(pk=file.pk).matched_at

    # Triage asks for the match; there is no list yet.
    until(matched_at, what="the match after triage")
    with plant.orm():
        first = added(written([md5("a")]), name="Walk")
    ask(plant, tasks.import_hash_list, list_id=first.pk)
    until(lambda: state(plant, first) == (ListState.ACTIVE, 1), what="the import")
    # The import asks for the sweep.
    until(matched_at, what="the match after the import")
    with plant.orm():
        assert HashMatch.objects.get(file_hash=file).hash_list == first
        second = added(written([md5("b"), md5("c")]), name="Walk", replaces=True)
    ask(plant, tasks.import_hash_list, list_id=second.pk)
    until(lambda: state(plant, first)[0] == ListState.REMOVED, what="the erasing of the former version")
    with plant.orm():
        assert [ListedHash.objects.filter(hash_list=each).count() for each in (first, second)] == [0, 2]


def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(plant: Plant) -> None:
    digests = [md5(str(number)) for number in range(105_000)]
    with plant.orm():
        hash_list = added(written([*digests, digests[0]]), name="Killed")
    worker = plant.start_worker()

    def stored() -> int:
        with plant.orm():
            return ListedHash.objects.filter(hash_list=hash_list).count()

    ask(plant, tasks.import_hash_list, list_id=hash_list.pk)
    until(lambda: 0 < stored() < 105_000, seconds=60, what="half an import")
    plant.kill(worker)
    assert state(plant, hash_list) == (ListState.IMPORTING, 0)
    # Who held it does not come back: its time runs out.
    with plant.orm():
        HashList.objects.filter(pk=hash_list.pk).update(lease_until=Now() - timedelta(seconds=1))
    plant.redis.flushall()
    plant.start_worker()
    ask(plant, tasks.sweep_hash_lists)
    until(lambda: state(plant, hash_list) == (ListState.ACTIVE, 105_000), seconds=60, what="the second attempt")
    with plant.orm():
        assert (stored(), HashList.objects.get(pk=hash_list.pk).duplicates) == (105_000, 1)


@pytest.mark.django_db
def test_the_sweep_matches_what_no_task_has_reached() -> None:
    report = make_report(state="triaged")
    file = file_of(report, md5=md5("a"))
    tasks.sweep_unmatched.apply(throw=True)
    file.refresh_from_db()
    assert file.matched_at is not None


@pytest.mark.django_db
def test_the_sweep_of_lists_asks_for_what_is_left_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(tasks, "ask", lambda task, **kwargs: asked.append((task, kwargs)))
    lists = [added(written([md5(name)]), name=name) for name in ("waiting", "importing", "removing", "refused")]
    for hash_list in lists:
        HashList.objects.filter(pk=hash_list.pk).update(state=hash_list.name)
    tasks.sweep_hash_lists.apply(throw=True)
    assert asked == [
        ("hotline.import_hash_list", {"list_id": lists[0].pk}),
        ("hotline.import_hash_list", {"list_id": lists[1].pk}),
        ("hotline.erase_hash_list", {"list_id": lists[2].pk}),
    ]


def test_a_dead_broker_raises_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    dead = Celery("dead", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    dead.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(asking, "current_app", dead)
    asking.ask(asking.MATCH, report_id=1)
    assert [record.levelname for record in caplog.records if record.name == asking.__name__] == ["WARNING"]


def test_the_tasks_are_known_by_their_names_and_in_time() -> None:
    for name in (asking.MATCH, asking.IMPORT, asking.ERASE, asking.SWEEP, "hotline.sweep_hash_lists"):
        task = app.tasks[name]
        assert (task.acks_late, task.soft_time_limit < task.time_limit) == (True, True)
    assert app.tasks[asking.SWEEP].soft_time_limit > tasks.SECONDS
    schedule = app.conf.beat_schedule
    assert (schedule["sweep-unmatched"]["schedule"], schedule["sweep-unmatched"]["task"]) == (
        timedelta(seconds=15),
        asking.SWEEP,
    )
    assert schedule["sweep-hash-lists"]["task"] == "hotline.sweep_hash_lists"
