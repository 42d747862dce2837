"""What a player may answer, and how an answer is marked."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from awareness.quizzes.enums import MULTIPLE_CHOICE_KINDS, PAIRING_KINDS, SINGLE_CHOICE_KINDS, QuestionKind
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Question
from clicksafely.common.serbian.search_folding import fold

LONGEST_TEXT: Final = 200
# Steps of a scenario that leads back to where it was.
LONGEST_WAY: Final = 50
# No choice, among places.
NO_CHOICE: Final = -1

# Places of choices: the chosen one(s), all of them in their order, the groups they were put into, or the way through a scenario.
Answer = tuple[int, ...] | str


@dataclass(frozen=True, slots=True)
class AnswerScore:
    """`credit` from 0 to 1, None where there is nothing to score; `chosen` and `wanted` say of each choice whether it was taken, and whether it should have been."""

    credit: float | None
    chosen: tuple[bool, ...]
    wanted: tuple[bool, ...]

    @property
    def right(self) -> bool:
        """Whether nothing was missing and nothing too much; what is not scored is neither right nor wrong."""
        return self.credit == 1


def read_answer(question: Question, given: Any) -> Answer | None:
    """An answer out of what a state or a browser says; None where it is none for this question (incomplete or impossible)."""
    count = len(question.choices)
    if question.kind in {QuestionKind.SHORT, QuestionKind.NUMERIC}:
        text = given.strip()[:LONGEST_TEXT] if isinstance(given, str) else ""
        return text if text and (question.kind == QuestionKind.SHORT or read_number(text) is not None) else None
    if not count or not isinstance(given, list | tuple) or not all(type(place) is int for place in given):
        return None
    places = tuple(given)
    if question.kind in SINGLE_CHOICE_KINDS:
        fits = len(places) == 1 and 0 <= places[0] < count
    elif question.kind in MULTIPLE_CHOICE_KINDS:
        fits = bool(places) and len(set(places)) == len(places) and all(0 <= place < count for place in places)
        places = tuple(sorted(places))
    elif question.kind == QuestionKind.ORDERING:
        fits = sorted(places) == list(range(count))
    elif question.kind in PAIRING_KINDS:
        fits = len(places) == count and all(0 <= place < len(question.groups) for place in places)
    else:
        fits = len(places) <= LONGEST_WAY and _ends(question, places)
    return places if fits else None


def situation_after(question: Question, way: Sequence[int]) -> int | None:
    """Where a way through a scenario has led: the number of the situation, None at the end. Raises ValueError where there is no such way."""
    here: int | None = 0
    for place in way:
        if here is None or not 0 <= place < len(question.choices) or question.choices[place].at != here:
            raise ValueError(way)
        here = question.choices[place].leads_to
    return here


def _ends(question: Question, way: Sequence[int]) -> bool:
    try:
        return situation_after(question, way) is None
    except ValueError:
        return False


def read_number(text: str) -> Decimal | None:
    """A number as people write it, with a point or a comma; None where it is none."""
    if not re.fullmatch(r"[+-]?\d{1,30}(?:[.,]\d{1,30})?", text.strip()):
        return None
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None


def score_answer(question: Question, answer: Answer) -> AnswerScore:
    """Mark an answer that `read_answer` took."""
    if isinstance(answer, str):
        return _mark_written(question, answer)
    if question.kind == QuestionKind.POLL:
        return _marked(question, None, set(answer), set())
    if question.kind in SINGLE_CHOICE_KINDS:
        return _marked(question, _share(question.choices[answer[0]].weight), set(answer), set(question.right))
    if question.kind in MULTIPLE_CHOICE_KINDS:
        return _marked(question, _credit_of_many(question, answer), set(answer), set(question.right))
    if question.kind == QuestionKind.ORDERING:
        placed = {place for position, place in enumerate(answer) if position == place}
        return AnswerScore(_credit_of_order(answer), _flags(question, placed), (True,) * len(answer))
    if question.kind in PAIRING_KINDS:
        groups = question.groups
        paired = {place for place, group in enumerate(answer) if groups[group] == question.choices[place].match}
        return AnswerScore(len(paired) / len(answer), _flags(question, paired), (True,) * len(answer))
    return _marked(question, _share(question.choices[answer[-1]].weight), set(answer), set(question.right))


def _credit_of_many(question: Question, answer: Sequence[int]) -> float:
    """What the chosen bring; one that is not right takes its own weight away, or, without one, as much as a right one brings on average."""
    usual = -FULL_CREDIT / max(len(question.right), 1)
    weights = [question.choices[place].weight or usual for place in answer]
    # A third of the whole has no end in decimals.
    return 1.0 if set(answer) == question.right else min(_share(sum(weights, Decimal(0))), 0.99)


def _credit_of_order(answer: Sequence[int]) -> float:
    """The longest run that is in its right order, whatever stands between: (length - 1) / (all - 1)."""
    tails: list[int] = []
    for place in answer:
        where = bisect_left(tails, place)
        tails[where : where + 1] = [place]
    return (len(tails) - 1) / max(len(answer) - 1, 1)


def _mark_written(question: Question, answer: str) -> AnswerScore:
    fitting = {place for place in range(len(question.choices)) if _fits(question, place, answer)}
    best = max((question.choices[place].weight for place in fitting), default=Decimal(0))
    first = next((place for place in sorted(fitting) if question.choices[place].weight == best), NO_CHOICE)
    return _marked(question, _share(best), {first}, set(question.right))


def _fits(question: Question, place: int, answer: str) -> bool:
    choice = question.choices[place]
    if question.kind == QuestionKind.NUMERIC:
        number, wanted = read_number(answer), read_number(choice.text.read("sr"))
        return number is not None and wanted is not None and abs(number - wanted) <= (choice.tolerance or 0)
    patterns = {choice.text.sr, choice.text.en} - {""}
    return any(_pattern(pattern).fullmatch(fold(answer)) for pattern in patterns)


def _pattern(text: str) -> re.Pattern[str]:
    """Letters of both scripts, small and capital, are the same; an asterisk stands for anything."""
    return re.compile(".*".join(re.escape(fold(part)) for part in text.split("*")), re.DOTALL)


def _share(weight: Decimal) -> float:
    return float(min(max(weight / FULL_CREDIT, Decimal(0)), Decimal(1)))


def _marked(question: Question, credit: float | None, chosen: set[int], wanted: set[int]) -> AnswerScore:
    return AnswerScore(credit, _flags(question, chosen), _flags(question, wanted))


def _flags(question: Question, places: set[int]) -> tuple[bool, ...]:
    return tuple(place in places for place in range(len(question.choices)))
