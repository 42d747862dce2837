"""The tasks of the hash lists as a real worker runs them, also after an import that was killed, and without a broker."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.db.models.functions import Now
from kombu import Connection
from pytest_django.fixtures import Settings

from clicksafely.celery import app
from clicksafely.common.queue import enqueue
from hotline.models import FileHash, HashList, HashMatch, ListedHash, ListState
from hotline.triage.hash_lists import file_services, list_services, tasks
from hotline.triage.tasks import triage_report
from tests.factories.received_reports import make_report
from tests.hotline.triage.hash_lists.lists import added, file_of, md5, written
from tests.live_portal import Site
from tests.servers import BASE_DIR
from tests.waiting import until


@pytest.fixture
def portal(site: Site, settings: Settings) -> Site:
    """The running portal, whose folder of lists this process shares."""
    settings.MEDIA_ROOT = site.var_dir / "media"
    return site


def send_task(portal: Site, task: Any, **kwargs: int) -> None:
    with Connection(portal.env["REDIS_URL"].replace("unix://", "redis+socket://", 1)) as broker:
        task.apply_async(kwargs=kwargs, connection=broker)


def state(portal: Site, hash_list: HashList) -> tuple[str, int]:
    with portal.orm():
        return HashList.objects.values_list("state", "entries").get(pk=hash_list.pk)


def test_from_the_file_to_the_match_and_the_next_version(portal: Site) -> None:
    with portal.orm():
        report = make_report("https://hashes.test/")
        file = file_of(report, md5=md5("walk"))
    send_task(portal, triage_report, report_id=report.pk)

    def matched_at() -> object:
        with portal.orm():
            return FileHash.objects.get(pk=file.pk).matched_at

    # Triage asks for the match; there is no list yet.
    until(matched_at, what="the match after triage")
    with portal.orm():
        first = added(written([md5("walk")]), name="Walk")
    send_task(portal, tasks.import_hash_list, list_id=first.pk)
    until(lambda: state(portal, first) == (ListState.ACTIVE, 1), what="the import")
    # The import asks for the sweep.
    until(matched_at, what="the match after the import")
    with portal.orm():
        assert HashMatch.objects.get(file_hash=file).hash_list == first
        second = added(written([md5("walked"), md5("walks")]), name="Walk", replaces=True)
    send_task(portal, tasks.import_hash_list, list_id=second.pk)
    until(lambda: state(portal, first)[0] == ListState.REMOVED, what="the erasing of the former version")
    with portal.orm():
        assert [ListedHash.objects.filter(hash_list=each).count() for each in (first, second)] == [0, 2]


def test_an_import_that_was_killed_in_the_middle_is_begun_again_by_a_worker(portal: Site, tmp_path: Path) -> None:
    digests = [md5(str(number)) for number in range(105_000)]
    file = tmp_path / "list.txt"
    file.write_bytes(written([*digests, digests[0]]))
    command = [sys.executable, "manage.py", "import_hashes", str(file), "--name", "Killed", "--layout", "md5"]
    importer = subprocess.Popen(
        [*command, "--source", "Example hotline", "--label", "baseline"], cwd=BASE_DIR, env=portal.env
    )

    def stored() -> int:
        with portal.orm():
            return ListedHash.objects.filter(hash_list__name="Killed").count()

    try:
        until(lambda: 0 < stored() < 105_000, what="half an import")
    finally:
        importer.kill()
        importer.wait()
    with portal.orm():
        hash_list = HashList.objects.get(name="Killed")
        assert (hash_list.state, hash_list.entries) == (ListState.IMPORTING, 0)
        # The killed process does not return: its lease expires.
        HashList.objects.filter(pk=hash_list.pk).update(lease_until=Now() - timedelta(seconds=1))
    send_task(portal, tasks.sweep_hash_lists)
    until(lambda: state(portal, hash_list) == (ListState.ACTIVE, 105_000), what="the second attempt")
    with portal.orm():
        assert (stored(), HashList.objects.get(pk=hash_list.pk).duplicates) == (105_000, 1)


@pytest.mark.django_db
def test_the_sweep_matches_unmatched_files() -> None:
    report = make_report(state="triaged")
    file = file_of(report, md5=md5("a"))
    tasks.sweep_unmatched.apply(throw=True)
    file.refresh_from_db()
    assert file.matched_at is not None


@pytest.mark.django_db
def test_the_sweep_of_lists_enqueues_unfinished_work(monkeypatch: pytest.MonkeyPatch) -> None:
    enqueued: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(tasks, "enqueue_task", lambda task, **kwargs: enqueued.append((task, kwargs)))
    lists = [added(written([md5(name)]), name=name) for name in ("waiting", "importing", "removing", "refused")]
    for hash_list in lists:
        HashList.objects.filter(pk=hash_list.pk).update(state=hash_list.name)
    tasks.sweep_hash_lists.apply(throw=True)
    assert enqueued == [
        ("hotline.import_hash_list", {"list_id": lists[0].pk}),
        ("hotline.import_hash_list", {"list_id": lists[1].pk}),
        ("hotline.erase_hash_list", {"list_id": lists[2].pk}),
    ]


def test_a_dead_broker_raises_nothing(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    dead = Celery("dead", broker="redis+socket:///nowhere/valkey.sock", set_as_current=False)
    dead.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(enqueue, "current_app", dead)
    enqueue.enqueue_task(file_services.MATCH_TASK, report_id=1)
    assert [record.levelname for record in caplog.records if record.name == enqueue.__name__] == ["WARNING"]


def test_the_tasks_are_known_by_their_names_and_in_time() -> None:
    for name in (
        file_services.MATCH_TASK,
        list_services.IMPORT_TASK,
        list_services.ERASE_TASK,
        list_services.SWEEP_TASK,
        "hotline.sweep_hash_lists",
    ):
        task = app.tasks[name]
        assert (task.acks_late, task.soft_time_limit < task.time_limit) == (True, True)
    assert app.tasks[list_services.SWEEP_TASK].soft_time_limit > tasks.SECONDS
    schedule = app.conf.beat_schedule
    assert (schedule["hotline.sweep_unmatched"]["schedule"], schedule["hotline.sweep_unmatched"]["task"]) == (
        timedelta(seconds=15),
        list_services.SWEEP_TASK,
    )
    assert schedule["hotline.sweep_hash_lists"]["task"] == "hotline.sweep_hash_lists"
