"""Find the clues in a sample message, chat or page."""

from collections.abc import Iterator

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.quizzes.enums import Frame, Role
from awareness.quizzes.kinds.base import choice_label
from awareness.quizzes.kinds.multiple import Multiple
from awareness.quizzes.kinds.schemas import Choice, Question, QuestionProblem


class Clues(Multiple):
    """The choices are the parts of a sample, in reading order. The clues among them are selected."""

    code = "clues"
    label = pgettext_lazy("question", "Find the clues")
    instruction = _("Mark every part that you have to find.")
    missing_answer = _("Choose at least one part first.")
    paper_instruction = _("Circle the letters of the parts that look suspicious.")
    template = "clues"
    paper_template = "mock"
    editor_fields = ("role", "weight", "feedback", "missed", "frame")
    fewest_choices = 3
    can_shuffle = False
    can_repeat_choices = True
    in_gift = False
    gift_syntax = ""

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        yield from super().problems(question)
        if question.frame not in Frame.values:
            yield QuestionProblem(gettext("Sample"), gettext("Choose the kind of sample."))
        for place, choice in enumerate(question.choices):
            if choice.role not in Role.values:
                yield QuestionProblem(choice_label(place), gettext("Choose the part of the sample."))

    def key_reason(self, choice: Choice, language: str) -> str:
        return (choice.missed or choice.feedback).read(language)
