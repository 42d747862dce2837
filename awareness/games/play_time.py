"""Estimated minutes of a game: the median of five scripted plays."""

from collections.abc import Mapping
from typing import Any

from awareness.games.content_data import complete_content, localize
from awareness.games.kinds.registry import GAME_KINDS
from awareness.publishing.play_time import PLAYS, median_minutes


def estimate_minutes(document: Mapping[str, Any]) -> int:
    """Return the minutes of a valid document, at least 1, with its Serbian texts."""
    kind = GAME_KINDS[document["kind"]]
    content = localize(complete_content(document["kind"], dict(document)), "sr")
    frame = [document[name]["sr"] for name in ("title", "summary", "closing")]
    plays = [kind.playthrough(content, seed) for seed in PLAYS]
    return median_minutes(document["level"], [((*frame, *play.texts), play.decisions) for play in plays])
