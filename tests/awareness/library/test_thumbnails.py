"""Cover thumbnails: size, choice of file, visibility, and the drawing as fallback."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import Image

from awareness.library.enums import ResourceKind
from awareness.library.models import Resource
from awareness.library.services import delete_resource, remove_file
from awareness.library.tasks import update_statistics
from awareness.library.thumbnails import cover_path, make_missing_covers
from tests.clients.page_reader import PageReader
from tests.clients.previews import preview_path
from tests.clients.staff import Person
from tests.factories.library import NOW, editor, give_file, make_resource, pdf, picture

pytestmark = pytest.mark.django_db


def covers(client: Client) -> list[str]:
    """Return the URLs of the covers in the list."""
    page = PageReader(client.get("/sr/resources/").content.decode())
    return [image["src"] for image in page.all("img") if "/cover/" in image["src"]]


def test_a_resource_is_shown_by_its_first_file_with_a_picture(client: Client) -> None:
    resource = make_resource("a")
    give_file(resource, "a.txt")
    tall, wide = give_file(resource, "a.pdf", pdf(height=3000)), give_file(resource, "b.png", picture(size=(800, 600)))
    assert covers(client) == [f"/sr/resources/a/files/{tall.pk}/cover/"]
    response = client.get(covers(client)[0])
    assert (response.headers["Content-Type"], response.headers["Cache-Control"]) == (
        "image/webp",
        "public, max-age=86400",
    )
    with Image.open(io.BytesIO(response.content)) as image:
        assert image.size == (240, 340)
    remove_file(file=tall, actor=editor(), now=NOW)
    assert covers(client) == [f"/sr/resources/a/files/{wide.pk}/cover/"]
    assert Image.open(io.BytesIO(client.get(covers(client)[0]).content)).size == (240, 180)


def test_every_kind_without_a_picture_has_a_drawing(client: Client) -> None:
    for kind in ResourceKind:
        give_file(make_resource(kind, kind=kind, checked_on=NOW.date()), "a.txt")
    assert covers(client) == []
    page = "".join(client.get(f"/sr/resources/?page={number}").content.decode() for number in (1, 2))
    drawings = (Path(settings.BASE_DIR) / "static/img/covers.svg").read_text()
    for kind in ResourceKind:
        assert f'covers.svg#{kind}"' in page
        assert f'<symbol id="{kind}"' in drawings


def test_a_cover_is_public_when_its_resource_is(client: Client, writer: Person) -> None:
    resource = make_resource("a", published_at=None)
    file = give_file(resource, "a.pdf", pdf())
    address = f"/sr/resources/a/files/{file.pk}/cover/"
    assert client.get(address).status_code == 404
    assert client.get(f"{address}?preview=x").status_code == 404
    response = writer.client.get(preview_path(resource, address[1:]))
    assert (response.status_code, "public" in response["Cache-Control"]) == (200, False)
    Resource.objects.update(published_at=timezone.now())
    text = give_file(resource, "a.txt")
    assert [client.get(f"/sr/resources/a/files/{pk}/cover/").status_code for pk in (file.pk, text.pk)] == [200, 404]


def test_covers_that_are_missing_are_made_and_none_outlives_its_file(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    resource = make_resource("a")
    file = give_file(resource, "a.pdf", pdf())
    small = cover_path(file).read_bytes()
    cover_path(file).unlink()
    # The preview is served until the thumbnail exists.
    assert client.get(covers(client)[0]).content == file.preview_path.read_bytes()
    update_statistics()
    assert cover_path(file).read_bytes() == small
    assert make_missing_covers() == 0
    cover_path(file).unlink()
    file.preview_path.write_bytes(b"no picture")
    assert make_missing_covers() == 0
    file.preview_path.write_bytes(small)
    make_missing_covers()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        delete_resource(record=resource, actor=editor(), now=NOW)
    assert list(cover_path(file).parent.iterdir()) == []


def test_a_cover_is_made_in_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    file = give_file(make_resource("a"), "a.pdf", pdf())
    cover_path(file).unlink()
    monkeypatch.setattr(Image, "open", lambda *_args, **_options: pytest.fail("decoded in this process"))
    assert make_missing_covers() == 1
