"""Seed content of the search: groups of synonyms."""

from collections.abc import Iterator
from typing import Any, Final

from awareness.topics.content import SEED, publish_loaded
from clicksafely.common.content.files import Document, Place
from clicksafely.common.content.loader import ContentKind


def _read_groups(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    for number, group in enumerate(document.data):
        yield (number,), group | {"words": "\n".join(group["words"])}


KINDS: Final = (
    ContentKind(
        model="search.synonymgroup",
        files=SEED / "search" / "synonyms.yaml",
        key=("key",),
        match=("words",),
        read=_read_groups,
        update=publish_loaded,
    ),
)
