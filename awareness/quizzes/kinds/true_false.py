"""True or false."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.quizzes.kinds.schemas import EMPTY_TEXT, FULL_CREDIT, BilingualText, Choice, Question, QuestionProblem
from awareness.quizzes.kinds.single import Single

if TYPE_CHECKING:
    from awareness.quizzes.import_export.gift.parser import AnswerParser
    from awareness.quizzes.import_export.gift.writer import QuestionWriter

TRUE: Final = BilingualText("Тачно", "True")
FALSE: Final = BilingualText("Нетачно", "False")
_TRUE: Final = frozenset({"T", "TRUE"})


class TrueFalse(Single):
    """One of two choices is right."""

    code = "true_false"
    label = pgettext_lazy("question", "True or false")
    instruction = _("True or false?")
    missing_answer = _("Choose true or false first.")
    template = "true_false"
    editor_fields = ("is_true", "feedback")
    default_choices = (TRUE, FALSE)
    can_shuffle = False
    gift_syntax = "truth"

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        if sorted(choice.weight for choice in question.choices) != [0, FULL_CREDIT]:
            yield QuestionProblem(gettext("Answers"), gettext("Choose whether the statement is true or false."))

    def read_gift(self, parser: "AnswerParser") -> tuple[str, list[Choice]]:
        truth_text, *feedback = parser.inside.split("#", 2)
        truth = truth_text.strip() in _TRUE
        place = parser.begins + len(truth_text) + 1
        texts = []
        for each in feedback:
            text = parser.reader.text(each, place)
            texts.append(parser.reader.words(text) if text else EMPTY_TEXT)
            place += len(each) + 1
        wrong, right = [*texts, EMPTY_TEXT, EMPTY_TEXT][:2]
        return self.code, [
            Choice(text=TRUE, weight=FULL_CREDIT if truth else Decimal(0), feedback=right if truth else wrong),
            Choice(text=FALSE, weight=Decimal(0) if truth else FULL_CREDIT, feedback=wrong if truth else right),
        ]

    def write_gift(self, writer: "QuestionWriter") -> str:
        true, false = writer.question.choices
        if (true.text, false.text) != (TRUE, FALSE):
            writer.lost.append(gettext("The importing system uses its own words for “True” and “False”."))
        right, wrong = (true, false) if true.weight else (false, true)
        feedback_texts = [writer.text(wrong.feedback), writer.text(right.feedback)]
        while feedback_texts and not feedback_texts[-1]:
            feedback_texts.pop()
        return "".join(["TRUE" if true.weight else "FALSE", *(f"#{each}" for each in feedback_texts)])
