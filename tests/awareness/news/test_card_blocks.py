"""Article blocks that link to a quiz or a game."""

from datetime import timedelta
from types import ModuleType

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone, translation

from awareness.games.models import Game
from awareness.news.editor_hints import article_hints
from awareness.news.models import Article, ArticleBlock
from awareness.quizzes.models import Quiz
from tests.awareness.news.conftest import write_article
from tests.awareness.news.test_writing import ADD, form
from tests.awareness.publishing.test_forms import errors_at
from tests.clients.page_reader import PageReader
from tests.clients.staff import Person

pytestmark = pytest.mark.django_db
SLUG = "phishing-no-hook"


@pytest.fixture
def article(db: None) -> Article:
    article = write_article()
    ArticleBlock.objects.create(article=article, kind="quiz", order=9, target=SLUG, text_sr="<p>А сада ти.</p>")
    return article


def page(article: Article, language: str = "sr") -> str:
    return str(Client().get(f"/{language}/news/{article.slug}/").content.decode())


def remarks(article: Article) -> list[str]:
    with translation.override("en"):
        return [remark.what for remark in article_hints(article) if "at this address" in remark.what]


def test_a_block_leads_to_a_quiz_as_a_card(article: Article) -> None:
    html = page(article, "en")
    assert f'href="/en/quizzes/{SLUG}/"' in html
    assert Quiz.objects.get(slug=SLUG).title_en.replace("'", "&#x27;") in html  # type: ignore[attr-defined]
    assert remarks(article) == []


def test_card_of_an_unpublished_target_is_omitted_with_a_hint(article: Article) -> None:
    Quiz.objects.filter(slug=SLUG).update(withdrawn_at=timezone.now() - timedelta(minutes=1))
    html = page(article)
    assert SLUG not in html
    assert "А сада ти." not in html
    assert len(remarks(article)) == 1


def test_the_page_is_cached_until_the_quiz_is_withdrawn(article: Article) -> None:
    Quiz.objects.filter(slug=SLUG).update(withdrawn_at=timezone.now() + timedelta(seconds=40))
    answer = Client().get(f"/sr/news/{article.slug}/")
    assert SLUG in answer.content.decode()
    assert int(answer["Cache-Control"].partition("max-age=")[2]) <= 40


def test_a_block_that_leads_nowhere_is_refused_at_its_field(editor: Person) -> None:
    page = editor.client.post(ADD, form({"kind": "quiz", "text_sr": "<p>А сада ти.</p>"})).content.decode()
    assert len(errors_at(page, "blocks-0-page")) == 1
    assert "А сада ти." in page
    game = Game.objects.earliest("pk")
    for wrong in (f"quiz:{SLUG}", "game:nema-je"):
        page = editor.client.post(ADD, form({"kind": "game", "page": wrong})).content.decode()
        assert len(errors_at(page, "blocks-0-page")) == 1
    assert editor.client.post(ADD, form({"kind": "game", "page": f"game:{game.slug}"})).status_code == 302
    assert ArticleBlock.objects.get().target == game.slug


def test_a_block_whose_quiz_was_deleted_keeps_its_choice(editor: Person, article: Article) -> None:
    article.blocks.filter(kind="quiz").update(target="obrisan")
    page = PageReader(editor.client.get(f"/admin/news/article/{article.pk}/change/").content.decode())
    chosen = [
        option["value"] for option in page.all("option") if "selected" in option and ":" in (option["value"] or "")
    ]
    assert chosen == ["quiz:obrisan"]


def test_the_database_refuses_it_too(article: Article) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        article.blocks.update(target="")


def test_many_blocks_cost_as_many_queries_as_one_of_each_kind(article: Article) -> None:
    def queries() -> int:
        page(article)
        with CaptureQueriesContext(connection) as query_log:
            page(article)
        return len(query_log)

    games, quizzes = Game.objects.all()[:3], Quiz.objects.visible(timezone.now())[:3]
    ArticleBlock.objects.create(article=article, kind="game", order=10, target=games[0].slug)
    before = queries()
    for order, (quiz, game) in enumerate(zip(quizzes, games, strict=True), 11):
        ArticleBlock.objects.create(article=article, kind="quiz", order=order, target=quiz.slug)
        ArticleBlock.objects.create(article=article, kind="game", order=order + 10, target=game.slug)
    assert queries() <= before


def test_staff_process_gives_hints_without_public_urls(article: Article) -> None:
    staff = ModuleType("staff")
    staff.urlpatterns = [path("admin/", include("clicksafely.urls_staff"))]  # type: ignore[attr-defined]
    with override_settings(ROOT_URLCONF=staff):
        assert remarks(article) == []
        Quiz.objects.filter(slug=SLUG).update(withdrawn_at=timezone.now() - timedelta(minutes=1))
        assert len(remarks(article)) == 1
