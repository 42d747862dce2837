"""Files of articles in a bucket."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from awareness.news import files
from awareness.news.files import crop_name
from awareness.news.models import Article, ArticleBlock
from clicksafely.common.files.s3_storage import S3Storage
from clicksafely.common.files.storage import media_storage
from clicksafely.common.files.upload_handlers import STORAGE_FULL_MESSAGE
from tests.awareness.news.conftest import MP4, picture
from tests.awareness.news.test_writing import ADD, form
from tests.awareness.publishing.test_forms import errors_at
from tests.clients.staff import Person, signed_in
from tests.media.conftest import Shared
from tests.mock_services.s3 import refusing_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(shared: Shared) -> Person:
    return signed_in("urednica", "editor")


def image(size: tuple[int, int] = (700, 400)) -> dict[str, Any]:
    return {"kind": "image", "upload": picture(size), "alt_sr": "Слика", "licence": "own", "credit": "Центар"}


def video() -> dict[str, Any]:
    return {"kind": "video", "upload": SimpleUploadedFile("film.mp4", MP4)}


def test_pictures_in_every_size_and_videos_are_seen_at_another_machine(shared: Shared, editor: Person) -> None:
    assert editor.client.post(ADD, form(image((2000, 1000)), video())).status_code == 302
    content = shared.files()
    photo, film = ArticleBlock.objects.order_by("order")
    names = [f"{photo.digest}.webp", *(f"{photo.digest}-{width}.webp" for width in (480, 960, 1600))]
    names += [crop_name(photo.digest, 50, 50, size) for size in ((640, 360), (1200, 630))] + [f"{film.digest}.mp4"]
    assert sorted(content) == sorted(f"news/{name}" for name in names)
    with shared.machine("second"):
        for name in names:
            assert Client().get(f"/media/news/{name}").getvalue() == content[f"news/{name}"]  # type: ignore[attr-defined]
    assert shared.local_files() == []


def test_a_refusing_bucket_is_an_error_at_the_field(shared: Shared, editor: Person) -> None:
    with refusing_service(403, "AccessDenied") as endpoint, shared.without_bucket(endpoint):
        page = editor.client.post(ADD, form(image(), video())).content.decode()
    assert [errors_at(page, f"blocks-{number}-upload") for number in (0, 1)] == [[str(STORAGE_FULL_MESSAGE)]] * 2
    assert (Article.objects.count(), shared.files(), shared.local_files()) == (0, {}, [])


def test_a_file_that_others_have_is_not_lost_with_a_failure(
    shared: Shared, editor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bucket stores a second copy of the same picture, but its response is lost."""
    assert editor.client.post(ADD, form(image())).status_code == 302
    before, put = shared.files(), S3Storage.keep
    calls: list[Path] = []

    def failing(bucket: S3Storage, path: Path, *, written: Path | None = None) -> None:
        calls.append(path)
        if len(calls) == 2:
            with shared.without_bucket():
                return put(media_storage(), path, written=written)
        return put(bucket, path, written=written)

    monkeypatch.setattr(S3Storage, "keep", failing)
    page = editor.client.post(ADD, form(image()))
    assert errors_at(page.content.decode(), "blocks-0-upload") == [str(STORAGE_FULL_MESSAGE)]
    assert (len(calls), shared.files(), shared.local_files()) == (2, before, [])


@pytest.mark.real_time
def test_orphan_files_are_deleted(shared: Shared, editor: Person) -> None:
    editor.client.post(ADD, form(image()))
    editor.client.post(ADD, form(video(), title_sr=""))
    needed = ArticleBlock.objects.get().digest
    assert len(shared.files()) == 6
    with shared.machine("second"):
        assert files.delete_orphan_files(now=timezone.now()) == 0
        assert files.delete_orphan_files(now=timezone.now() + files.ORPHAN_AGE * 2) == 1
    assert {key[5:69] for key in shared.files()} == {needed}
