"""What stands in the braces of a GIFT question: its kind, and its answers as choices."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from awareness.quizzes.enums import QuestionKind
from awareness.quizzes.import_export.gift.text import TextReader, release
from awareness.quizzes.kinds.schemas import EMPTY_TEXT, FULL_CREDIT, BilingualText, Choice

TRUE: Final = BilingualText("Тачно", "True")
FALSE: Final = BilingualText("Нетачно", "False")
_TRUE: Final = frozenset({"T", "TRUE"})
_FALSE: Final = frozenset({"F", "FALSE"})
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,15}(?:[.,]\d{0,12})?|[.,]\d{1,12})(?:[eE][+-]?\d{1,2})?", re.ASCII)
_LARGEST: Final = Decimal(10**15)
_SMALLEST: Final = Decimal(1).scaleb(-12)

# A sign ("=", "~", or "" before the first one), the text up to the next sign, and where that text begins.
type Part = tuple[str, str, int]


def kind_of(inside: str) -> QuestionKind | None:
    """What is asked, by the rules of Moodle; None for an essay."""
    inside = inside.strip()
    if not inside:
        return None
    if inside.startswith("#"):
        return QuestionKind.NUMERIC
    if "~" in inside:
        return QuestionKind.SINGLE if "=" in inside else QuestionKind.MULTIPLE
    if "=" in inside and "->" in inside:
        return QuestionKind.MATCHING
    return QuestionKind.TRUE_FALSE if inside.partition("#")[0].strip() in _TRUE | _FALSE else QuestionKind.SHORT


def number_text(number: Decimal) -> str:
    """A number as people write it: 0.5, 15."""
    return format(number.normalize() + 0, "f")


class AnswerParser:
    """The answers of one question; `begins` is where `inside` stands in its text."""

    def __init__(self, taking: TextReader, inside: str, begins: int) -> None:
        self.taking, self.inside, self.begins = taking, inside, begins

    def read(self, kind: QuestionKind) -> tuple[QuestionKind, list[Choice]]:
        """The choices; where several things are paired with the same, they are sorted into groups."""
        match kind:
            case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
                return kind, list(self._chosen(kind))
            case QuestionKind.TRUE_FALSE:
                return kind, self._true_false()
            case QuestionKind.NUMERIC:
                return kind, list(self._numbers())
            case QuestionKind.MATCHING:
                pairs = list(self._pairs())
                grouped = len({choice.match for choice in pairs}) < len(pairs)
                return (QuestionKind.SORTING if grouped else kind), pairs
        return kind, list(self._written())

    def _parts(self, signs: str, inside: str, begins: int) -> Iterator[Part]:
        sign, start = "", 0
        for match in re.finditer(f"[{signs}]", inside):
            if sign or inside[start : match.start()].strip():
                yield sign, inside[start : match.start()], begins + start
            sign, start = match[0], match.end()
        if sign or inside[start:].strip():
            yield sign, inside[start:], begins + start

    def _said(self, part: str, place: int) -> tuple[str, BilingualText]:
        """An answer and what is said to whoever gave it."""
        text, sign, feedback = part.partition("#")
        said = self.taking.text(feedback, place + len(text) + 1) if sign else ""
        return text, self.taking.words(said) if said else EMPTY_TEXT

    def _line(self, part: str, place: int) -> None:
        self.taking.lines.append(self.taking.line_of(place + len(part) - len(part.lstrip())))

    def _chosen(self, kind: QuestionKind) -> Iterator[Choice]:
        for sign, part, place in self._parts("~=", self.inside, self.begins):
            if not sign:
                self.taking.note(place, _("Before the first answer a ~ or = is missing."))
                continue
            weight, rest = self.taking.weight(part, place, FULL_CREDIT if sign == "=" else Decimal(0))
            if weight < 0 and kind == QuestionKind.SINGLE:
                self.taking.note(
                    place,
                    _("Where one answer is chosen nothing is taken away: the weight is 0 here."),
                    blocking=False,
                )
                weight = Decimal(0)
            text, feedback = self._said(rest, place + len(part) - len(rest))
            self._line(part, place)
            yield Choice(text=self.taking.words(self.taking.text(text, place)), weight=weight, feedback=feedback)

    def _true_false(self) -> list[Choice]:
        said, *feedback = self.inside.split("#", 2)
        truth = said.strip() in _TRUE
        place = self.begins + len(said) + 1
        texts = []
        for each in feedback:
            texts.append(self.taking.text(each, place))
            place += len(each) + 1
        wrong, right = ([self.taking.words(text) if text else EMPTY_TEXT for text in texts] + [EMPTY_TEXT, EMPTY_TEXT])[
            :2
        ]
        return [
            Choice(text=TRUE, weight=FULL_CREDIT if truth else Decimal(0), feedback=right if truth else wrong),
            Choice(text=FALSE, weight=Decimal(0) if truth else FULL_CREDIT, feedback=wrong if truth else right),
        ]

    def _written(self) -> Iterator[Choice]:
        for _sign, part, place in self._parts("=", self.inside, self.begins):
            weight, rest = self.taking.weight(part, place, FULL_CREDIT)
            text, feedback = self._said(rest, place + len(part) - len(rest))
            self._line(part, place)
            yield Choice(text=self.taking.words(self.taking.text(text, place)), weight=weight, feedback=feedback)

    def _pairs(self) -> Iterator[Choice]:
        for _sign, part, place in self._parts("=", self.inside, self.begins):
            left, arrow, right = part.partition("->")
            # The other half is plain text in Moodle, whatever the question is.
            belongs = release(right).strip()
            if not arrow:
                self.taking.note(place, _("A pair is written as “one -> other”: here -> is missing."))
            elif not left.strip():
                self.taking.note(
                    place,
                    _("“%(text)s” belongs to nothing and was left out: everything has a partner here.")
                    % {"text": belongs[:60]},
                    blocking=False,
                )
            else:
                self._line(part, place)
                text = self.taking.text(left, place)
                yield Choice(text=self.taking.words(text), match=self.taking.words(belongs) if belongs else EMPTY_TEXT)

    def _numbers(self) -> Iterator[Choice]:
        begins = self.begins + self.inside.index("#") + 1
        inside, wrong, _said = self.inside[begins - self.begins :].partition("~")
        if wrong:
            self.taking.note(
                begins + len(inside), _("What is said to a wrong number has no place here."), blocking=False
            )
        for _sign, part, place in self._parts("=", inside, begins):
            weight, rest = self.taking.weight(part, place, FULL_CREDIT)
            text, feedback = self._said(rest, place + len(part) - len(rest))
            if release(text).strip() == "*":
                self.taking.note(place, _("Any number is no answer here: it was left out."), blocking=False)
                continue
            found = self._range(release(text))
            if found is None:
                self.taking.note(place, _("This is not a number."))
                continue
            number, tolerance = found
            self._line(part, place)
            written = number_text(number)
            yield Choice(
                text=BilingualText(written, written),
                weight=weight,
                feedback=feedback,
                tolerance=tolerance if tolerance else None,
            )

    def _range(self, text: str) -> tuple[Decimal, Decimal] | None:
        """A number and how far from it another one may be; None where that is not what stands there."""
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
    if not _NUMBER.fullmatch(text.strip()):
        return None
    number = Decimal(text.strip().replace(",", "."))
    return number if number == 0 or _SMALLEST <= abs(number) < _LARGEST else None
