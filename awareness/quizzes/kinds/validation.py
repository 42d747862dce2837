"""When a question is whole: what must be mended before it can be asked."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awareness.publishing.audiences import Level
from awareness.quizzes.enums import MULTIPLE_CHOICE_KINDS, Frame, QuestionKind, Role
from awareness.quizzes.kinds.answers import read_number
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Choice, Question, QuestionProblem

LONGEST_QUESTION: Final = 1000
LONGEST_EXPLANATION: Final = 2000
LONGEST_CHOICE: Final = 400
LONGEST_NAME: Final = 120
MOST_CHOICES: Final = 24
DIFFICULTIES: Final = (1, 2, 3)
_FEWEST: Final = {
    QuestionKind.SHORT: 1,
    QuestionKind.NUMERIC: 1,
    QuestionKind.CLUES: 3,
    QuestionKind.ORDERING: 2,
    QuestionKind.SCENARIO: 2,
}
# What rounding may take from a whole: three thirds are 99.99999.
_ROUNDING: Final = 1


def question_problems(question: Question) -> list[QuestionProblem]:
    """Everything that keeps the question from being asked, in the order of its parts."""
    return [*_of_texts(question), *_of_choices(question), *_of_kind(question)]


def choice_label(place: int) -> str:
    """What the choice at `place` (from 0) is called."""
    return _("Answer %(number)d") % {"number": place + 1}


def _of_texts(question: Question) -> Iterator[QuestionProblem]:
    if not question.name.strip():
        yield QuestionProblem(_("Name"), _("The question has no name for editors."))
    elif len(question.name) > LONGEST_NAME:
        yield QuestionProblem(_("Name"), _too_long(LONGEST_NAME))
    if not question.text:
        yield QuestionProblem(_("Question"), _("Write the question."))
    for language, text in (("sr", question.text.sr), ("en", question.text.en)):
        if len(text) > LONGEST_QUESTION:
            yield QuestionProblem(f"{_('Question')} [{language}]", _too_long(LONGEST_QUESTION))
    for language, text in (("sr", question.explanation.sr), ("en", question.explanation.en)):
        if len(text) > LONGEST_EXPLANATION:
            yield QuestionProblem(f"{_('Explanation')} [{language}]", _too_long(LONGEST_EXPLANATION))
    if question.level and question.level not in Level.values:
        yield QuestionProblem(_("Level"), _("There is no level “%(level)s”.") % {"level": question.level})
    if question.difficulty not in DIFFICULTIES:
        yield QuestionProblem(_("Difficulty"), _("Difficulty is 1, 2 or 3."))


def _of_choices(question: Question) -> Iterator[QuestionProblem]:
    fewest = _FEWEST.get(question.kind, 2)
    if len(question.choices) < fewest:
        yield QuestionProblem(
            _("Answers"),
            ngettext("At least %(number)d answer is needed.", "At least %(number)d answers are needed.", fewest)
            % {"number": fewest},
        )
    if len(question.choices) > MOST_CHOICES:
        yield QuestionProblem(
            _("Answers"), _("No more than %(number)d answers fit on a phone.") % {"number": MOST_CHOICES}
        )
    seen: set[tuple[str, int]] = set()
    for place, choice in enumerate(question.choices):
        where, key = choice_label(place), (choice.text.read("sr").strip().casefold(), choice.at)
        if not choice.text:
            yield QuestionProblem(where, _("It says nothing."))
        elif key in seen and question.kind not in {QuestionKind.CLUES, QuestionKind.NUMERIC}:
            yield QuestionProblem(where, _("The same answer stands there twice."))
        seen.add(key)
        if max(map(len, (choice.text.sr, choice.text.en, choice.match.sr, choice.match.en))) > LONGEST_CHOICE:
            yield QuestionProblem(where, _too_long(LONGEST_CHOICE))
        if not -FULL_CREDIT <= choice.weight <= FULL_CREDIT:
            yield QuestionProblem(where, _("A weight is between -100 and 100 percent."))


def _of_kind(question: Question) -> Iterator[QuestionProblem]:
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.SHORT | QuestionKind.NUMERIC:
            if not any(choice.weight == FULL_CREDIT for choice in question.choices):
                yield QuestionProblem(_("Answers"), _("No answer brings the whole credit: give one the weight 100."))
        case QuestionKind.TRUE_FALSE:
            if sorted(choice.weight for choice in question.choices) != [0, FULL_CREDIT]:
                yield QuestionProblem(_("Answers"), _("Of two answers one has the weight 100, the other 0."))
        case QuestionKind.MULTIPLE | QuestionKind.CLUES:
            total = sum(choice.weight for choice in question.choices if choice.weight > 0)
            if abs(total - FULL_CREDIT) > _ROUNDING:
                yield QuestionProblem(_("Answers"), _("The weights of the right answers make 100 together."))
        case QuestionKind.MATCHING | QuestionKind.SORTING:
            yield from _of_groups(question)
        case QuestionKind.SCENARIO:
            yield from _of_ways(question)
    if question.kind == QuestionKind.NUMERIC:
        yield from _of_numbers(question.choices)
    if question.kind == QuestionKind.CLUES:
        yield from _of_mock(question)
    if question.kind not in MULTIPLE_CHOICE_KINDS and any(choice.weight < 0 for choice in question.choices):
        yield QuestionProblem(_("Answers"), _("Only where several answers are chosen can one take credit away."))


def _of_groups(question: Question) -> Iterator[QuestionProblem]:
    for place, choice in enumerate(question.choices):
        if not choice.match:
            yield QuestionProblem(choice_label(place), _("Say what it belongs to."))
    groups = question.groups
    if len(groups) < 2:
        yield QuestionProblem(_("Answers"), _("Everything belongs to the same: there is nothing to think about."))
    if len({group.sr for group in groups if group.sr}) < len([group for group in groups if group.sr]):
        yield QuestionProblem(
            _("Answers"), _("Two groups have the same name in Serbian and different ones in English.")
        )


def _of_ways(question: Question) -> Iterator[QuestionProblem]:
    known = {0, *(situation.number for situation in question.situations)}
    if len(known) != len(question.situations) + 1:
        yield QuestionProblem(_("Situations"), _("Each situation has a number of its own, from 1."))
    for place, choice in enumerate(question.choices):
        if choice.at not in known or (choice.leads_to is not None and choice.leads_to not in known):
            yield QuestionProblem(choice_label(place), _("It belongs or leads to a situation that is not there."))
            return
    reached, ends = _reached(question), _ends(question)
    for situation in sorted(known):
        label = _("Situation %(number)d") % {"number": situation}
        if not question.choices_at(situation):
            yield QuestionProblem(label, _("Nothing can be chosen there."))
        elif situation not in reached:
            yield QuestionProblem(label, _("No way leads there."))
        elif situation not in ends:
            yield QuestionProblem(label, _("No way leads on to an end."))
    if not any(choice.leads_to is None and choice.weight == FULL_CREDIT for choice in question.choices):
        yield QuestionProblem(
            _("Answers"), _("No way brings the whole credit: give the last answer of one the weight 100.")
        )


def _reached(question: Question) -> set[int]:
    reached, waiting = {0}, [0]
    while waiting:
        for place in question.choices_at(waiting.pop()):
            onward = question.choices[place].leads_to
            if onward is not None and onward not in reached:
                reached.add(onward)
                waiting.append(onward)
    return reached


def _ends(question: Question) -> set[int]:
    """The situations from which an end can be reached."""
    ends: set[int] = set()
    grown = True
    while grown:
        found = {choice.at for choice in question.choices if choice.leads_to is None or choice.leads_to in ends}
        grown = found != ends
        ends = found
    return ends


def _of_numbers(choices: tuple[Choice, ...]) -> Iterator[QuestionProblem]:
    for place, choice in enumerate(choices):
        if read_number(choice.text.read("sr")) is None:
            yield QuestionProblem(choice_label(place), _("This is not a number."))
        if choice.tolerance is not None and choice.tolerance < 0:
            yield QuestionProblem(choice_label(place), _("A tolerance is not below zero."))


def _of_mock(question: Question) -> Iterator[QuestionProblem]:
    if question.frame not in Frame.values:
        yield QuestionProblem(_("Mock"), _("Say what the clues are found in."))
    for place, choice in enumerate(question.choices):
        if choice.role not in Role.values:
            yield QuestionProblem(choice_label(place), _("Say which part of the mock it is."))


def _too_long(longest: int) -> str:
    return _("Longer than %(number)d characters.") % {"number": longest}
