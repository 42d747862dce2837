"""Write a word."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from awareness.quizzes.kinds import base
from awareness.quizzes.kinds.base import MAX_TEXT_LENGTH, AnswerScore, PostedAnswer, QuestionKind
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Choice, Question, QuestionProblem
from clicksafely.common.serbian.search_folding import fold

if TYPE_CHECKING:
    from awareness.quizzes.import_export.gift.parser import AnswerParser
    from awareness.quizzes.import_export.gift.writer import QuestionWriter

# Marks a missing choice.
_NO_CHOICE: Final = -1


class Short(QuestionKind):
    """A written word is compared with the choices, whatever its script and case. An asterisk matches any text."""

    code = "short"
    label = pgettext_lazy("question", "Write a word")
    instruction = _("Write a word or two. You can use either script. Capital letters do not matter.")
    missing_answer = _("Write your answer first.")
    paper_instruction = _("Write your answer on the line.")
    template = "short"
    paper_template = "line"
    control = "text"
    fewest_choices = 1
    is_written = True
    in_gift = True
    gift_syntax = "text"

    def read(self, question: Question, data: Any) -> str | None:
        text = data.strip()[:MAX_TEXT_LENGTH] if isinstance(data, str) else ""
        return text or None

    def score(self, question: Question, answer: Any) -> AnswerScore:
        fitting = {place for place, choice in enumerate(question.choices) if self.fits(choice, answer)}
        best = max((question.choices[place].weight for place in fitting), default=Decimal(0))
        first = next((place for place in sorted(fitting) if question.choices[place].weight == best), _NO_CHOICE)
        return base.marked(question, base.share(best), {first}, set(question.right))

    def fits(self, choice: Choice, answer: str) -> bool:
        """Return whether a written answer matches a choice."""
        patterns = {choice.text.sr, choice.text.en} - {""}
        return any(_pattern(pattern).fullmatch(fold(answer)) for pattern in patterns)

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        yield from base.full_credit_problems(question)

    def order(self, question: Question, seed: str) -> list[int]:
        """No choice is displayed."""
        return []

    def read_posted(self, question: Question, post: QueryDict) -> PostedAnswer:
        written = post.get(base.ANSWER, "")[:MAX_TEXT_LENGTH]
        return self.judged(question, written, PostedAnswer(written=written))

    def accepted(self, question: Question, language: str) -> Iterator[str]:
        for choice in question.choices:
            if choice.weight == FULL_CREDIT and (text := self.shown(choice, language)):
                yield text

    def shown(self, choice: Choice, language: str) -> str:
        """Return an accepted answer as shown in feedback."""
        return choice.text.read(language).replace("*", "").strip()

    def note(self, question: Question, mark: AnswerScore | None, language: str) -> str:
        """Feedback of the matching choice."""
        if mark is None or True not in mark.chosen:
            return ""
        return question.choices[mark.chosen.index(True)].feedback.read(language)

    def key(
        self, question: Question, language: str, letters: Mapping[int, str], groups: Mapping[int, str]
    ) -> Iterator[str]:
        for choice in question.choices:
            if choice.weight > 0:
                yield self.accepted_text(choice, language) + base.credit_note(choice)

    def read_gift(self, parser: "AnswerParser") -> tuple[str, list[Choice]]:
        parts = parser.parts("=", parser.inside, parser.begins)
        return self.code, [parser.choice(part, place, FULL_CREDIT) for _sign, part, place in parts]

    def write_gift(self, writer: "QuestionWriter") -> str:
        # Moodle reads answers that contain an arrow as pairs.
        return writer.lines(
            lambda choice: (
                f"={writer.percent(choice.weight)}{writer.without_arrow(writer.text(choice.text))}"
                f"{writer.without_arrow(writer.feedback(choice))}"
            )
        )


def _pattern(text: str) -> re.Pattern[str]:
    """Return a pattern that ignores case and script. An asterisk matches any text."""
    return re.compile(".*".join(re.escape(fold(part)) for part in text.split("*")), re.DOTALL)
