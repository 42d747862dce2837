"""Seed content of the app `games`: documents in the format of games."""

from collections.abc import Iterator
from typing import Any, Final

from awareness.games.import_export.serializers import document_to_rows
from awareness.games.import_export.validation import document_problems
from awareness.games.models import Game
from awareness.topics.content import SEED, publish_loaded, published
from clicksafely.common.content.files import Document, Place
from clicksafely.common.content.loader import ContentKind, Part

PARTS: Final = (
    "sources",
    "next_steps",
    "meters",
    "characters",
    "scenes",
    "choices",
    "bins",
    "cards",
    "pairs",
    "mocks",
    "mock_parts",
    "viewers",
    "privacy_settings",
    "options",
)


def _read_game(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    rows = document_to_rows(document.data)
    yield (), {**rows.fields, "topics": list(rows.topics), **rows.parts}


def _check_game(document: Document) -> Iterator[tuple[str, str]]:
    # The loader looks for the topics itself.
    for problem in document_problems(document.data, topics=document.data["topics"]):
        yield problem.place, problem.what


KINDS: Final = (
    ContentKind(
        model=Game._meta.label_lower,
        files=SEED / "games",
        key=("slug",),
        read=_read_game,
        check=_check_game,
        links={"topics": "slug"},
        parts={name: Part(key="order") for name in PARTS},
        created=published,
        update=publish_loaded,
    ),
)
