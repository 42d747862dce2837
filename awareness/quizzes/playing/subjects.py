"""Subjects that may touch somebody who plays: there the help lines stand beside, and Klik stays away."""

from typing import Final

from awareness.quizzes.models import Quiz

HEAVY: Final = frozenset({"csam", "cyberbullying", "hate-speech", "predators", "sexting-blackmail"})


def is_heavy(quiz: Quiz) -> bool:
    """Whether a quiz (with its topics) is about one of them."""
    return any(topic.slug in HEAVY for topic in quiz.topics.all())
