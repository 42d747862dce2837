"""What a class keeps in a form of its own: the quiz as it was at the opening, and the teacher's key as a digest."""

import hashlib
from functools import lru_cache

from awareness.quizzes.import_export.json_format import read_file
from awareness.quizzes.kinds.schemas import Quiz
from awareness.quizzes.live.models import ClassSession


def quiz_snapshot(session: ClassSession) -> Quiz:
    """The quiz as it was when the class was opened; read once a process."""
    return _content(session.pk, session.code)


def digest(control_key: str) -> bytes:
    """What is kept of a teacher's key: its SHA-256, for it has 128 random bits."""
    return hashlib.sha256(control_key.encode()).digest()


@lru_cache(maxsize=128)
def _content(pk: int, code: str) -> Quiz:
    # It never changes; the code beside the key keeps apart what a restored database numbers alike.
    text = ClassSession.objects.values_list("content", flat=True).get(pk=pk, code=code)
    quiz = read_file(text)
    assert isinstance(quiz, Quiz)  # noqa: S101 - that is what was written when the class was opened
    return quiz
