"""The article form: blocks and files, errors at their fields, and hints."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import translation
from PIL import Image

from awareness.news.editor_hints import article_hints
from awareness.news.files import CARD, InvalidMediaFile, crop_name, store_upload
from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.publishing.models import Version
from awareness.topics.models import Topic
from tests.awareness.news.conftest import MP4, VTT, document, picture
from tests.awareness.publishing.test_forms import errors_at
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person
from tests.factories.library import huge_png

pytestmark = pytest.mark.django_db

ADD = "/admin/news/article/add/"


def form(*blocks: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Form data of a new article."""
    data: dict[str, Any] = {
        "title_sr": "Ђаци о интернету",
        "summary_sr": "Шест школа.",
        "blocks-TOTAL_FORMS": len(blocks),
        "blocks-INITIAL_FORMS": 0,
    }
    for number, block in enumerate(blocks):
        values = {"kind": "text", "order": number, "focus_x": 50, "focus_y": 50} | block
        data |= {f"blocks-{number}-{name}": value for name, value in values.items()}
    return data | changes


def test_an_article_is_written_on_one_form(editor: Person, media: Path) -> None:
    topic = Topic.objects.get(slug="phishing")
    data = form(
        {"text_sr": '<p>Текст<img src=x onerror="x()"></p>'},
        {"kind": "image", "upload": picture(), "alt_sr": "Слика", "focus_x": 100, "licence": "own", "credit": "Центар"},
        {"kind": "file", "upload": document(), "heading_sr": "Упутство"},
        {
            "kind": "video",
            "upload": SimpleUploadedFile("film.mp4", MP4),
            "captions_file_sr": SimpleUploadedFile("film.vtt", VTT.encode()),
        },
        topics=[topic.pk],
    )
    assert editor.client.post(ADD, data).status_code == 302
    article = Article.objects.get(slug="djaci-o-internetu")
    text, image, file, video = article.blocks.all()
    assert text.text_sr == "<p>Текст</p>"  # type: ignore[attr-defined]
    assert (image.media_type, image.width, image.height, image.file_name) == ("image/webp", 1600, 800, "slika.png")
    with Image.open(media / "news" / crop_name(image.digest, 100, 50, CARD)) as card:
        assert card.size == CARD
        # The square on the right is in a crop about a point on the right.
        assert card.getpixel((639, 359))[0] > 200  # type: ignore[index]
    assert (file.file_name, file.size > 0) == ("uputstvo.docx", True)
    assert video.captions_sr == VTT  # type: ignore[attr-defined]
    assert list(article.topics.all()) == [topic]
    version = Version.objects.get(kind="news.article", object_id=article.pk)
    assert [block["kind"] for block in version.content["parts"]["blocks"]] == ["text", "image", "file", "video"]
    assert version.content["topics"] == [topic.pk]


def test_a_file_stays_until_another_one_is_chosen(editor: Person, whole: Article) -> None:
    whole.blocks.filter(licence="").update(licence="own")
    block = whole.blocks.get(kind="image")
    data = form(title_sr=whole.title_sr, summary_sr="Ново.", slug=whole.slug, opened=whole.revision)  # type: ignore[attr-defined]
    data |= {"blocks-TOTAL_FORMS": 1, "blocks-INITIAL_FORMS": 1, "blocks-0-id": block.pk, "blocks-0-article": whole.pk}
    data |= {"blocks-0-kind": "image", "blocks-0-order": 1, "blocks-0-focus_x": 0, "blocks-0-focus_y": 0}
    data |= {"blocks-0-alt_sr": "Плава слика", "blocks-0-licence": "own", "_publish": "x"}
    address = f"/admin/news/article/{whole.pk}/change/"
    assert editor.client.post(address, data).status_code == 302
    after = ArticleBlock.objects.get(pk=block.pk)
    assert (after.digest, after.focus_x) == (block.digest, 0)
    response = editor.client.post(address, data | {"opened": 2, "blocks-0-kind": "video"})
    assert len(errors_at(response.content.decode(), "blocks-0-upload")) == 1
    assert ArticleBlock.objects.get(pk=block.pk).kind == "image"


