"""Estimated minutes of a game: the median of five scripted plays at the reading speed of the age."""

from collections.abc import Mapping
from statistics import median
from typing import Any, Final

from awareness.games.content_data import complete_content, localize
from awareness.games.kinds.registry import GAME_KINDS
from awareness.publishing.audiences import Level

# Words per minute, on the careful side of published medians: Hasbrouck and Tindal (2017) found 100 words aloud at the end
# of grade 2 and 146 at the end of grade 6, Trauzettel-Klosinski and Dietz (2012) 180 for adults who read Slovenian.
WORDS_PER_MINUTE: Final[Mapping[str, int]] = {Level.YOUNGEST: 90, Level.MIDDLE: 140, Level.OLDEST: 170}
# Seconds to decide and to press.
SECONDS_PER_DECISION: Final[Mapping[str, int]] = {Level.YOUNGEST: 8, Level.MIDDLE: 6, Level.OLDEST: 5}
PLAYS: Final = 5


def estimate_minutes(document: Mapping[str, Any]) -> int:
    """Return the minutes of a valid document, at least 1, with its Serbian texts."""
    kind, level = GAME_KINDS[document["kind"]], document["level"]
    content = localize(complete_content(document["kind"], dict(document)), "sr")
    frame = [document[name]["sr"] for name in ("title", "summary", "closing")]
    times = []
    for seed in range(1, PLAYS + 1):
        play = kind.playthrough(content, seed)
        words = sum(len(text.split()) for text in (*frame, *play.texts))
        times.append(words / WORDS_PER_MINUTE[level] + play.decisions * SECONDS_PER_DECISION[level] / 60)
    return max(1, round(median(times)))
