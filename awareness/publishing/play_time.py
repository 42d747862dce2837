"""Estimated minutes of a game or a quiz: the median of five scripted plays at the readers' reading speed."""

from collections.abc import Iterable, Mapping
from statistics import median
from typing import Final

from awareness.publishing.audiences import QuizLevel

# Words per minute, on the careful side of published medians: Hasbrouck and Tindal (2017) found 100 words aloud at the end
# of grade 2 and 146 at the end of grade 6, Trauzettel-Klosinski and Dietz (2012) 180 for adults who read Slovenian.
WORDS_PER_MINUTE: Final[Mapping[str, int]] = {
    QuizLevel.YOUNGEST: 90,
    QuizLevel.MIDDLE: 140,
    QuizLevel.OLDEST: 170,
    QuizLevel.PARENTS: 180,
    QuizLevel.EDUCATORS: 180,
}
# Seconds to decide and to press.
SECONDS_PER_DECISION: Final[Mapping[str, int]] = {
    QuizLevel.YOUNGEST: 8,
    QuizLevel.MIDDLE: 6,
    QuizLevel.OLDEST: 5,
    QuizLevel.PARENTS: 5,
    QuizLevel.EDUCATORS: 5,
}
# Seeds of the scripted plays.
PLAYS: Final = range(1, 6)


def median_minutes(level: str, plays: Iterable[tuple[Iterable[str], int]]) -> int:
    """Return the minutes of plays for readers of a level, at least 1. A play is its texts and its number of decisions."""
    times = [
        sum(len(text.split()) for text in texts) / WORDS_PER_MINUTE[level]
        + decisions * SECONDS_PER_DECISION[level] / 60
        for texts, decisions in plays
    ]
    return max(1, round(median(times)))
