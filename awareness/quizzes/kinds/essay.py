"""Written answer on paper, without a score."""

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.quizzes.kinds.poll import Poll
from awareness.quizzes.kinds.schemas import BilingualText, Choice

if TYPE_CHECKING:
    from awareness.quizzes.import_export.gift.parser import AnswerParser
    from awareness.quizzes.import_export.gift.writer import QuestionWriter


class Essay(Poll):
    """An answer that no program can check. The worksheet has lines for it; on the screen the choices say whether it is written."""

    code = "essay"
    label = pgettext_lazy("question", "Write on paper, without a score")
    instruction = _("Write your answer on paper, then choose how far you are.")
    missing_answer = _("First choose how far you are.")
    paper_instruction = _("Write your answer on the lines.")
    default_choices: ClassVar[tuple[BilingualText, ...]] = (
        BilingualText("Одговор је написан.", "My answer is written."),
        BilingualText("Размишљам још.", "I am still thinking."),
    )
    paper_template = "essay"
    can_shuffle = False
    in_gift = True
    gift_syntax = "essay"

    def read_gift(self, parser: "AnswerParser") -> tuple[str, list[Choice]]:
        return self.code, [Choice(text=text) for text in self.default_choices]

    def write_gift(self, writer: "QuestionWriter") -> str:
        return ""
