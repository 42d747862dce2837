"""Uploads of article files: larger limits for videos, and no files left after a rejected upload."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from awareness.news import upload_handlers
from awareness.news.files import InvalidMediaFile, store_upload
from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.news.upload_handlers import TOO_BIG, ArticleUploadHandler
from clicksafely.common.files import file_store
from clicksafely.common.files.upload_handlers import STORAGE_FULL_MESSAGE
from tests.awareness.news.conftest import MP4, VTT, picture
from tests.awareness.news.test_writing import ADD, form
from tests.awareness.publishing.test_forms import errors_at
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person

pytestmark = pytest.mark.django_db
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(500)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits a hundred times smaller: 2 MB for a video, 100 kB for other files."""
    monkeypatch.setattr(upload_handlers, "MAX_VIDEO_BYTES", 2_000_000)
    monkeypatch.setattr(upload_handlers, "MAX_FILE_BYTES", 100_000)


def files(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def video(size: int, head: bytes = MP4) -> SimpleUploadedFile:
    return SimpleUploadedFile("film.mp4", head + bytes(size - len(head)))


@pytest.mark.parametrize(("head", "ending"), [(MP4, "mp4"), (WEBM, "webm")])
@pytest.mark.usefixtures("small")
def test_a_video_may_be_larger_than_anything_else(editor: Person, media: Path, head: bytes, ending: str) -> None:
    assert editor.client.post(ADD, form({"kind": "video", "upload": video(1_500_000, head)})).status_code == 302
    block = ArticleBlock.objects.get()
    assert (block.size, block.media_type, block.file_name) == (1_500_000, f"video/{ending}", "film.mp4")
    assert files(media) == [f"{block.digest}.{ending}"]
    response = editor.client.get(f"/media/news/{block.digest}.{ending}")
    assert response.getvalue() == head + bytes(1_500_000 - len(head))  # type: ignore[attr-defined]


@pytest.mark.usefixtures("small")
def test_oversized_file_is_reported_at_its_field_and_texts_stay(editor: Person, media: Path) -> None:
    uploads = {"video": video(2_000_001), "file": SimpleUploadedFile("a.pdf", b"%PDF-1.4" + bytes(100_001))}
    blocks = [{"kind": kind, "upload": upload} for kind, upload in uploads.items()]
    page = editor.client.post(ADD, form({"text_sr": "<p>Написано.</p>"}, *blocks)).content.decode()
    assert [errors_at(page, f"blocks-{number}-upload") for number in (1, 2)] == [[str(TOO_BIG)]] * 2
    assert PageReader(page).all("input", name="title_sr")[0]["value"] == "Ђаци о интернету"
    assert "Написано." in page
    assert (Article.objects.count(), files(media)) == (0, [])


def test_nothing_is_written_of_a_request_over_the_total_limit(
    editor: Person, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ArticleUploadHandler, "together", 1_000_000)
    monkeypatch.setattr(file_store.FileWriter, "write", lambda writer, chunk: pytest.fail("written"))
    response = editor.client.post(ADD, form({"kind": "video", "upload": video(1_000_000)}, title_sr="Стоји"))
    page = response.content.decode()
    assert errors_at(page, "blocks-0-upload") == [str(TOO_BIG)]
    assert PageReader(page).all("input", name="title_sr")[0]["value"] == "Стоји"
    assert files(media) == []


def test_full_disk_is_reported_at_the_field(editor: Person, media: Path) -> None:
    (media / "news").write_text("a file where the folder should be")
    response = editor.client.post(
        ADD,
        form(
            {"kind": "image", "upload": picture()},
            {"text_sr": "x", "captions_file_sr": SimpleUploadedFile("a.vtt", VTT.encode())},
        ),
    )
    page = response.content.decode()
    assert (
        errors_at(page, "blocks-0-upload")
        == errors_at(page, "blocks-1-captions_file_sr")
        == [str(STORAGE_FULL_MESSAGE)]
    )
    assert not Article.objects.exists()


def test_disk_full_during_cropping_is_reported_at_the_field(
    editor: Person, whole: Article, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block, before = whole.blocks.get(kind="image"), files(media)
    data = form(title_sr="Ђаци", summary_sr="Ново.", slug=whole.slug, opened=whole.revision)
    data |= {"blocks-TOTAL_FORMS": 1, "blocks-INITIAL_FORMS": 1, "blocks-0-id": block.pk, "blocks-0-article": whole.pk}
    data |= {"blocks-0-kind": "image", "blocks-0-order": 1, "blocks-0-focus_x": 3, "blocks-0-focus_y": 4}

    def full(writer: file_store.FileWriter, chunk: bytes) -> None:
        writer.discard()
        raise file_store.StorageFull

    monkeypatch.setattr(file_store.FileWriter, "write", full)
    response = editor.client.post(f"/admin/news/article/{whole.pk}/change/", data)
    assert errors_at(response.content.decode(), "blocks-0-upload") == [str(STORAGE_FULL_MESSAGE)]
    assert files(media) == before


def test_a_connection_that_breaks_leaves_nothing(media: Path) -> None:
    handler = ArticleUploadHandler()
    handler.new_file("blocks-0-upload", "film.mp4", "video/mp4", None)
    handler.receive_data_chunk(MP4, 0)
    assert len(files(media)) == 1
    handler.upload_interrupted()
    assert files(media) == []


def test_nothing_is_saved_of_a_body_that_ends_within_a_file(editor: Person, media: Path) -> None:
    body = encode_multipart(BOUNDARY, form({"kind": "video", "upload": video(300_000)}))
    response = editor.client.generic("POST", ADD, body[:200_000], MULTIPART_CONTENT)
    assert errors_at(response.content.decode(), "blocks-0-upload") != []
    assert (Article.objects.count(), files(media)) == (0, [])


@pytest.mark.usefixtures("small")
def test_a_video_is_known_as_one_also_where_its_first_bytes_come_one_by_one(media: Path) -> None:
    handler = ArticleUploadHandler()
    handler.new_file("blocks-0-upload", "film.mp4", "video/mp4", None)
    for place in range(80):
        handler.receive_data_chunk(MP4[place : place + 1], place)
    handler.receive_data_chunk(bytes(1_000_000), 80)
    received = handler.file_complete(1_000_080)
    assert (received.refusal, received.stored and received.stored.size) == (None, 1_000_080)


def test_other_container_formats_are_refused(media: Path) -> None:
    with pytest.raises(InvalidMediaFile, match=r"MP4"):
        store_upload(BlockKind.VIDEO, SimpleUploadedFile("film.mp4", b"\x00\x00\x00\x18ftypM4A " + bytes(200)))
    assert files(media) == []


def test_a_large_video_is_not_read_as_a_picture(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("read whole"))
    with pytest.raises(InvalidMediaFile, match=r"10 (?:MB|МБ)"):
        store_upload(BlockKind.IMAGE, video(10 * 1024 * 1024 + 1))
    assert files(media) == []
