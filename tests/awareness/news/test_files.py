"""Orphan files are deleted. Files used by a block or a version stay, and so do recent uploads."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image

from awareness.news import tasks
from awareness.news.files import (
    CARD,
    SHARED,
    InvalidMediaFile,
    crop_name,
    crop_picture,
    delete_orphan_files,
    news_folder,
    store_upload,
)
from awareness.news.models import Article, BlockKind
from awareness.publishing.services import save_record
from clicksafely.accounts.models import User
from clicksafely.common.files import image_uploads
from clicksafely.common.files.file_store import FileWriter, store_chunks
from tests.awareness.news.conftest import document, picture

pytestmark = pytest.mark.django_db


def names(media: Path) -> set[str]:
    return {path.name[:64] for path in media.rglob("*.*")}


@pytest.mark.real_time
def test_orphan_files_are_deleted_after_two_days(whole: Article, media: Path) -> None:
    now = timezone.now()
    needed = names(media)
    orphan = store_upload(BlockKind.IMAGE, picture((300, 200)))
    assert delete_orphan_files(now=now) == 0
    assert delete_orphan_files(now=now + timedelta(days=3)) == 2
    assert names(media) == needed
    assert orphan.digest not in needed
    tasks.delete_orphan_files()
    assert names(media) == needed


def test_file_of_an_old_version_is_not_deleted(whole: Article, media: Path) -> None:
    now = timezone.now()
    before = names(media)
    save_record(record=whole, actor=User.objects.create_user("editor"), now=now, parts=whole.blocks.all().delete)
    assert delete_orphan_files(now=now + timedelta(days=3)) == 0
    assert names(media) == before


@pytest.mark.real_time
def test_reuploaded_orphan_gets_a_new_age(media: Path) -> None:
    upload = document()
    stored_file = store_upload(BlockKind.FILE, upload)
    (path,) = media.rglob("*.*")
    os.utime(path, (0, 0))
    assert store_upload(BlockKind.FILE, upload) == stored_file
    assert delete_orphan_files(now=timezone.now()) == 0


@pytest.mark.real_time
def test_an_unfinished_upload_of_a_killed_process_is_deleted(media: Path) -> None:
    store_chunks([b"half"], FileWriter(news_folder(), largest=10))
    assert delete_orphan_files(now=timezone.now()) == 0
    assert delete_orphan_files(now=timezone.now() + timedelta(days=3)) == 1
    assert list((media / "news").iterdir()) == []


def test_missing_folder_is_no_error() -> None:
    assert delete_orphan_files(now=timezone.now()) == 0


def test_crops_are_made_in_the_sandbox_and_a_crash_is_reported(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored_picture = store_upload(BlockKind.IMAGE, picture())
    before = names(media)
    with monkeypatch.context() as patch:
        patch.setattr(image_uploads, "RENDERER", "tests.common.files.crashing_renderer")
        with pytest.raises(InvalidMediaFile, match="оштећена"):
            crop_picture(stored_picture.digest, 50, 50)
    assert names(media) == before
    monkeypatch.setattr(Image, "open", lambda *_args, **_options: pytest.fail("decoded in this process"))
    crop_picture(stored_picture.digest, 50, 50)
    assert all((media / "news" / crop_name(stored_picture.digest, 50, 50, size)).exists() for size in (CARD, SHARED))
