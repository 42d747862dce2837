"""An answer that is written, as readers of a language write it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awareness.quizzes.enums import MULTIPLE_CHOICE_KINDS, PAIRING_KINDS, WRITTEN_KINDS, QuestionKind
from awareness.quizzes.kinds.answers import read_number
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Choice, Question
from awareness.quizzes.labels import choice_letter
from awareness.quizzes.presentation import present_question
from clicksafely.common.i18n.language import ENGLISH


def accepted_answer_text(choice: Choice, language: str, kind: QuestionKind) -> str:
    """A word as it stands there; a number with its tolerance, and a comma in Serbian."""
    text = choice.text.read(language)
    number = read_number(text) if kind == QuestionKind.NUMERIC else None
    if number is None:
        return text
    said = f"{number:f}" + (f" ± {choice.tolerance.normalize():f}" if choice.tolerance else "")
    return said if language == ENGLISH else said.replace(".", ",")


HOW: Final[dict[QuestionKind, str | Promise]] = {
    QuestionKind.SINGLE: gettext_lazy("Circle one letter."),
    QuestionKind.MULTIPLE: gettext_lazy("Circle every letter that is right."),
    QuestionKind.TRUE_FALSE: gettext_lazy("Circle one letter."),
    QuestionKind.ORDERING: gettext_lazy("Write the numbers: 1 comes first."),
    QuestionKind.MATCHING: gettext_lazy("Write the letter of its pair on the line."),
    QuestionKind.SORTING: gettext_lazy("Write on each line the letter of where it belongs."),
    QuestionKind.CLUES: gettext_lazy("Circle the letters of the parts that look suspicious."),
    QuestionKind.SCENARIO: gettext_lazy("Circle what you would do, and go on where the arrow leads."),
    QuestionKind.POLL: gettext_lazy("Circle what you think. Nothing is right or wrong here."),
    QuestionKind.SHORT: gettext_lazy("Write your answer on the line."),
    QuestionKind.NUMERIC: gettext_lazy("Write a number on the line."),
}


@dataclass(frozen=True, slots=True)
class SheetChoice:
    """A choice on paper; `onward` says where it leads in a scenario."""

    letter: str
    text: str
    role: str = ""
    onward: str = ""


@dataclass(frozen=True, slots=True)
class SheetSituation:
    """A situation of a scenario: its heading is empty for the first one."""

    heading: str
    text: str
    choices: tuple[SheetChoice, ...]


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """A question on paper. `shape` says how it is drawn: letters, numbers, pairs, mock, situations or line."""

    number: int
    shape: str
    text: str
    how: str | Promise
    frame: str
    choices: tuple[SheetChoice, ...]
    groups: tuple[SheetChoice, ...]
    situations: tuple[SheetSituation, ...]
    key: tuple[str, ...]
    explanation: str
    source_title: str
    source_url: str
    foreign: bool


def sheet_of(questions: Sequence[Question], *, language: str, seed: str) -> tuple[SheetQuestion, ...]:
    """The questions for a reader of `language`; the same `seed` gives the same order of answers."""
    return tuple(_drawn(number, question, language, seed) for number, question in enumerate(questions, 1))


def _drawn(number: int, question: Question, language: str, seed: str) -> SheetQuestion:
    shown = present_question(question, language=language, seed=seed)
    lettered = {choice.place: choice_letter(place, language) for place, choice in enumerate(shown.choices)}
    groups = {group.place: choice_letter(place, language) for place, group in enumerate(shown.groups)}
    situations = tuple(_situations(question, language)) if question.kind == QuestionKind.SCENARIO else ()
    return SheetQuestion(
        number=number,
        shape=_shape(question.kind),
        text=shown.text,
        how=HOW[question.kind],
        frame=shown.frame,
        choices=()
        if situations
        else tuple(SheetChoice(lettered[each.place], each.text, each.role) for each in shown.choices),
        groups=tuple(SheetChoice(groups[each.place], each.text) for each in shown.groups),
        situations=situations,
        key=tuple(_key(question, language, lettered, groups)),
        explanation=question.explanation.read(language),
        source_title=question.source_title,
        source_url=question.source_url,
        foreign=shown.foreign,
    )


def _shape(kind: QuestionKind) -> str:
    if kind in WRITTEN_KINDS:
        return "line"
    if kind in PAIRING_KINDS:
        return "pairs"
    return {QuestionKind.ORDERING: "numbers", QuestionKind.CLUES: "mock", QuestionKind.SCENARIO: "situations"}.get(
        kind, "letters"
    )


def _situations(question: Question, language: str) -> Iterator[SheetSituation]:
    texts = [(0, ""), *((each.number, each.text.read(language)) for each in question.situations)]
    for number, text in texts:
        yield SheetSituation(
            heading=_("Situation %(number)d") % {"number": number} if number else "",
            text=text,
            choices=tuple(
                SheetChoice(
                    choice_letter(place, language),
                    question.choices[place].text.read(language),
                    "",
                    _onward(question, place),
                )
                for place in question.choices_at(number)
            ),
        )


def _onward(question: Question, place: int) -> str:
    onward = question.choices[place].leads_to
    if onward is None:
        return _("the end")
    return _("go to situation %(number)d") % {"number": onward} if onward else _("go back to the beginning")


def _key(question: Question, language: str, lettered: dict[int, str], groups: dict[int, str]) -> Iterator[str]:
    """What is right, line by line."""
    choices = question.choices
    if question.kind == QuestionKind.POLL:
        yield _("Every answer is fine.")
    elif question.kind == QuestionKind.ORDERING:
        for position, choice in enumerate(choices, 1):
            yield f"{position}. {choice.text.read(language)}"
    elif question.kind in PAIRING_KINDS:
        for place, letter_ in lettered.items():
            group = question.groups.index(choices[place].match)
            yield f"{letter_}. {choices[place].text.read(language)} – {groups[group]}. {choices[place].match.read(language)}"
    elif question.kind in WRITTEN_KINDS:
        for choice in choices:
            if choice.weight > 0:
                yield accepted_answer_text(choice, language, question.kind) + _part(choice)
    else:
        places = lettered if question.kind != QuestionKind.SCENARIO else _ends(question, language)
        for place, letter_ in places.items():
            choice = choices[place]
            if choice.weight > 0:
                why = (choice.missed or choice.feedback).read(language) if question.kind == QuestionKind.CLUES else ""
                part = "" if question.kind in MULTIPLE_CHOICE_KINDS else _part(choice)
                yield f"{letter_}. {choice.text.read(language)}{part}{f' – {why}' if why else ''}"


def _ends(question: Question, language: str) -> dict[int, str]:
    return {
        place: choice_letter(place, language)
        for place, choice in enumerate(question.choices)
        if choice.leads_to is None
    }


def _part(choice: Choice) -> str:
    """How much of the credit it brings, where that is not all."""
    return "" if choice.weight == FULL_CREDIT else f" ({choice.weight.normalize():f} %)"
