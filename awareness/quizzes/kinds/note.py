"""Text to read, without a question."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.quizzes.kinds.essay import Essay
from awareness.quizzes.kinds.schemas import BilingualText, Question

if TYPE_CHECKING:
    from awareness.quizzes.import_export.gift.writer import QuestionWriter


class Note(Essay):
    """An introduction to the questions that follow."""

    code = "note"
    label = pgettext_lazy("question", "Text to read, without a question")
    instruction = _("Read the text, then go on.")
    missing_answer = _("Mark the text as read first.")
    paper_instruction = _("Read the text.")
    default_choices = (BilingualText("Прочитано.", "I have read it."),)
    paper_template = "note"
    fewest_choices = 1
    has_gift_answers = False
    gift_syntax = "description"

    def key(
        self, question: Question, language: str, letters: Mapping[int, str], groups: Mapping[int, str]
    ) -> Iterator[str]:
        yield gettext("No answer is needed.")

    def write_gift(self, writer: "QuestionWriter") -> str:
        if writer.question.explanation:
            writer.lost.append(gettext("The explanation was left out."))
        return ""
