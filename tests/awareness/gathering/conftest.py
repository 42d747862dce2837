"""A small library of the Centre's subjects, as the search has it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils.translation import gettext_lazy

from awareness.gathering.models import SearchEntry
from awareness.gathering.services import learn_words, reindex
from awareness.topics.models import Topic
from clicksafely.common import findable as documents
from tests.awareness.gathering import urls

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


@pytest.fixture
def corpus(db: None, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty documents in two languages beside the pages of the Centre; nothing else is found."""
    settings.ROOT_URLCONF = urls.__name__
    Topic.objects.all().delete()
    monkeypatch.setattr(documents, "_KINDS", {})
    reindex()
    for kind, label in (("topic", gettext_lazy("Topics")), ("article", "Вести"), ("resource", "Ресурси")):
        model = type(kind, (), {})
        documents.offer_documents(documents.Findable(kind=kind, label=label, model=model, read=lambda record: None))  # type: ignore[arg-type,return-value]
    made = SearchEntry.objects.bulk_create(entries())
    learn_words(made)
