"""Reads of the editors' desk: how questions are used."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum

from awareness.quizzes.models import QuestionCount, QuizEntry

# Fewer answers say nothing about a question, and something about who answered.
FEWEST_ANSWERS = 5


@dataclass(frozen=True, slots=True)
class Use:
    """In how many quizzes a question stands, and what part of the credit was reached on average (0 to 1; None with few answers)."""

    quizzes: int = 0
    facility: float | None = None


def uses_of(questions: Sequence[int]) -> dict[int, Use]:
    """How each of these questions (ids) is used; two queries."""
    entries = QuizEntry.objects.filter(question__in=questions).values_list("question").annotate(Count("id"))
    numbers = dict(entries.order_by())
    counted = QuestionCount.objects.filter(question__in=questions).values("question")
    sums = {
        row["question"]: row
        for row in counted.annotate(answers=Sum("answered"), reached=Sum("credit"))
        .exclude(question__kind="poll")
        .order_by()
    }
    return {
        pk: Use(
            quizzes=numbers.get(pk, 0),
            facility=sums[pk]["reached"] / sums[pk]["answers"]
            if pk in sums and sums[pk]["answers"] >= FEWEST_ANSWERS
            else None,
        )
        for pk in questions
    }
