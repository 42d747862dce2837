"""Write a number."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from awareness.quizzes.import_export.gift.text import release
from awareness.quizzes.kinds.base import choice_label
from awareness.quizzes.kinds.schemas import FULL_CREDIT, BilingualText, Choice, Question, QuestionProblem
from awareness.quizzes.kinds.short import Short
from clicksafely.common.i18n.language import ENGLISH

if TYPE_CHECKING:
    from awareness.quizzes.import_export.gift.parser import AnswerParser
    from awareness.quizzes.import_export.gift.writer import QuestionWriter

_GIFT_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,15}(?:[.,]\d{0,12})?|[.,]\d{1,12})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_MAX_VALUE: Final = Decimal(10**15)
_MIN_VALUE: Final = Decimal(1).scaleb(-12)


class Numeric(Short):
    """A written number is compared with the choices, each with its tolerance."""

    code = "numeric"
    label = pgettext_lazy("question", "Write a number")
    instruction = _("Answer with a number.")
    missing_answer = _("Write a number first, for example 12 or 2.5.")
    paper_instruction = _("Write a number on the line.")
    template = "numeric"
    control = "number"
    editor_fields = ("tolerance", "weight", "feedback")
    can_repeat_choices = True
    gift_syntax = "number"

    def read(self, question: Question, data: Any) -> str | None:
        text = super().read(question, data)
        return text if text and read_number(text) is not None else None

    def fits(self, choice: Choice, answer: str) -> bool:
        number, expected = read_number(answer), read_number(choice.text.read("sr"))
        return number is not None and expected is not None and abs(number - expected) <= (choice.tolerance or 0)

    def problems(self, question: Question) -> Iterator[QuestionProblem]:
        yield from super().problems(question)
        for place, choice in enumerate(question.choices):
            if read_number(choice.text.read("sr")) is None:
                yield QuestionProblem(choice_label(place), gettext("This is not a number."))
            if choice.tolerance is not None and choice.tolerance < 0:
                yield QuestionProblem(choice_label(place), gettext("The tolerance must not be negative."))

    def shown(self, choice: Choice, language: str) -> str:
        """With a decimal comma in Serbian, and with the tolerance in words."""
        text = super().shown(choice, language)
        text = text if language == ENGLISH else text.replace(".", ",")
        if not text or not choice.tolerance:
            return text
        return gettext("%(number)s (give or take %(tolerance)s)") % {
            "number": text,
            "tolerance": f"{choice.tolerance.normalize():f}",
        }

    def accepted_text(self, choice: Choice, language: str) -> str:
        """With a decimal comma in Serbian, and with the tolerance."""
        text = choice.text.read(language)
        number = read_number(text)
        if number is None:
            return text
        decimal_text = f"{number:f}" + (f" ± {choice.tolerance.normalize():f}" if choice.tolerance else "")
        return decimal_text if language == ENGLISH else decimal_text.replace(".", ",")

    def read_gift(self, parser: "AnswerParser") -> tuple[str, list[Choice]]:
        return self.code, list(_read_numbers(parser))

    def write_gift(self, writer: "QuestionWriter") -> str:
        return f"#{writer.lines(lambda choice: _written(choice, writer))}"


def read_number(text: str) -> Decimal | None:
    """Parse a number with a decimal point or comma, None if invalid."""
    if not re.fullmatch(r"[+-]?\d{1,30}(?:[.,]\d{1,30})?", text.strip()):
        return None
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None


def number_text(number: Decimal) -> str:
    """Format a number without exponent and trailing zeros: 0.5, 15."""
    return format(number.normalize() + 0, "f")


def _written(choice: Choice, writer: "QuestionWriter") -> str:
    number = number_text(read_number(choice.text.read("sr")) or Decimal(0))
    tolerance = f":{number_text(choice.tolerance)}" if choice.tolerance else ""
    return f"={writer.percent(choice.weight)}{number}{tolerance}{writer.feedback(choice)}"


def _read_numbers(parser: "AnswerParser") -> Iterator[Choice]:
    begins = parser.begins + parser.inside.index("#") + 1
    inside, wrong, _feedback = parser.inside[begins - parser.begins :].partition("~")
    if wrong:
        parser.reader.note(
            begins + len(inside),
            gettext("Feedback on wrong numbers is not supported and was left out."),
            blocking=False,
        )
    for _sign, part, place in parser.parts("=", inside, begins):
        weight, text, feedback = parser.weighted(part, place, FULL_CREDIT)
        if release(text).strip() == "*":
            parser.reader.note(
                place, gettext("The answer “any number” is not supported and was left out."), blocking=False
            )
            continue
        found = _range(release(text))
        if found is None:
            parser.reader.note(place, gettext("This is not a number."))
            continue
        number, tolerance = found
        parser.mark_line(part, place)
        written = number_text(number)
        yield Choice(
            text=BilingualText(written, written), weight=weight, feedback=feedback, tolerance=tolerance or None
        )


def _range(text: str) -> tuple[Decimal, Decimal] | None:
    """Return a number and its tolerance, None if the text is neither "number:tolerance" nor "low..high"."""
    least, dots, most = text.partition("..")
    if dots:
        low, high = _number(least), _number(most)
        if low is None or high is None or low > high:
            return None
        return (low + high) / 2, (high - low) / 2
    number, tolerance = _number(text.partition(":")[0]), _number(text.partition(":")[2] or "0")
    if number is None or tolerance is None or tolerance < 0:
        return None
    return number, tolerance


def _number(text: str) -> Decimal | None:
    if not _GIFT_NUMBER.fullmatch(text.strip()):
        return None
    number = Decimal(text.strip().replace(",", "."))
    return number if number == 0 or _MIN_VALUE <= abs(number) < _MAX_VALUE else None
