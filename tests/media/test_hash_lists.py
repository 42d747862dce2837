"""Hash list files shared by the staff process and a worker on another machine."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from clicksafely.common.files.disk_storage import StorageUnavailable
from hotline.models import HashList, ListState
from hotline.triage.hash_lists import files, pdq_index, views
from hotline.triage.hash_lists.list_import import erase_list, import_list
from hotline.triage.hash_lists.list_services import remove_list
from tests.clients.staff import signed_in
from tests.hotline.triage.hash_lists.lists import NOW, added, imported, md5, sha256, written
from tests.media.conftest import Shared
from tests.mock_services.s3 import refusing_service

pytestmark = pytest.mark.django_db
LIST_FIELDS = {
    "name": "Drawn shapes",
    "source": "Example",
    "label": "baseline",
    "meaning": "csam",
    "layout": "md5",
    "whole": "1",
}


@pytest.fixture
def lead(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(views, "enqueue_task", lambda task, **kwargs: None)
    return signed_in("lead", "supervisor").client


def send(client: Client) -> int:
    file = SimpleUploadedFile("list.txt", written([md5("a"), md5("b")]))
    response = client.post("/admin/hotline/hash-lists/add/", LIST_FIELDS | {"file": file})
    if response.status_code == 422:
        assert list(response.context["form"].errors) == ["file"]
    return response.status_code


def test_sent_to_one_machine_a_worker_on_another_imports_it(shared: Shared, lead: Client) -> None:
    assert send(lead) == 302
    hash_list = HashList.objects.get()
    assert shared.files() == {f"hash-lists/{hash_list.uuid}.list": written([md5("a"), md5("b")])}
    with shared.machine("worker"):
        assert import_list(list_id=hash_list.pk, clock=timezone.now)
    hash_list.refresh_from_db()
    assert (hash_list.state, hash_list.entries) == (ListState.ACTIVE, 2)
    assert (shared.files(), shared.local_files()) == ({}, [])


def test_a_refusing_bucket_is_an_error_at_the_field(shared: Shared, lead: Client) -> None:
    with refusing_service(403, "AccessDenied") as endpoint, shared.without_bucket(endpoint):
        assert send(lead) == 422
    assert (HashList.objects.count(), shared.files(), shared.local_files()) == (0, {}, [])


def test_an_unreachable_bucket_delays_the_import(shared: Shared) -> None:
    hash_list = added(written([md5("a")]))
    with shared.without_bucket(), pytest.raises(StorageUnavailable):
        import_list(list_id=hash_list.pk, clock=timezone.now)
    hash_list.refresh_from_db()
    assert hash_list.state == ListState.IMPORTING
    HashList.objects.update(lease_until=None)
    assert import_list(list_id=hash_list.pk, clock=timezone.now)
    hash_list.refresh_from_db()
    assert hash_list.state == ListState.ACTIVE


def test_a_lost_file_is_reported(shared: Shared) -> None:
    hash_list = added(written([md5("a")]))
    shared.service.client.delete_object(Bucket=shared.name, Key=f"hash-lists/{hash_list.uuid}.list")
    assert import_list(list_id=hash_list.pk, clock=timezone.now)
    hash_list.refresh_from_db()
    assert (hash_list.state, hash_list.problems) == (ListState.REFUSED, [[0, "lost"]])


def test_pdq_of_a_list_is_matched_on_every_machine_and_is_no_file(shared: Shared) -> None:
    hash_list = imported([sha256("a")], "pdq")
    with shared.machine("second"):
        assert pdq_index.distances(hash_list, [sha256("a")]) == [0]
    assert (shared.files(), shared.local_files()) == ({}, [])
    remove_list(list_id=hash_list.pk, actor=signed_in("lead", "supervisor").user, now=NOW)
    erase_list(list_id=hash_list.pk)
    assert not hash_list.pdq_blocks.exists()


def test_orphan_files_are_deleted(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = added(written([md5("a")]))
    files.store_file([b"left on the disk"])
    shared.service.client.put_object(Bucket=shared.name, Key="hash-lists/5f0c.list", Body=b"left in the bucket")
    monkeypatch.setattr(files, "ORPHAN_SECONDS", -60)
    assert files.sweep_files() == 2
    assert (list(shared.files()), shared.local_files()) == ([f"hash-lists/{waiting.uuid}.list"], [])
