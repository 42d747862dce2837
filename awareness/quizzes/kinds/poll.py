"""Opinion, without a score."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.quizzes.kinds import base
from awareness.quizzes.kinds.base import AnswerScore
from awareness.quizzes.kinds.schemas import Choice, Question, QuestionProblem
from awareness.quizzes.kinds.single import Single
from awareness.quizzes.labels import ChoiceOutcome


class Poll(Single):
    """One choice is selected. None is right or wrong."""

    code = "poll"
    label = pgettext_lazy("question", "Opinion, without a score")
    instruction = _("There is no right or wrong answer. What do you think?")
    missing_answer = _("First choose what you think.")
    paper_instruction = _("Circle what you think. There is no right or wrong answer.")
    editor_fields = ("feedback",)
    is_scored = False
    in_gift = False
    gift_syntax = ""

    def score(self, question: Question, answer: Any) -> AnswerScore:
        return base.marked(question, None, set(answer), set())

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        yield from ()

    def outcome(self, choice: Choice, *, chosen: bool) -> ChoiceOutcome:
        return ChoiceOutcome.CHOSEN if chosen else ChoiceOutcome.OPEN

    def key(
        self, question: Question, language: str, letters: Mapping[int, str], groups: Mapping[int, str]
    ) -> Iterator[str]:
        yield gettext("Every answer is fine.")
