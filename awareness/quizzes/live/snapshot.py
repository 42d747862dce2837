"""Snapshot of the quiz in a class, and the digest of the teacher's key."""

import hashlib
from functools import lru_cache

from awareness.quizzes.import_export.json_format import read_file
from awareness.quizzes.kinds.schemas import Quiz
from awareness.quizzes.live.models import ClassSession


def quiz_snapshot(session: ClassSession) -> Quiz:
    """Return the quiz as of the opening, cached in the process."""
    return _content(session.pk, session.code)


def digest(control_key: str) -> bytes:
    """Return the SHA-256 of a teacher's key. No salt is needed: the key has 128 random bits."""
    return hashlib.sha256(control_key.encode()).digest()


@lru_cache(maxsize=128)
def _content(pk: int, code: str) -> Quiz:
    # The content never changes. The code distinguishes classes with equal ids after a database restore.
    text = ClassSession.objects.values_list("content", flat=True).get(pk=pk, code=code)
    quiz = read_file(text)
    assert isinstance(quiz, Quiz)  # noqa: S101 - that is what was written when the class was opened
    return quiz
