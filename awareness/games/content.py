"""Seed content of games, in the import format, and the estimate of their minutes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from awareness.games.content_data import complete_content, localize
from awareness.games.import_export.serializers import document_to_fields
from awareness.games.import_export.validation import document_problems
from awareness.games.kinds.registry import GAME_KINDS
from awareness.games.models import Game
from awareness.publishing.play_time import PLAYS, median_minutes
from awareness.topics.content import SEED, publish_loaded, published
from clicksafely.common.content.files import Document, Place
from clicksafely.common.content.loader import ContentKind


def _read_game(document: Document) -> Iterator[tuple[Place, dict[str, Any]]]:
    yield (), document_to_fields(document.data) | {"topics": document.data["topics"]}


def _check_game(document: Document) -> Iterator[tuple[str, str]]:
    # The loader checks the topics itself.
    problems = document_problems(document.data, topics=document.data["topics"])
    for problem in problems:
        yield problem.place, problem.what
    if not problems and (minutes := estimate_minutes(document.data)) != document.data["minutes"]:
        yield "minutes", f"{document.data['minutes']} stated, but five scripted plays take {minutes}"


def estimate_minutes(document: Mapping[str, Any]) -> int:
    """Return the minutes of a valid document: the median of five scripted plays, at least 1, with its Serbian texts."""
    kind = GAME_KINDS[document["kind"]]
    content = localize(complete_content(document["kind"], dict(document)), "sr")
    frame = [document[name]["sr"] for name in ("title", "summary", "closing")]
    plays = [kind.playthrough(content, seed) for seed in PLAYS]
    return median_minutes(document["level"], [((*frame, *play.texts), play.decisions) for play in plays])


KINDS: Final = (
    ContentKind(
        model=Game._meta.label_lower,
        files=SEED / "games",
        key=("slug",),
        read=_read_game,
        check=_check_game,
        links={"topics": "slug"},
        created=published,
        update=publish_loaded,
    ),
)
