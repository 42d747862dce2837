"""Sweeps of unmatched files and of unfinished lists."""

import pytest

from hotline.models import HashList
from hotline.triage.hash_lists import tasks
from tests.factories.received_reports import make_report
from tests.hotline.triage.hash_lists.lists import added, file_of, md5, written


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
