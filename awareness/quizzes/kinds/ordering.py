"""Put into order."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.quizzes.kinds import base
from awareness.quizzes.kinds.base import Answer, AnswerScore, ChoiceFeedback, PostedAnswer, QuestionKind
from awareness.quizzes.kinds.schemas import Question

# Attempts at a shuffle that differs from the right order.
_DRAWS: Final = 20


class Ordering(QuestionKind):
    """The choices, stored in the right order, are numbered."""

    code = "ordering"
    label = pgettext_lazy("question", "Put into order")
    instruction = _("Put these in order. Number 1 comes first.")
    instruction_without_script = _("Choose a number for each item.")
    missing_answer = _("Each item needs its own number.")
    paper_instruction = _("Write the numbers. Number 1 comes first.")
    template = "ordering"
    paper_template = "numbers"
    control = "order"
    editor_fields = ("feedback", "missed")
    is_placed = True

    def read(self, question: Question, data: Any) -> tuple[int, ...] | None:
        places = base.read_places(question, data)
        return places if places and sorted(places) == list(range(len(question.choices))) else None

    def score(self, question: Question, answer: Any) -> AnswerScore:
        placed = {place for position, place in enumerate(answer) if position == place}
        return AnswerScore(_credit(answer), base.flags(question, placed), (True,) * len(answer))

    def order(self, question: Question, seed: str) -> list[int]:
        """Never starts solved."""
        places = list(range(len(question.choices)))
        draws = (base.shuffled(places, f"{seed}-order", question.name, str(draw)) for draw in range(_DRAWS))
        return next((draw for draw in draws if draw != places), places[::-1])

    def read_posted(self, question: Question, post: QueryDict) -> PostedAnswer:
        count = len(question.choices)
        put = base.posted_numbers(question, post, 1, count + 1)
        # Two choices may have the same position.
        places = sorted(put, key=put.__getitem__) if len(set(put.values())) == count else []
        return self.judged(question, places, PostedAnswer(put=put))

    def outcomes(
        self, question: Question, answer: Answer | None, mark: AnswerScore | None, language: str, seed: str
    ) -> Iterator[ChoiceFeedback]:
        """In the right order, each with the position it was given."""
        positions = {place: position for position, place in enumerate(answer or (), 1)}
        for position, choice in enumerate(question.choices, 1):
            mine = positions.get(position - 1)
            yield base.placed_feedback(
                choice,
                language,
                own_place=None if mine is None else str(mine),
                right_place=str(position),
                is_right=mine == position,
            )

    def key(
        self, question: Question, language: str, letters: Mapping[int, str], groups: Mapping[int, str]
    ) -> Iterator[str]:
        for position, choice in enumerate(question.choices, 1):
            yield f"{position}. {choice.text.read(language)}"


def _credit(answer: Sequence[int]) -> float:
    """Longest increasing subsequence: (length - 1) / (all - 1). No credit if every choice is in a wrong position."""
    if all(position != place for position, place in enumerate(answer)):
        return 0
    tails: list[int] = []
    for place in answer:
        where = bisect_left(tails, place)
        tails[where : where + 1] = [place]
    return (len(tails) - 1) / max(len(answer) - 1, 1)
