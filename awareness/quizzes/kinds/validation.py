"""Validation of questions for use in quizzes."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from awareness.publishing.audiences import QuizLevel
from awareness.quizzes.kinds.base import choice_label
from awareness.quizzes.kinds.registry import kind_of
from awareness.quizzes.kinds.schemas import FULL_CREDIT, Question, QuestionProblem

MAX_QUESTION_LENGTH: Final = 1000
MAX_EXPLANATION_LENGTH: Final = 2000
MAX_DISCUSSION_LENGTH: Final = 400
MAX_CHOICE_LENGTH: Final = 400
MAX_NAME_LENGTH: Final = 120
MAX_CHOICES: Final = 24
DIFFICULTIES: Final = (1, 2, 3)


def question_problems(question: Question) -> list[QuestionProblem]:
    """Return all problems that prevent use of the question, in the order of its parts."""
    return [*_of_texts(question), *_of_choices(question), *_of_kind(question)]


def _of_texts(question: Question) -> Iterator[QuestionProblem]:
    if not question.name.strip():
        yield QuestionProblem(_("Name"), _("Enter a name for editors."))
    elif len(question.name) > MAX_NAME_LENGTH:
        yield QuestionProblem(_("Name"), _too_long(MAX_NAME_LENGTH))
    if not question.text:
        yield QuestionProblem(_("Question"), _("Write the question."))
    for language, text in (("sr", question.text.sr), ("en", question.text.en)):
        if len(text) > MAX_QUESTION_LENGTH:
            yield QuestionProblem(f"{_('Question')} [{language}]", _too_long(MAX_QUESTION_LENGTH))
    for language, text in (("sr", question.explanation.sr), ("en", question.explanation.en)):
        if len(text) > MAX_EXPLANATION_LENGTH:
            yield QuestionProblem(f"{_('Explanation')} [{language}]", _too_long(MAX_EXPLANATION_LENGTH))
    for language, text in (("sr", question.discussion.sr), ("en", question.discussion.en)):
        if len(text) > MAX_DISCUSSION_LENGTH:
            yield QuestionProblem(f"{_('Prompt for discussion')} [{language}]", _too_long(MAX_DISCUSSION_LENGTH))
    if question.level and question.level not in QuizLevel.values:
        yield QuestionProblem(_("Readers"), _("Unknown readers “%(level)s”.") % {"level": question.level})
    if question.difficulty not in DIFFICULTIES:
        yield QuestionProblem(_("Difficulty"), _("Difficulty must be 1, 2 or 3."))


def _of_choices(question: Question) -> Iterator[QuestionProblem]:
    kind = kind_of(question)
    fewest = kind.fewest_choices
    if len(question.choices) < fewest:
        yield QuestionProblem(
            _("Answers"),
            ngettext("At least %(number)d answer is needed.", "At least %(number)d answers are needed.", fewest)
            % {"number": fewest},
        )
    if len(question.choices) > MAX_CHOICES:
        yield QuestionProblem(_("Answers"), _("At most %(number)d answers are allowed.") % {"number": MAX_CHOICES})
    seen: set[tuple[str, int]] = set()
    for place, choice in enumerate(question.choices):
        where, key = choice_label(place), (choice.text.read("sr").strip().casefold(), choice.at)
        if not choice.text:
            yield QuestionProblem(where, _("The text is missing."))
        elif key in seen and not kind.can_repeat_choices:
            yield QuestionProblem(where, _("Two answers are the same."))
        seen.add(key)
        if max(map(len, (choice.text.sr, choice.text.en, choice.match.sr, choice.match.en))) > MAX_CHOICE_LENGTH:
            yield QuestionProblem(where, _too_long(MAX_CHOICE_LENGTH))
        if not -FULL_CREDIT <= choice.weight <= FULL_CREDIT:
            yield QuestionProblem(where, _("The weight must be between -100 and 100 percent."))


def _of_kind(question: Question) -> Iterator[QuestionProblem]:
    kind = kind_of(question)
    yield from kind.problems(question)
    if not kind.can_subtract and any(choice.weight < 0 for choice in question.choices):
        yield QuestionProblem(_("Answers"), _("Negative weights are allowed only where several answers can be chosen."))


def _too_long(longest: int) -> str:
    return _("At most %(number)d characters are allowed.") % {"number": longest}
