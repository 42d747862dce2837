"""Content of the app `gathering`: the synonyms of the search, and the figures of a demonstration."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from awareness.gathering.impact.building import rebuild_figures
from awareness.gathering.impact.models import ImpactCell
from awareness.topics.content import SEED, publish_loaded
from clicksafely.common.content.files import Document, Place
from clicksafely.common.content.loader import ContentKind


def _read_groups(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    for number, group in enumerate(document.data):
        yield (number,), group | {"words": "\n".join(group["words"])}


KINDS: Final = (
    ContentKind(
        model="gathering.synonymgroup",
        files=SEED / "gathering" / "synonyms.yaml",
        key=("key",),
        match=("words",),
        read=_read_groups,
        update=publish_loaded,
    ),
)


def load_figures(now: datetime) -> Iterator[tuple[int, int]]:
    """Count what the demonstration has; nothing where there are figures already."""
    if not ImpactCell.objects.exists():
        yield 0, 1
        rebuild_figures(now=now)
        yield 1, 1
