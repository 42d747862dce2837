"""Library files in a bucket: upload on one machine, full and partial download on others, withdrawal everywhere."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from awareness.library import storage, zip_bundles
from awareness.library.models import Bundle, BundleState, Resource, ResourceFile
from awareness.library.services import delete_resource
from clicksafely.common.files.upload_handlers import STORAGE_FULL_MESSAGE
from tests.awareness.library.test_admin import ADD, errors_at, fields
from tests.clients.staff import Person, signed_in
from tests.factories.library import pdf, picture
from tests.media.conftest import Shared
from tests.mock_services.s3 import refusing_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(shared: Shared) -> Person:
    return signed_in("urednica", "editor")


@pytest.fixture
def resource(editor: Person) -> Resource:
    """A resource with a document and a picture."""
    uploads = SimpleUploadedFile("list.pdf", pdf(2)), SimpleUploadedFile("slika.png", picture())
    assert editor.client.post(ADD, fields(*uploads)).status_code == 302
    return Resource.objects.get()


def answer(path: str, **headers: str) -> tuple[int, bytes]:
    response: Any = Client(headers=headers).get(path)
    return response.status_code, b"".join(response.streaming_content) if response.streaming else response.content


def test_files_and_their_pictures_are_stored_in_the_bucket(shared: Shared, resource: Resource) -> None:
    expected = [name for file in resource.files.all() for name in (f"library/{file.uuid}", f"library/{file.uuid}.webp")]
    small = [f"library-covers/{file.uuid}.webp" for file in resource.files.all()]
    assert sorted(shared.files()) == sorted(expected + small)
    assert shared.local_files() == []


def test_another_machine_sends_them_whole_and_in_part(shared: Shared, resource: Resource) -> None:
    document = resource.files.get(name="list.pdf")
    content = shared.files()[f"library/{document.uuid}"]
    address = f"/sr/resources/{resource.slug}/files/{document.pk}/"
    with shared.machine("second"):
        assert answer(address) == (200, content)
        assert answer(address, Range="bytes=10-19") == (206, content[10:20])
        assert answer(address, Range=f"bytes={len(content)}-")[0] == 416
        etag = Client().head(address).headers["ETag"]
        assert answer(address, **{"If-None-Match": etag}) == (304, b"")
        for page, folder in (("preview", "library"), ("cover", "library-covers")):
            assert answer(f"{address}{page}/") == (200, shared.files()[f"{folder}/{document.uuid}.webp"])
    assert shared.local_files() == []


def test_a_deleted_file_is_removed_on_every_machine(
    shared: Shared,
    editor: Person,
    resource: Resource,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    address = f"/sr/resources/{resource.slug}/files/{resource.files.all()[0].pk}/"
    assert answer(address)[0] == 200
    with shared.machine("second"), django_capture_on_commit_callbacks(execute=True):
        delete_resource(record=resource, actor=editor.user, now=timezone.now())
    assert answer(address)[0] == 404
    assert (shared.files(), shared.local_files()) == ({}, [])


def test_a_refusing_bucket_is_an_error_at_the_field(shared: Shared, editor: Person) -> None:
    with refusing_service(507, "XMinioStorageFull") as endpoint, shared.without_bucket(endpoint):
        response = editor.client.post(ADD, fields(SimpleUploadedFile("list.pdf", pdf())))
    assert errors_at(response.content.decode(), "files-0-upload")[0] == str(STORAGE_FULL_MESSAGE)
    assert (Resource.objects.count(), shared.files(), shared.local_files()) == (0, {}, [])


@pytest.mark.real_time
def test_files_of_a_killed_process_are_deleted(
    shared: Shared, resource: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shared.files()
    storage.store_file([b"left on the disk"])
    shared.service.client.put_object(Bucket=shared.name, Key="library/5f0c", Body=b"left in the bucket")
    assert storage.delete_orphan_files() == 0
    monkeypatch.setattr(storage, "ORPHAN_SECONDS", -60)
    assert storage.delete_orphan_files() == 2
    assert (shared.files(), shared.local_files()) == (before, [])


class TestBundles:
    @pytest.fixture
    def bundle(self, resource: Resource) -> Bundle:
        return zip_bundles.request_bundle(resources=[resource], language="sr", licences="CC", now=timezone.now())

    def test_made_at_one_machine_it_is_downloaded_at_another(self, shared: Shared, bundle: Bundle) -> None:
        with shared.machine("worker"):
            assert zip_bundles.make_bundle(bundle_id=bundle.pk, clock=timezone.now)
        status, content = answer(f"/sr/resources/bundles/{bundle.key}/file/")
        assert status == 200
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert len(archive.namelist()) == 3
        assert Bundle.objects.get().size == len(content)
        assert shared.local_files() == []

    def test_a_bucket_that_does_not_answer_fails_it(self, shared: Shared, bundle: Bundle) -> None:
        with shared.without_bucket():
            assert not zip_bundles.make_bundle(bundle_id=bundle.pk, clock=timezone.now)
        assert (Bundle.objects.get().state, shared.local_files()) == (BundleState.FAILED, [])


def test_a_download_without_the_bucket_shows_an_error_page(shared: Shared, resource: Resource) -> None:
    address = f"/sr/resources/{resource.slug}/files/{ResourceFile.objects.first().pk}/"  # type: ignore[union-attr]
    with shared.without_bucket():
        status, page = answer(address)
    assert (status, b"<h1" in page) == (503, True)
    assert answer(address)[0] == 200
