"""Counts events of a quiz attempt once each, up to an hourly limit per network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from awareness.quizzes import statistics
from awareness.quizzes.kinds.base import AnswerScore
from awareness.quizzes.models import PlayMode, Quiz
from awareness.quizzes.selectors import questions_of
from clicksafely.common.http import limits
from clicksafely.common.http.rate_limits import MAX_WINDOW, increment_counters


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptTracker:
    """Counts events of the attempt named `seed`, unless `counts` is false."""

    quiz: Quiz
    seed: str
    now: datetime
    counts: bool

    @classmethod
    def of(cls, request: HttpRequest, *, quiz: Quiz, seed: str, now: datetime, counts: bool) -> "AttemptTracker":
        """Return the tracker of a request. Requests above the network's hourly limit are not counted."""
        within = counts and not limits.QUIZ_REQUESTS.is_over(request)
        return cls(quiz=quiz, seed=seed, now=now, counts=within)

    def began(self) -> None:
        """Count a started attempt."""
        if self._first("began"):
            statistics.count_play(quiz_id=self.quiz.pk, mode=PlayMode.ALONE, now=self.now, started=1)

    def showed(self, question_id: int) -> None:
        """Count a displayed question."""
        if self._first(f"showed-{question_id}"):
            statistics.count_question(quiz_id=self.quiz.pk, question_id=question_id, shown=1)

    def answered(self, question_id: int, mark: AnswerScore) -> None:
        """Count an answered question."""
        if self._first(f"answered-{question_id}"):
            statistics.count_question(
                quiz_id=self.quiz.pk, question_id=question_id, answered=1, credit=mark.credit or 0
            )
            statistics.count_choices(quiz_id=self.quiz.pk, chosen=self._chosen(question_id, mark.chosen))

    def finished(self) -> None:
        """Count a finished attempt."""
        if self._first("finished"):
            statistics.count_play(quiz_id=self.quiz.pk, mode=PlayMode.ALONE, now=self.now, finished=1)

    def _first(self, what: str) -> bool:
        """Return whether this is the first such event of the attempt within an hour.

        A reload sends the same state again.
        """
        return self.counts and increment_counters([f"quiz-play:{self.seed}:{what}"], window=MAX_WINDOW) == [1]

    def _chosen(self, question_id: int, chosen: Sequence[bool]) -> list[tuple[int, int]]:
        row = next(row for row in questions_of(self.quiz) if row.pk == question_id)
        return [(choice.pk, 1) for choice, taken in zip(row.choices.all(), chosen, strict=True) if taken]
