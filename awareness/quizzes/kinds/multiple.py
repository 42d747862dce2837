"""Several answers are right."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.quizzes.kinds import base
from awareness.quizzes.kinds.base import AnswerScore
from awareness.quizzes.kinds.choosing import ChoosingKind
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Choice, Question, QuestionProblem
from awareness.quizzes.labels import OUTCOME_LABELS, ChoiceOutcome

# Tolerance for rounding: three thirds add up to 99.99999.
_ROUNDING: Final = 1


class Multiple(ChoosingKind):
    """Any number of choices is selected. Wrong ones subtract."""

    code = "multiple"
    label = pgettext_lazy("question", "Several answers are right")
    instruction = _("Choose everything that is right. There may be more than one.")
    missing_answer = _("Choose at least one answer first.")
    paper_instruction = _("Circle every letter that is right.")
    missed_label = OUTCOME_LABELS[ChoiceOutcome.MISSED]
    template = "choose_many"
    control = "many"
    editor_fields: ClassVar[tuple[str, ...]] = ("weight", "feedback", "missed")
    can_shuffle = True
    can_subtract = True
    shares_credit = True
    in_gift = True
    gift_syntax = "many"

    def read(self, question: Question, data: Any) -> tuple[int, ...] | None:
        places = base.read_places(question, data)
        fits = (
            places and len(set(places)) == len(places) and all(0 <= place < len(question.choices) for place in places)
        )
        return tuple(sorted(places)) if places and fits else None

    def score(self, question: Question, answer: Any) -> AnswerScore:
        return base.marked(question, _credit(question, answer), set(answer), set(question.right))

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        total = sum(choice.weight for choice in question.choices if choice.weight > 0)
        if not total:
            yield QuestionProblem(gettext("Answers"), gettext("At least one answer must be right."))
        elif abs(total - FULL_CREDIT) > _ROUNDING:
            yield QuestionProblem(gettext("Answers"), gettext("The weights of the right answers must add up to 100."))

    def key(
        self, question: Question, language: str, letters: Mapping[int, str], groups: Mapping[int, str]
    ) -> Iterator[str]:
        for place, letter in letters.items():
            choice = question.choices[place]
            if choice.weight > 0:
                why = self.key_reason(choice, language)
                yield f"{letter}. {choice.text.read(language)}{f' – {why}' if why else ''}"

    def key_reason(self, choice: Choice, language: str) -> str:
        """Return the reason printed in the answer key."""
        return ""


def _credit(question: Question, answer: Sequence[int]) -> float:
    """Sum of the chosen weights. A wrong choice without a weight subtracts the mean weight of a right one."""
    usual = -FULL_CREDIT / max(len(question.right), 1)
    weights = [question.choices[place].weight or usual for place in answer]
    # Weights such as thirds do not add up to exactly 100.
    return 1.0 if set(answer) == question.right else min(base.share(sum(weights, Decimal(0))), 0.99)
