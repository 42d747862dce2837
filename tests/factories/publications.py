"""A published record of every content type."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.apps import apps

from awareness.events.models import Event
from awareness.games.models import Game
from awareness.library.models import Resource
from awareness.news.models import Article, ArticleBlock
from awareness.pages.models import FixedPage
from awareness.publishing.models import Publication
from awareness.quizzes.models import Quiz
from awareness.topics.models import Topic
from tests.factories.events import make_event
from tests.factories.library import give_file, make_resource


def make_article() -> Publication:
    article = Article.objects.create(
        slug="vest", title_sr="Вест", title_en="News", summary_sr="а", summary_en="a", published_at=LONG_AGO
    )
    ArticleBlock.objects.create(article=article, order=1, text_sr="<p>Текст.</p>", text_en="<p>Text.</p>")
    return article


def published_resource() -> Publication:
    resource = make_resource("list", published_at=LONG_AGO)
    give_file(resource, "a.txt")
    return resource


def _seeded(model: type[Publication]) -> Callable[[], Publication]:
    def first() -> Publication:
        found: Publication = model._default_manager.exclude(published_at=None).order_by("pk").first() or _missing(model)
        return found

    return first


def _missing(model: type[Publication]) -> Publication:
    raise AssertionError(f"The seeds hold no {model.__name__}.")


LONG_AGO = datetime(2026, 1, 1, 9, tzinfo=UTC)
# A published record of every content type.
RECORDS: dict[type[Publication], Callable[[], Publication]] = {
    Topic: _seeded(Topic),
    FixedPage: _seeded(FixedPage),
    Quiz: _seeded(Quiz),
    Game: _seeded(Game),
    Article: make_article,
    Resource: published_resource,
    Event: lambda: make_event(published_at=LONG_AGO),
}
# A new kind of content fails here until it has a record.
PUBLICATIONS: list[type[Publication]] = [model for model in apps.get_models() if issubclass(model, Publication)]
assert {*PUBLICATIONS} == RECORDS.keys(), "RECORDS has no maker of a kind of content"
# Permanent kinds have no address to change and cannot be withdrawn: `tests/awareness/pages/test_fixed_pages.py`.
every_kind = pytest.mark.parametrize(
    "model", [model for model in PUBLICATIONS if not model.is_permanent], ids=lambda model: model.__name__
)
