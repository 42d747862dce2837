"""Writer of GIFT files. Content that GIFT cannot hold is listed in the file and returned to the caller."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from awareness.quizzes.import_export.gift.text import MOODLE_WEIGHTS, escape, percent
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import FULL_CREDIT, BilingualText, Choice, Question
from awareness.quizzes.kinds.validation import question_problems

_ARROW: Final = "->"
_ARROW_SIGN: Final = "→"


@dataclass(frozen=True, slots=True)
class LostContent:
    """Content of a question that GIFT cannot hold. `whole`: the question is not in the file."""

    name: str
    what: str
    whole: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


def write_gift(questions: Sequence[Question], language: str = "sr") -> tuple[str, tuple[LostContent, ...]]:
    """Return the GIFT text of questions in one language ("sr" or "en"), and the lost content.

    Questions without a category come first: a category line applies to all following questions.
    """
    parts, lost, category = [], [], ""
    for question in sorted(questions, key=lambda each: bool(_line(each.category))):
        writer = QuestionWriter(question, language)
        if named := writer.without_form():
            lost.append(LostContent(question.name, named, whole=True))
            parts.append(f"// {_line(str(lost[-1]))}\n")
            continue
        if _line(question.category) != category:
            category = _line(question.category)
            parts.append(f"$CATEGORY: {category}\n")
        parts.append(writer.write())
        lost += [LostContent(question.name, what) for what in dict.fromkeys(writer.lost)]
    return "\n".join(parts), tuple(lost)


class QuestionWriter:
    """Writes one question. `lost` collects what GIFT cannot hold."""

    def __init__(self, question: Question, language: str) -> None:
        self.question, self.language = question, language
        self.lost: list[str] = []
        self.first_right = next((choice for choice in question.choices if choice.weight == FULL_CREDIT), None)

    def without_form(self) -> str:
        """Return why the question cannot be exported, or an empty string."""
        kind = kind_of(self.question)
        if not kind.in_gift:
            return _("GIFT does not support the kind “%(kind)s”.") % {"kind": kind.label}
        return " ".join(
            f"{problem.where}: {problem.what}" for problem in question_problems(self.question) if problem.blocking
        )

    def write(self) -> str:
        """Return the question as a block, ending with a line break."""
        question = self.question
        if any(choice.missed for choice in question.choices):
            self.lost.append(_("Feedback on missed answers was left out."))
        if self.language == "en" and not question.text.en:
            self.lost.append(_("The English text is missing. The Serbian text was exported."))
        kind = kind_of(question)
        inside = kind.write_gift(self)
        general = self.text(question.explanation)
        head = f"::{escape(_line(question.name))}::[plain]{self.plain(question.text)}"
        answers = f"{{{inside}{f'####{general}' if general else ''}}}" if kind.has_gift_answers else ""
        return f"{self._tags()}{head}{answers}\n"

    def _tags(self) -> str:
        question = self.question
        tags = [f"[tag:level {question.level}]"] if question.level else []
        tags += [f"[tag:topic {question.topic}]"] if question.topic else []
        tags += [f"[tag:difficulty {question.difficulty}]"] if question.difficulty != 2 else []
        return f"// {' '.join(tags)}\n" if tags else ""

    def lines(self, write: Callable[[Choice], str]) -> str:
        """Return each choice in a line of its own."""
        return "".join(f"\n\t{write(choice)}" for choice in self.question.choices) + "\n"

    def percent(self, weight: Decimal) -> str:
        """Return a weight between percent signs."""
        if abs(weight) not in MOODLE_WEIGHTS:
            self.lost.append(_("Moodle does not support the weight %(weight)s %%.") % {"weight": percent(weight)})
        return f"%{percent(weight)}%"

    def feedback(self, choice: Choice) -> str:
        """Return the feedback of a choice, with the sign before it."""
        feedback_text = self.text(choice.feedback)
        return f"#{feedback_text}" if feedback_text else ""

    def _read(self, words: BilingualText) -> str:
        return words.read(self.language).strip()

    def plain(self, words: BilingualText) -> str:
        """Return a text in one line."""
        return escape(self._read(words))

    def text(self, words: BilingualText) -> str:
        """Return a text in one line. Text that looks like a format or a weight is marked as plain."""
        line = self._read(words)
        return f"[plain]{escape(line)}" if line.startswith(("[", "%")) else escape(line)

    def without_arrow(self, text: str) -> str:
        """Return a text without the sign of pairs."""
        if _ARROW in text:
            self.lost.append(_("“->” was replaced by “→”, because GIFT uses it for pairs."))
        return text.replace(_ARROW, _ARROW_SIGN)


def _line(text: str) -> str:
    return " ".join(text.split())
