"""A small corpus of search documents."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils.translation import gettext_lazy
from pytest_django import DjangoDbBlocker

from awareness.search.models import SearchEntry
from awareness.search.services import learn_words, reindex
from awareness.topics.models import Topic
from clicksafely.common import search_registry as documents
from tests.awareness.search import urls
from tests.database import shared_rows

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Path(__file__).parent
CORPUS: list[dict[str, Any]] = json.loads((HERE / "corpus.json").read_text())
QUERIES: list[dict[str, Any]] = json.loads((HERE / "queries.json").read_text())


def entries() -> Iterator[SearchEntry]:
    for number, facts in enumerate(CORPUS, 1):
        for language in ("sr", "en"):
            yield SearchEntry(
                kind=facts["kind"],
                object_id=number,
                language=language,
                url_name=facts["kind"],
                url_kwargs={"slug": facts["key"]},
                published_at=NOW - timedelta(days=number),
                changed_at=NOW,
                **facts[language],
            )


def write_corpus() -> None:
    """Forty documents in two languages, besides the static pages; the index has nothing else."""
    Topic.objects.all().delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(documents, "_KINDS", {})
        reindex()
    learn_words(SearchEntry.objects.bulk_create(entries()))


@pytest.fixture(scope="module")
def written_corpus(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """As `write_corpus`, for all tests of a module."""
    with shared_rows(django_db_blocker):
        write_corpus()
        yield


@pytest.fixture
def pages_of_corpus(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Register pages for the kinds of its documents."""
    settings.ROOT_URLCONF = urls.__name__
    monkeypatch.setattr(documents, "_KINDS", {})
    for kind, label in (("topic", gettext_lazy("Topics")), ("article", "Вести"), ("resource", "Ресурси")):
        model = type(kind, (), {})
        documents.register_searchable(
            documents.SearchableModel(kind=kind, label=label, model=model, read=lambda record: None)
        )  # type: ignore[arg-type,return-value]


@pytest.fixture
def corpus(written_corpus: None, pages_of_corpus: None, db: None) -> None:
    """The index contains `write_corpus`."""