def test_invalid_input_is_reported_at_its_field_and_not_saved(editor: Person, media: Path) -> None:
    macros = {"[Content_Types].xml": b"", "word/document.xml": b"", "word/vbaProject.bin": b"x"}
    subtitles = SimpleUploadedFile("a.vtt", b"1\n00:00:01,000 --> 00:00:02,000\nx")
    cases: list[tuple[str, dict[str, Any]]] = [
        ("upload", {"kind": "image"}),
        ("upload", {"kind": "image", "upload": SimpleUploadedFile("a.png", b"<svg onload=x>", "image/png")}),
        ("upload", {"kind": "file", "upload": SimpleUploadedFile("a.pdf", b"%PDF-1.4 nothing")}),
        ("upload", {"kind": "file", "upload": SimpleUploadedFile("a.html", b"<script>x()</script>")}),
        ("upload", {"kind": "file", "upload": document(macros)}),
        ("upload", {"kind": "file", "upload": document({"evil.html": b"<script>"})}),
        ("upload", {"kind": "video", "upload": picture((700, 400))}),
        ("upload", {"kind": "video", "upload": SimpleUploadedFile("a.mp4", bytes(10 * 1024 * 1024 + 1))}),
        ("text_sr", {"kind": "text", "order": 3}),
        ("heading_sr", {"kind": "question", "text_sr": "<p>x</p>"}),
        ("focus_x", {"text_sr": "x", "focus_x": 101}),
        ("focus_y", {"text_sr": "x", "focus_y": 101}),
        ("captions_file_sr", {"text_sr": "x", "captions_file_sr": subtitles}),
        ("captions_file_en", {"text_sr": "x", "captions_file_en": SimpleUploadedFile("a.vtt", b"WEBVTT\n\xff\xfe")}),
    ]
    response = editor.client.post(ADD, form(*(block for _field, block in cases)))
    assert response.status_code == 200
    (blocks,) = (each.formset for each in response.context["inline_admin_formsets"])
    assert [set(errors) for errors in blocks.errors] == [{field} for field, _block in cases]
    assert not Article.objects.exists()
    assert not list(media.rglob("*.*"))


def test_a_file_need_not_be_chosen_again_because_something_else_was_refused(editor: Person) -> None:
    response = editor.client.post(ADD, form({"kind": "image", "upload": picture((700, 400))}, title_sr=""))
    page = PageReader(response.content.decode())
    token = page.all("input", name="blocks-0-stored_upload")[0]["value"]
    assert "slika.png" in response.content.decode()
    assert editor.client.post(ADD, form({"kind": "image", "stored_upload": token})).status_code == 302
    assert ArticleBlock.objects.get().file_name == "slika.png"
    for wrong in (
        {"kind": "video", "stored_upload": token},
        {"kind": "image", "stored_upload": token[:-1]},
        {"kind": "image", "stored_upload": "x"},
    ):
        assert editor.client.post(ADD, form(wrong, slug="drugi")).status_code == 200
    assert ArticleBlock.objects.count() == 1


def test_a_picture_of_too_many_pixels_is_not_even_decoded(media: Path) -> None:
    with pytest.raises(InvalidMediaFile, match=r"30|мегапиксела"):
        store_upload(BlockKind.IMAGE, SimpleUploadedFile("slika.png", huge_png()))
    assert not list(media.rglob("*.*"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "gallery"},
        {"kind": "image"},
        {"kind": "video"},
        {"kind": "file"},
        {"digest": "x"},
        {"licence": "mine"},
        {"focus_x": 101},
    ],
)
def test_the_database_refuses_a_block_that_cannot_be(wrong: dict[str, Any]) -> None:
    article = Article.objects.create(slug="x", title_sr="x", summary_sr="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        ArticleBlock.objects.create(article=article, **wrong)


def test_editor_gets_hints_for_corrections(whole: Article) -> None:
    whole.blocks.filter(kind="image").update(alt_sr="", alt_en="", licence="", credit="")
    whole.blocks.filter(kind="video").update(captions_sr="", captions_en="", licence="own", credit="x")
    whole.blocks.filter(kind="text").update(text_sr='<h3>а</h3><a href="/">овде</a>', text_en="x")
    whole.blocks.exclude(kind__in=("image", "video", "text")).delete()
    whole.blocks.update(heading_en="x")
    with translation.override("en"):
        hints = [hint.where for hint in article_hints(whole)]
    text, again, *picture_hints, captions = hints
    assert text == again == "block 1 (Text), text (Serbian)"
    assert [where.rpartition(", ")[2] for where in picture_hints] == ["what the picture shows", "licence", "author"]
    assert captions == "block 3 (Video), captions"
