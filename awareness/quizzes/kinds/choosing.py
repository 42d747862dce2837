"""Base class of the kinds in which choices are selected from a list."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from awareness.quizzes.kinds.base import Answer, AnswerScore, ChoiceFeedback, QuestionKind
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Choice, Question
from awareness.quizzes.labels import CORRECT_CHOICE_LABEL, OUTCOME_LABELS, ChoiceOutcome

if TYPE_CHECKING:
    from awareness.quizzes.import_export.gift.parser import AnswerParser
    from awareness.quizzes.import_export.gift.writer import QuestionWriter


class ChoosingKind(QuestionKind):
    """Choices are selected. `missed_label`: of a right choice that was left out."""

    paper_template = "letters"
    missed_label: ClassVar[str | Promise] = CORRECT_CHOICE_LABEL

    def is_wanted(self, choice: Choice) -> bool:
        """Return whether the choice is shown as missed if it was not selected."""
        return choice.weight > 0

    def outcome(self, choice: Choice, *, chosen: bool) -> ChoiceOutcome:
        """Return the outcome of a choice."""
        if chosen:
            if self.is_wanted(choice):
                return ChoiceOutcome.RIGHT
            return ChoiceOutcome.CHOSEN if choice.weight > 0 else ChoiceOutcome.WRONG
        return ChoiceOutcome.MISSED if self.is_wanted(choice) else ChoiceOutcome.OPEN

    def outcomes(
        self, question: Question, answer: Answer | None, mark: AnswerScore | None, language: str, seed: str
    ) -> Iterator[ChoiceFeedback]:
        for place in self.order(question, seed):
            choice = question.choices[place]
            part = self.outcome(choice, chosen=mark is not None and mark.chosen[place])
            missed = part == ChoiceOutcome.MISSED
            # Choices that were rightly left out are not listed.
            if part != ChoiceOutcome.OPEN:
                yield ChoiceFeedback(
                    text=choice.text.read(language),
                    part=part,
                    label=(self.missed_label if mark else CORRECT_CHOICE_LABEL) if missed else OUTCOME_LABELS[part],
                    note=(choice.missed or choice.feedback if missed else choice.feedback).read(language),
                )

    def read_gift(self, parser: "AnswerParser") -> "tuple[str, list[Choice]]":
        return self.code, list(self._read_choices(parser))

    def _read_choices(self, parser: "AnswerParser") -> Iterator[Choice]:
        for sign, part, place in parser.parts("~=", parser.inside, parser.begins):
            if not sign:
                parser.reader.note(place, _("A ~ or = is missing before the first answer."))
                continue
            choice = parser.choice(part, place, FULL_CREDIT if sign == "=" else Decimal(0))
            if choice.weight < 0 and not self.can_subtract:
                parser.reader.note(
                    place,
                    _("Negative weights are not possible with one right answer. The weight was set to 0."),
                    blocking=False,
                )
                choice = replace(choice, weight=Decimal(0))
            yield choice

    def write_gift(self, writer: "QuestionWriter") -> str:
        return writer.lines(
            lambda choice: f"{self.gift_sign(choice, writer)}{writer.text(choice.text)}{writer.feedback(choice)}"
        )

    def gift_sign(self, choice: Choice, writer: "QuestionWriter") -> str:
        """Return the text in front of a choice."""
        return f"~{writer.percent(choice.weight)}" if choice.weight else "~"
