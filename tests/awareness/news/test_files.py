"""Files that no article needs go; what a block or a version names stays, and so does what has just come."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from awareness.news.files import discard_unneeded_files, keep_upload, news_folder
from awareness.news.models import Article, BlockKind
from awareness.news.tasks import sweep_news_files
from awareness.publishing.services import publish_record
from clicksafely.common.files.file_store import Writer, store
from tests.awareness.news.conftest import document, picture

pytestmark = pytest.mark.django_db


def names(media: Path) -> set[str]:
    return {path.name[:64] for path in media.rglob("*.*")}


def test_what_nobody_needs_goes_after_two_days(whole: Article, media: Path) -> None:
    now = timezone.now()
    needed = names(media)
    orphan = keep_upload(BlockKind.IMAGE, picture((300, 200)))
    assert discard_unneeded_files(now=now) == 0
    assert discard_unneeded_files(now=now + timedelta(days=3)) == 2
    assert names(media) == needed
    assert orphan.digest not in needed
    sweep_news_files()
    assert names(media) == needed


def test_what_only_a_version_names_can_be_brought_back(whole: Article, media: Path) -> None:
    now = timezone.now()
    before = names(media)
    publish_record(record=whole, actor=User.objects.create_user("editor"), now=now, parts=whole.blocks.all().delete)
    assert discard_unneeded_files(now=now + timedelta(days=3)) == 0
    assert names(media) == before


def test_what_comes_again_is_new_again(media: Path) -> None:
    upload = document()
    kept = keep_upload(BlockKind.FILE, upload)
    (path,) = media.rglob("*.*")
    os.utime(path, (0, 0))
    assert keep_upload(BlockKind.FILE, upload) == kept
    assert discard_unneeded_files(now=timezone.now()) == 0


def test_half_an_upload_of_a_process_that_was_killed_goes_too(media: Path) -> None:
    store([b"half"], Writer(news_folder(), largest=10))
    assert discard_unneeded_files(now=timezone.now()) == 0
    assert discard_unneeded_files(now=timezone.now() + timedelta(days=3)) == 1
    assert list((media / "news").iterdir()) == []


def test_where_nothing_was_ever_stored_nothing_is_done() -> None:
    assert discard_unneeded_files(now=timezone.now()) == 0
