"""Versions of a resource: restoring texts, relations and files, and keeping files that a version refers to."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from awareness.library.models import DownloadCount, Resource, ResourceFile
from awareness.library.services import count_download, remove_file, save_resource
from awareness.library.storage import delete_orphan_files
from awareness.publishing.drafts import CannotPublish, publish_draft
from awareness.publishing.models import Draft, Version
from awareness.publishing.services import delete_record, restore_version, save_record
from awareness.publishing.versions import differences, serialize_record
from tests.clients.staff import signed_in
from tests.factories.library import NOW, editor, give_file, make_resource, make_topic, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = signed_in("urednica", "editor").client
    client.cookies["lang"] = "en"
    return client


def save(resource: Resource) -> int:
    """Save the record. Return the number of the version."""
    save_record(record=resource, actor=editor(), now=NOW)
    return resource.revision


def version_of(resource: Resource, number: int) -> Version:
    return Version.objects.get(kind="library.resource", object_id=resource.pk, revision=number)


def bring_back(resource: Resource, number: int) -> Resource:
    restore_version(record=resource, version=version_of(resource, number), actor=editor(), now=NOW)
    return Resource.objects.get(pk=resource.pk)


def test_files_come_back_as_they_were_with_their_addresses_and_counts(media: Path) -> None:
    resource = make_resource("a")
    sheet, poster = give_file(resource, "list.pdf", pdf()), give_file(resource, "plakat.txt", b"prvi")
    first = save(resource)
    count_download(files=[sheet.pk], now=NOW)
    before = serialize_record(resource)

    remove_file(file=sheet, actor=editor(), now=NOW)
    remove_file(file=poster, actor=editor(), now=NOW)
    ResourceFile.objects.filter(pk=poster.pk).update(label_sr="Други опис")
    other = give_file(resource, "plakat.txt", b"drugi")
    second = save(resource)
    assert [file.pk for file in resource.files.all()] == [other.pk]

    back = bring_back(resource, first)
    assert [file.pk for file in back.files.all()] == [sheet.pk, poster.pk]
    assert serialize_record(back) == before
    assert [file.path.read_bytes() for file in back.files.all()] == [pdf(), b"prvi"]
    assert DownloadCount.objects.get().file_id == sheet.pk
    # A version refers to the replaced file too.
    assert [file.pk for file in bring_back(back, second).files.all()] == [other.pk]
    assert other.path.read_bytes() == b"drugi"


def test_a_removed_file_is_not_served_and_not_deleted(client: Client, media: Path) -> None:
    resource = make_resource("a", published_at=NOW - timedelta(days=1))
    gone = give_file(resource, "list.pdf", pdf())
    remaining = give_file(resource, "b.txt")
    save(resource)
    remove_file(file=gone, actor=editor(), now=NOW)
    page = f"/sr/resources/a/files/{gone.pk}/"
    for address in (page, f"{page}preview/", f"{page}?preview=x"):
        assert client.get(address).status_code == 404
    for address in ("/sr/resources/a/", "/feeds/resources.json", "/sr/resources/basket/?r=a"):
        assert "list.pdf" not in client.get(address).content.decode()
    assert client.head(f"/sr/resources/a/files/{remaining.pk}/").status_code == 200
    for path in (media / "library").iterdir():
        os.utime(path, (0, 0))
    assert delete_orphan_files() == 0
    assert gone.path.exists()


def test_restoring_skips_relations_that_were_deleted(media: Path) -> None:
    topic, older, part = make_topic("pecanje"), make_resource("stari"), make_resource("deo")
    resource = make_resource("a", topics=[topic], parts=[part], replaces=older, uses=7)
    save_resource(record=resource, topics=[], parts=[], actor=editor(), now=NOW)
    resource.replaces = None
    save(resource)
    delete_record(record=older, actor=editor(), now=NOW)
    Resource.objects.filter(pk=resource.pk).update(uses=9)
    back = bring_back(Resource.objects.get(pk=resource.pk), 1)
    assert (list(back.topics.all()), list(back.parts.all()), back.replaces) == ([topic], [part], None)
    assert back.uses == 9


def test_a_version_that_could_not_be_published_is_restored_into_a_draft_only(client: Client) -> None:
    resource = make_resource("a", licence="", published_at=None, title_sr="Нацрт")
    resource.licence, resource.published_at, resource.title_sr = "CC0-1.0", NOW, "Објављено"  # type: ignore[attr-defined]
    save(resource)
    with pytest.raises(ValidationError):
        bring_back(resource, 1)
    history = f"/admin/library/resource/{resource.pk}/history/"
    client.post(history, {"version": "1"})
    with pytest.raises(CannotPublish, match="licence"), translation.override("en"):
        publish_draft(draft=Draft.objects.get(), record=Resource.objects.get(), now=NOW)
    stored = Resource.objects.get()
    assert (stored.title_sr, stored.licence, stored.revision) == ("Објављено", "CC0-1.0", 2)  # type: ignore[attr-defined]


def test_the_history_describes_changes(client: Client) -> None:
    topic = make_topic("pecanje", "Пецање")
    resource = make_resource("a", kind="worksheet", audiences=["parents"], description_sr="<p>Прво</p>")
    gone = give_file(resource, "a.txt")
    remaining = give_file(resource, "b.txt")
    save(resource)
    remove_file(file=gone, actor=editor(), now=NOW)
    remaining.label_sr = "За ђаке"  # type: ignore[attr-defined]
    remaining.save()
    resource.kind, resource.audiences = "poster", ["parents", "children"]
    resource.description_sr = "<p>Друго</p>"  # type: ignore[attr-defined]
    save_resource(record=resource, topics=[topic], parts=[], actor=editor(), now=NOW)
    before, after = (version_of(resource, number).content for number in (2, 3))
    with translation.override("en"):
        found = {
            change.label: [line for line in change.lines if line[0] != " "]
            for change in differences(Resource, before, after)
        }
    assert found == {
        "kind of resource": [("-", "Worksheet"), ("+", "Poster")],
        "audiences": [("+", "Children and young people")],
        "description (Serbian)": [("-", "Прво"), ("+", "Друго")],
        "topics": [("+", "Пецање")],
        "file 1, description (Serbian)": [("+", "За ђаке")],
        "file 2": [("-", "a.txt")],
    }
    page = client.get(f"/admin/library/resource/{resource.pk}/history/").content.decode()
    assert re.search("<del>Прво</del>\\s*<ins>Друго</ins>", page)
    assert client.post(f"/admin/library/resource/{resource.pk}/history/", {"version": "2"}).status_code == 302
    publish_draft(draft=Draft.objects.get(), record=Resource.objects.get(), now=NOW)
    assert [file.name for file in Resource.objects.get().files.all()] == ["a.txt", "b.txt"]
