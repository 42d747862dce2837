"""One answer is right."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.quizzes.kinds import base
from awareness.quizzes.kinds.base import AnswerScore, PostedAnswer
from awareness.quizzes.kinds.choosing import ChoosingKind
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Choice, Question, QuestionProblem


class Single(ChoosingKind):
    """One choice is selected. The best one has full credit, others may have a part."""

    code = "single"
    label = pgettext_lazy("question", "One answer is right")
    instruction = _("Choose one answer.")
    missing_answer = _("Choose an answer first.")
    paper_instruction = _("Circle one letter.")
    template = "choose_one"
    control = "one"
    can_shuffle = True
    in_gift = True
    gift_syntax = "one"

    def read(self, question: Question, data: Any) -> tuple[int, ...] | None:
        places = base.read_places(question, data)
        return places if places and len(places) == 1 and 0 <= places[0] < len(question.choices) else None

    def score(self, question: Question, answer: Any) -> AnswerScore:
        return base.marked(question, base.share(question.choices[answer[0]].weight), set(answer), set(question.right))

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        yield from base.full_credit_problems(question)

    def read_posted(self, question: Question, post: QueryDict) -> PostedAnswer:
        chosen = base.numbers(post.getlist(base.ANSWER), len(question.choices))[:1]
        return self.judged(question, chosen, PostedAnswer(chosen=frozenset(chosen)))

    def is_wanted(self, choice: Choice) -> bool:
        # A partly right choice is not shown as missed.
        return choice.weight == FULL_CREDIT

    def key(
        self, question: Question, language: str, letters: Mapping[int, str], groups: Mapping[int, str]
    ) -> Iterator[str]:
        for place, letter in letters.items():
            choice = question.choices[place]
            if choice.weight > 0:
                yield f"{letter}. {choice.text.read(language)}{base.credit_note(choice)}"

    def gift_sign(self, choice: Choice, writer: Any) -> str:
        # Only one: with "=" alone Moodle reads a short-answer question.
        return "=" if choice is writer.first_right else super().gift_sign(choice, writer)
