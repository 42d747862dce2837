"""Printed worksheet of a quiz, with the answer key."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from awareness.quizzes.kinds.base import SheetChoice, SheetSituation
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import Question
from awareness.quizzes.labels import choice_letter
from awareness.quizzes.presentation import present_question


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """A printed question. `template`: of the part below the question text."""

    number: int
    template: str
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
    """Return the questions in `language`. The same `seed` gives the same order of choices."""
    return tuple(_drawn(number, question, language, seed) for number, question in enumerate(questions, 1))


def _drawn(number: int, question: Question, language: str, seed: str) -> SheetQuestion:
    kind = kind_of(question)
    shown = present_question(question, language=language, seed=seed)
    lettered = {choice.place: choice_letter(place, language) for place, choice in enumerate(shown.choices)}
    groups = {group.place: choice_letter(place, language) for place, group in enumerate(shown.groups)}
    situations = kind.sheet_situations(question, language)
    return SheetQuestion(
        number=number,
        template=f"public/quizzes/paper/{kind.paper_template}.html",
        text=shown.text,
        how=kind.paper_instruction,
        frame=shown.frame,
        choices=()
        if situations
        else tuple(SheetChoice(lettered[each.place], each.text, each.role) for each in shown.choices),
        groups=tuple(SheetChoice(groups[each.place], each.text) for each in shown.groups),
        situations=situations,
        key=tuple(kind.key(question, language, lettered, groups)),
        explanation=question.explanation.read(language),
        source_title=question.source_title,
        source_url=question.source_url,
        foreign=shown.foreign,
    )
