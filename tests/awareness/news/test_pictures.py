"""The pictures of all articles: found again, chosen for another block, and where they are used."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from awareness.news.models import Article, ArticleBlock, BlockKind
from awareness.news.pictures import A_PAGE, find_picture, known_pictures, uses_of
from awareness.publishing.models import Draft
from tests.awareness.news.conftest import picture
from tests.awareness.news.test_writing import ADD, form
from tests.awareness.publishing.test_forms import errors_at
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person

pytestmark = pytest.mark.django_db
PAGE = "/admin/news/pictures/"


@pytest.fixture
def picture_block(editor: Person, media: Path) -> ArticleBlock:
    """The picture of an article, with a description, a licence and a focal point."""
    block = {
        "kind": "image",
        "upload": picture(),
        "alt_sr": "Шкољка на столу",
        "alt_en": "A shell on a table",
        "licence": "CC0-1.0",
        "credit": "Ђура Ђурић",
        "focus_x": 80,
        "focus_y": 20,
    }
    assert editor.client.post(ADD, form(block)).status_code == 302
    return ArticleBlock.objects.get()


def choose(editor: Person, number: object, **changes: Any) -> Any:
    return editor.client.post(ADD, form({"kind": "image", "existing": number, **changes}, title_sr="Друга вест"))


def test_a_stored_picture_is_used_again_with_its_description(editor: Person, picture_block: ArticleBlock) -> None:
    assert choose(editor, picture_block.pk).status_code == 302
    block = ArticleBlock.objects.exclude(pk=picture_block.pk).get()
    fields = [
        "digest",
        "media_type",
        "file_name",
        "size",
        "width",
        "height",
        "alt_sr",
        "alt_en",
        "licence",
        "credit",
        "focus_x",
        "focus_y",
    ]
    assert {name: getattr(block, name) for name in fields} == {name: getattr(picture_block, name) for name in fields}


def test_values_of_the_editor_are_not_overwritten(editor: Person, picture_block: ArticleBlock) -> None:
    assert choose(editor, picture_block.pk, alt_sr="Моја реч", licence="own", focus_x=10, focus_y=90).status_code == 302
    block = ArticleBlock.objects.exclude(pk=picture_block.pk).get()
    assert (block.alt_sr, block.licence, block.focus_x, block.focus_y) == ("Моја реч", "own", 10, 90)
    assert block.alt_en == "A shell on a table"


def test_a_new_file_wins_over_a_number(editor: Person, picture_block: ArticleBlock) -> None:
    assert choose(editor, picture_block.pk, upload=picture((400, 300))).status_code == 302
    assert ArticleBlock.objects.exclude(pk=picture_block.pk).get().width == 400


def test_a_number_without_a_picture_is_an_error_at_its_field(editor: Person, picture_block: ArticleBlock) -> None:
    response = choose(editor, "999999")
    assert response.status_code == 200
    assert errors_at(response.content.decode(), "blocks-0-existing")
    assert ArticleBlock.objects.count() == 1
    for number in ("0", "-1", "٣", "<script>", "9" * 20):
        assert find_picture(number) is None
    assert find_picture(str(picture_block.pk)) is not None
    # The block of a document.
    ArticleBlock.objects.update(kind=BlockKind.FILE)
    assert find_picture(str(picture_block.pk)) is None


def test_the_page_shows_each_picture_once_with_its_uses(editor: Person, picture_block: ArticleBlock) -> None:
    choose(editor, picture_block.pk)
    html = editor.client.get(PAGE).content.decode()
    page = PageReader(html).text
    assert html.count('class="box picture-card"') == 1
    assert "slika.png" in html
    for words in ("Шкољка на столу", "A shell on a table", "CC0 1.0", "Ђаци о интернету", "Друга вест"):
        assert words in page


def test_the_search(editor: Person, picture_block: ArticleBlock) -> None:
    for search in ("шкољка", "Skoljka stolu", "shell", "djuric", "slika.png", "ђаци интернету"):
        assert known_pictures(search).exists(), search
    for search in ("шкољка куća", "%", "'; --", "я" * 300):
        assert not known_pictures(search).exists(), search
    for search, cards in (("ŠKOLJKA", 1), ("%", 0)):
        assert editor.client.get(PAGE, {"q": search}).content.decode().count('class="box picture-card"') == cards


def test_a_picture_only_in_a_draft_is_used_too(editor: Person, picture_block: ArticleBlock) -> None:
    choose(editor, picture_block.pk)
    article = Article.objects.exclude(pk=picture_block.article_id).get()
    article.blocks.all().delete()
    assert [each.pk for each in uses_of([picture_block.digest])[picture_block.digest]] == [picture_block.article_id]
    content = {"parts": {"blocks": [{"digest": picture_block.digest, "kind": "image"}]}}
    Draft.objects.create(
        kind="news.article",
        object_id=article.pk,
        content=content,
        author=editor.user,
        based_on=1,
        saved_at=timezone.now(),
    )
    assert {each.pk for each in uses_of([picture_block.digest])[picture_block.digest]} == {
        picture_block.article_id,
        article.pk,
    }


def test_pages(editor: Person, picture_block: ArticleBlock) -> None:
    for number in range(A_PAGE):
        picture_block.pk, picture_block.digest = None, f"{number:064x}"
        picture_block.save()
    for query, cards in (("", A_PAGE), ("?page=2", 1), ("?page=x", A_PAGE), ("?page=99", 1), ("?page=-1", A_PAGE)):
        assert editor.client.get(PAGE + query).content.decode().count('class="box picture-card"') == cards
