"""Writes GIFT. What GIFT has no place for is named, in the file itself and to whoever asked for it; nothing is left out in silence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from awareness.quizzes.enums import PAIRING_KINDS, QuestionKind
from awareness.quizzes.import_export.gift.answers import FALSE, TRUE, number_text
from awareness.quizzes.import_export.gift.text import MOODLE_WEIGHTS, escape, percent
from awareness.quizzes.kinds.answers import read_number
from awareness.quizzes.kinds.schemas import FULL_CREDIT, BilingualText, Choice, Question
from awareness.quizzes.kinds.validation import question_problems

# Moodle has nothing like these; they go from one place to another in JSON.
UNSUPPORTED_KINDS: Final = frozenset(
    {QuestionKind.ORDERING, QuestionKind.CLUES, QuestionKind.SCENARIO, QuestionKind.POLL}
)
_ARROW: Final = "->"
_ARROW_SIGN: Final = "→"


@dataclass(frozen=True, slots=True)
class LostContent:
    """What a question loses in GIFT; `whole` says that it is not in the file at all."""

    name: str
    what: str
    whole: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


def write_gift(questions: Sequence[Question], language: str = "sr") -> tuple[str, tuple[LostContent, ...]]:
    """The text of a file with the questions in one language ("sr" or "en"), and what is not in it.

    Questions without a category come first, the others in their order: a category holds for everything behind it.
    """
    parts, lost, category = [], [], ""
    for question in sorted(questions, key=lambda each: bool(_line(each.category))):
        writer = _Writer(question, language)
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


class _Writer:
    def __init__(self, question: Question, language: str) -> None:
        self.question, self.language = question, language
        self.lost: list[str] = []
        self._first_right = next((choice for choice in question.choices if choice.weight == FULL_CREDIT), None)

    def without_form(self) -> str:
        """Why the question cannot be written; empty where it can."""
        if self.question.kind in UNSUPPORTED_KINDS:
            return _("GIFT has no question of the kind “%(kind)s”.") % {"kind": self.question.kind.label}
        return " ".join(
            f"{problem.where}: {problem.what}" for problem in question_problems(self.question) if problem.blocking
        )

    def write(self) -> str:
        """The question as a block that ends with a line end."""
        question = self.question
        if any(choice.missed for choice in question.choices):
            self.lost.append(_("What is said to who did not choose an answer is left out."))
        if question.kind in PAIRING_KINDS and any(choice.feedback for choice in question.choices):
            self.lost.append(_("What is said about single pairs is left out."))
        if self.language == "en" and not question.text.en:
            self.lost.append(_("It is not written in English and stands there in Serbian."))
        general = self._text(question.explanation)
        head = f"::{escape(_line(question.name))}::[plain]{escape(self._read(question.text))}"
        return f"{self._tags()}{head}{{{self._inside()}{f'####{general}' if general else ''}}}\n"

    def _tags(self) -> str:
        question = self.question
        tags = [f"[tag:level {question.level}]"] if question.level else []
        tags += [f"[tag:topic {question.topic}]"] if question.topic else []
        tags += [f"[tag:difficulty {question.difficulty}]"] if question.difficulty != 2 else []
        return f"// {' '.join(tags)}\n" if tags else ""

    def _inside(self) -> str:
        match self.question.kind:
            case QuestionKind.TRUE_FALSE:
                return self._true_false()
            case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
                return self._lines(self._chosen)
            case QuestionKind.SHORT:
                return self._lines(self._written)
            case QuestionKind.NUMERIC:
                return f"#{self._lines(self._number)}"
        return self._lines(self._pair)

    def _lines(self, write: Callable[[Choice], str]) -> str:
        return "".join(f"\n\t{write(choice)}" for choice in self.question.choices) + "\n"

    def _chosen(self, choice: Choice) -> str:
        # Only the first one: with nothing but = they would be words to be written.
        if self.question.kind == QuestionKind.SINGLE and choice is self._first_right:
            sign = "="
        else:
            sign = f"~{self._percent(choice.weight)}" if choice.weight else "~"
        return f"{sign}{self._text(choice.text)}{self._feedback(choice)}"

    def _written(self, choice: Choice) -> str:
        text, said = self._text(choice.text), self._feedback(choice)
        # With an arrow anywhere Moodle takes the answers for pairs.
        return f"={self._percent(choice.weight)}{self._arrowless(text)}{self._arrowless(said)}"

    def _number(self, choice: Choice) -> str:
        number = number_text(read_number(choice.text.read("sr")) or Decimal(0))
        tolerance = f":{number_text(choice.tolerance)}" if choice.tolerance else ""
        return f"={self._percent(choice.weight)}{number}{tolerance}{self._feedback(choice)}"

    def _pair(self, choice: Choice) -> str:
        return f"={self._arrowless(self._text(choice.text))} {_ARROW} {escape(self._read(choice.match))}"

    def _true_false(self) -> str:
        true, false = self.question.choices
        if (true.text, false.text) != (TRUE, FALSE):
            self.lost.append(_("“True” and “false” are said in the words of the system that reads the file."))
        right, wrong = (true, false) if true.weight else (false, true)
        said = [self._text(wrong.feedback), self._text(right.feedback)]
        while said and not said[-1]:
            said.pop()
        return "".join(["TRUE" if true.weight else "FALSE", *(f"#{each}" for each in said)])

    def _percent(self, weight: Decimal) -> str:
        if abs(weight) not in MOODLE_WEIGHTS:
            self.lost.append(_("Moodle does not know the weight %(weight)s %%.") % {"weight": percent(weight)})
        return f"%{percent(weight)}%"

    def _feedback(self, choice: Choice) -> str:
        said = self._text(choice.feedback)
        return f"#{said}" if said else ""

    def _read(self, words: BilingualText) -> str:
        return words.read(self.language).strip()

    def _text(self, words: BilingualText) -> str:
        """In one line; what would be read as a format or a weight is marked as text."""
        said = self._read(words)
        return f"[plain]{escape(said)}" if said.startswith(("[", "%")) else escape(said)

    def _arrowless(self, text: str) -> str:
        if _ARROW in text:
            self.lost.append(_("“->” is written as “→”, for it would part a pair."))
        return text.replace(_ARROW, _ARROW_SIGN)


def _line(text: str) -> str:
    return " ".join(text.split())
