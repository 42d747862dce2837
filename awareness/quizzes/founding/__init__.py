"""The quizzes that the portal began with, in the JSON that any quiz is exported in."""

from pathlib import Path
from typing import Final

from awareness.quizzes.exchange.jsonformat import read_file
from awareness.quizzes.questions.quiz import Quiz

FOLDER: Final = Path(__file__).parent
# As they stand in lists: the last one first.
ORDER: Final[tuple[str, ...]] = (
    "law-and-help",
    "pressure-and-pictures",
    "real-or-made",
    "words-that-wound",
    "who-is-writing",
    "privacy-settings-check",
    "not-alone",
    "my-data",
    "kind-words",
    "phishing-no-hook",
)


def founding_quizzes() -> list[Quiz]:
    """All of them in that order. Raises FormatProblem where a file is broken."""
    quizzes = [read_file((FOLDER / f"{slug}.json").read_text("utf-8")) for slug in ORDER]
    return [quiz for quiz in quizzes if isinstance(quiz, Quiz)]
