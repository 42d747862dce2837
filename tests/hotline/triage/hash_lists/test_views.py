"""Pages of hash lists: entries are kept, files are stored once or not at all, and access is restricted."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clicksafely.common.models import AuditEvent
from hotline.models import HashList, ListState
from hotline.triage.hash_lists import views
from hotline.triage.hash_lists.files import ListUploadHandler
from hotline.triage.hash_lists.list_import import erase_list
from tests.clients.staff import signed_in
from tests.hotline.triage.hash_lists.lists import imported, md5, written

pytestmark = pytest.mark.django_db

ADD = "/admin/hotline/hash-lists/add/"
LIST_FIELDS = {
    "name": "Drawn shapes",
    "source": "Example hotline",
    "label": "baseline",
    "meaning": "csam",
    "layout": "md5",
}


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, int]]]:
    """What the worker was asked for."""
    tasks: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(views, "enqueue_task", lambda task, **kwargs: tasks.append((task, kwargs)))
    return tasks


@pytest.fixture
def lead() -> Client:
    return signed_in("lead", "supervisor").client


def send(client: Client, content: bytes | None = None, **changes: Any) -> Any:
    file = {} if content is None else {"file": SimpleUploadedFile("list.txt", content)}
    fields = LIST_FIELDS | file | {"whole": "1"} | changes
    return client.post(ADD, {name: value for name, value in fields.items() if value is not None})


class TestAdding:
    def test_a_list_is_stored_and_its_import_enqueued(self, lead: Client, enqueued: list[Any]) -> None:
        response = send(lead, written([md5("a")]))
        hash_list = HashList.objects.get()
        assert (response.status_code, response["Location"]) == (302, f"/admin/hotline/hash-lists/{hash_list.pk}/")
        assert {name: getattr(hash_list, name) for name in LIST_FIELDS} == LIST_FIELDS
        assert hash_list.file.read_bytes() == written([md5("a")])
        assert (hash_list.state, hash_list.file_size) == (ListState.WAITING, 33)
        assert enqueued == [("hotline.import_hash_list", {"list_id": hash_list.pk})]
        event = AuditEvent.objects.get(action="hashlist.added")
        assert (event.subject_id, event.actor_id) == (hash_list.pk, hash_list.imported_by_id)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"name": "x" * 81}, "name"), ({"source": " "}, "source"), ({"layout": "photodna"}, "layout")],
    )
    def test_errors_are_at_their_fields_and_other_values_stay(
        self, lead: Client, enqueued: list[Any], changes: dict[str, str], field: str, lists_folder: Path
    ) -> None:
        response = send(lead, written([md5("a")]), **changes)
        assert (response.status_code, HashList.objects.count(), enqueued) == (422, 0, [])
        assert set(response.context["form"].errors) == {field, "file"}
        assert list(lists_folder.iterdir()) == []
        valid_values = {
            name: value for name, value in LIST_FIELDS.items() if name in ("name", "source", "label") and name != field
        }
        page = response.content.decode()
        assert [value for value in valid_values.values() if f'value="{value}"' not in page] == []

    @pytest.mark.parametrize("content", [None, b"", b"x" * 300_000])
    def test_without_a_file_or_with_one_of_a_wrong_size(
        self, lead: Client, monkeypatch: pytest.MonkeyPatch, lists_folder: Path, content: bytes | None
    ) -> None:
        monkeypatch.setattr("hotline.triage.hash_lists.files.MAX_BYTES", 100_000)
        response = send(lead, content)
        assert (response.status_code, set(response.context["form"].errors)) == (422, {"file"})
        assert not lists_folder.exists() or list(lists_folder.iterdir()) == []

    def test_a_connection_that_broke_in_the_middle_of_the_file(self, lead: Client, lists_folder: Path) -> None:
        """The fields after the file are missing: an incomplete list must not be accepted."""
        response = send(lead, written([md5("a")]), whole=None)
        assert (response.status_code, set(response.context["form"].errors)) == (422, {"file"})
        assert (HashList.objects.count(), list(lists_folder.iterdir())) == (0, [])

    def test_half_a_file_is_erased(self, lists_folder: Path) -> None:
        handler = ListUploadHandler()
        handler.new_file("file", "list.txt", "text/plain", 100)
        handler.receive_data_chunk(b"half", 0)
        assert len(list(lists_folder.iterdir())) == 1
        handler.upload_interrupted()
        assert list(lists_folder.iterdir()) == []

    def test_a_name_in_use_needs_a_confirmation(self, lead: Client, enqueued: list[Any], lists_folder: Path) -> None:
        imported([md5("a")])
        response = send(lead, written([md5("b")]))
        assert (response.status_code, set(response.context["form"].errors)) == (422, {"name", "file"})
        assert list(lists_folder.iterdir()) == []
        assert send(lead, written([md5("b")]), replaces="on").status_code == 302
        assert send(lead, written([md5("c")]), replaces="on").status_code == 422
        assert HashList.objects.count() == 2

    def test_without_the_csrf_token_or_the_permission_nothing_is_stored(self, lists_folder: Path) -> None:
        client = Client(enforce_csrf_checks=True)
        client.cookies = signed_in("lead", "supervisor").client.cookies
        for refused in (client, signed_in("first", "analyst").client):
            assert send(refused, written([md5("a")])).status_code == 403
        assert HashList.objects.count() == 0


class TestSwitching:
    def test_off_on_and_removed(self, lead: Client, enqueued: list[Any]) -> None:
        hash_list = imported([md5("a")])
        path, states = f"/admin/hotline/hash-lists/{hash_list.pk}/", []
        assert lead.post(f"{path}switch/", {"to": "?"})["Location"] == path
        for wish in ("off", "on", "removed"):
            assert lead.post(f"{path}switch/", {"to": wish}).status_code == 302
            states.append(HashList.objects.get().state)
        assert states == [ListState.OFF, ListState.ACTIVE, ListState.REMOVING]
        assert enqueued == [("hotline.sweep_unmatched", {}), ("hotline.erase_hash_list", {"list_id": hash_list.pk})]
        erase_list(list_id=hash_list.pk)
        assert lead.get(path).status_code == 200
        assert lead.get(f"/admin/hotline/hashlist/{hash_list.pk}/change/")["Location"] == path

    def test_impossible_change_is_refused(self, lead: Client, enqueued: list[Any]) -> None:
        hash_list = imported([md5("a")])
        path = f"/admin/hotline/hash-lists/{hash_list.pk}/switch/"
        lead.post(path, {"to": "removed"})
        response = lead.post(path, {"to": "on"})
        assert (response.status_code, response.context["refusal"] != "") == (422, True)
        assert HashList.objects.get().state == ListState.REMOVING
