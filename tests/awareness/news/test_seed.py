"""Articles of every installation: published by the loader, kept as an editor changes them, beside those of a demonstration."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from awareness.news.content import KINDS
from awareness.news.editor_hints import article_hints
from awareness.news.files import crop_picture, store_upload
from awareness.news.models import Article, ArticleBlock, BlockKind, MediaLicence
from awareness.publishing.services import save_record
from clicksafely.accounts.models import User
from clicksafely.common.content.loader import LoadResult, load_content
from tests.awareness.news.conftest import picture
from tests.clients.page_reader import PageReader

pytestmark = pytest.mark.django_db


def load() -> LoadResult:
    *_steps, result = load_content(KINDS, now=timezone.now())
    return result


def test_an_installation_has_news(client: Client) -> None:
    """An installation after `load_content`: no demonstration, no accounts."""
    assert load().created == Article.objects.visible(timezone.now()).count() == 5
    again = load()
    assert (again.created, again.updated, again.kept_rows) == (0, 0, [])
    for article in Article.objects.all():
        assert article_hints(article) == []
        page = client.get(f"/sr-latn/news/{article.slug}/")
        assert page.status_code == 200
        [drawing] = PageReader(page.content.decode()).all("img", **{"class": "head-picture"})
        assert f"news/{article.slug}." in drawing["src"]
        assert not re.search("[а-ш]", drawing["alt"])
    list_page = PageReader(client.get("/en/news/").content.decode())
    assert len(list_page.all("img", **{"class": "article-drawing"})) == 5


def test_a_picture_of_an_editor_replaces_the_drawing(client: Client, settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    load()
    article = Article.objects.get(slug="poruka-koja-te-pozuruje")
    values = store_upload(BlockKind.IMAGE, picture())._asdict()
    block = ArticleBlock(
        article=article, order=99, kind=BlockKind.IMAGE, alt_sr="Слика", licence=MediaLicence.CC_BY, **values
    )
    block.save()
    crop_picture(block.digest, block.focus_x, block.focus_y)
    assert (
        PageReader(client.get(f"/sr/news/{article.slug}/").content.decode()).all("img", **{"class": "head-picture"})
        == []
    )
    assert len(PageReader(client.get("/sr/news/").content.decode()).all("img", **{"class": "article-drawing"})) == 4


def test_a_change_by_an_editor_is_not_overwritten() -> None:
    load()
    article = Article.objects.get(slug="poruka-koja-te-pozuruje")
    block = article.blocks.get(order=0)
    block.text_sr = "<p>Другачије</p>"
    save_record(record=article, actor=User.objects.create(username="editor"), now=timezone.now(), parts=block.save)
    again = load()
    assert (again.created, again.updated) == (0, 0)
    assert article.blocks.get(order=0).text_sr == "<p>Другачије</p>"


def test_a_demonstration_adds_its_own_articles(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    load()
    User.objects.create(username="editor")
    call_command("load_demo", "news")
    count = Article.objects.count()
    assert count == 16
    call_command("load_demo", "news")
    assert Article.objects.count() == count
