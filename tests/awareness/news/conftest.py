"""Articles with every kind of block, and sample uploads."""

import io
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from PIL import Image

from awareness.news.files import StoredMedia, crop_picture, store_upload
from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.topics.models import Topic
from tests.clients.staff import Person, signed_in

PUBLISHED = datetime(2026, 2, 3, 10, tzinfo=UTC)
VTT = "WEBVTT\n\n00:00.500 --> 00:02.000\nЂаци уче.\n"
# The first boxes of an MP4 file (ISO/IEC 14496-12, 4.3) and nothing to play.
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(range(256)) * 8


def picture(size: tuple[int, int] = (2000, 1000), kind: str = "PNG") -> SimpleUploadedFile:
    """A picture of one colour with a square of another in its lower right quarter."""
    return SimpleUploadedFile(f"slika.{kind.lower()}", _picture_bytes(size, kind), f"image/{kind.lower()}")


@cache
def _picture_bytes(size: tuple[int, int], kind: str) -> bytes:
    image = Image.new("RGB", size, (11, 85, 99))
    image.paste((255, 200, 69), (size[0] * 3 // 4, size[1] // 2, size[0], size[1]))
    out = io.BytesIO()
    image.save(out, format=kind)
    return out.getvalue()


def document(members: dict[str, bytes] | None = None, name: str = "uputstvo.docx") -> SimpleUploadedFile:
    """A zip package as office programs write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for member, data in (members or {"[Content_Types].xml": b"", "word/document.xml": b"<w/>"}).items():
            package.writestr(member, data)
    return SimpleUploadedFile(name, out.getvalue())


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    """A folder of this test for uploads."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def editor(db: None) -> Person:
    return signed_in("urednica", "editor")


@pytest.fixture(scope="session")
def files_of_whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[BlockKind, StoredMedia]]:
    """A folder for uploads with the files of `whole`, which are made once: a picture is encoded six times."""
    folder = tmp_path_factory.mktemp("media")
    with override_settings(MEDIA_ROOT=folder):
        return folder, store_files()


@pytest.fixture
def whole(db: None, media: Path, files_of_whole: tuple[Path, dict[BlockKind, StoredMedia]]) -> Article:
    """An article about phishing with a block of every kind."""
    folder, files = files_of_whole
    shutil.copytree(folder, media, dirs_exist_ok=True)
    return write_whole_article(files)


def write_article(slug: str = "vest", **columns: Any) -> Article:
    """An article, published unless `published_at` says otherwise."""
    values = {
        "title_sr": "Ђаци о интернету",
        "title_en": "Pupils on the internet",
        "summary_sr": "Шест школа, један дан.",
        "summary_en": "Six schools, one day.",
        "published_at": PUBLISHED,
    }
    return Article.objects.create(slug=slug, **(values | columns))


def store_files() -> dict[BlockKind, StoredMedia]:
    """Keep a file for each kind of block that has one."""
    video = SimpleUploadedFile("film.mp4", MP4)
    uploads = {BlockKind.IMAGE: picture(), BlockKind.FILE: document(), BlockKind.VIDEO: video}
    stored_files = {kind: store_upload(kind, upload) for kind, upload in uploads.items()}
    block = ArticleBlock()
    crop_picture(stored_files[BlockKind.IMAGE].digest, block.focus_x, block.focus_y)
    return stored_files


def write_whole_article(files: dict[BlockKind, StoredMedia] | None = None) -> Article:
    """As `whole`; `files` is what `store_files` returned, where it was called before."""
    files = files or store_files()
    article = write_article(changed_at=PUBLISHED + timedelta(days=1))
    article.topics.add(Topic.objects.get(slug="phishing"))

    def block(kind: BlockKind, **columns: Any) -> None:
        media_columns = files[kind]._asdict() if kind in files else {}
        ArticleBlock.objects.create(
            article=article, kind=kind, order=article.blocks.count(), **columns, **media_columns
        )

    block(
        BlockKind.TEXT,
        text_sr="<h2>Почетак</h2><p>Први <strong>пасус</strong>.</p>",
        text_en="<h2>Start</h2><p>First.</p>",
    )
    block(BlockKind.IMAGE, alt_sr="Плава слика", alt_en="A blue picture", licence="CC-BY-4.0", credit="Аутор")
    block(BlockKind.QUOTATION, heading_sr="Ученица", text_sr="<p>Стани па кликни.</p>")
    block(BlockKind.CALLOUT, heading_sr="Запамти", text_sr="<p>Није твоја кривица.</p>")
    block(BlockKind.FILE, heading_sr="Упутство", licence="own")
    block(BlockKind.QUESTION, heading_sr="Шта је пецање?", text_sr="<p>Превара.</p>")
    block(
        BlockKind.VIDEO,
        heading_sr="Филм",
        captions_sr=VTT,
        captions_en=VTT.replace("Ђаци уче", "Pupils learn"),
    )
    return article
