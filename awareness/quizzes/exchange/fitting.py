"""Whether what a file says fits into the tables: lengths, addresses and codes, as the models themselves check them."""

from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from awareness.quizzes import rows
from awareness.quizzes.models import Closing, NextStep, Question, QuestionChoice, QuestionSituation, Quiz
from awareness.quizzes.questions import quiz as plain_quiz
from awareness.quizzes.questions import shape
from awareness.quizzes.questions.checking import choice_label
from awareness.quizzes.questions.shape import Problem

# Which texts must be there is said by `questions.checking`; English alone is enough for the bank.
_MAY_BE_MISSING = frozenset({"blank", "null"})


def misfits(question: shape.Question) -> list[Problem]:
    """What the tables would refuse of a question."""
    found = list(_of_row(Question(**rows.question_fields(question, {})), ""))
    for place, fields in enumerate(rows.choice_fields(question)):
        found += _of_row(QuestionChoice(**fields), choice_label(place))
    for fields in rows.situation_fields(question):
        found += _of_row(QuestionSituation(**fields), _("Situation %(number)d") % {"number": fields["number"]})
    if len({situation.number for situation in question.situations}) < len(question.situations):
        found.append(Problem(_("Situations"), _("Each situation has a number of its own, from 1.")))
    return found


def quiz_misfits(quiz: plain_quiz.Quiz) -> list[Problem]:
    """What the tables would refuse of a quiz, its questions apart."""
    found = list(_of_row(Quiz(**rows.quiz_fields(quiz)), ""))
    if not quiz.slug:
        found.append(Problem(_("Address"), _("A quiz needs an address.")))
    for closing in quiz.closings:
        found += _of_row(
            Closing(from_percent=closing.from_percent, **rows.both("text", closing.text)), _("Closing words")
        )
    if len({closing.from_percent for closing in quiz.closings}) < len(quiz.closings):
        found.append(Problem(_("Closing words"), _("Two of them begin at the same score.")))
    for step in quiz.next_steps:
        row = NextStep(kind=step.kind, slug=step.slug)
        found += [*_of_row(row, _("What next")), *_of_constraints(row, _("What next"))]
    return found


def _of_row(row: models.Model, where: str) -> Iterator[Problem]:
    try:
        row.clean_fields(exclude=_references(row))
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            label = capfirst(str(row._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
            for each in errors:
                if each.code not in _MAY_BE_MISSING:
                    yield Problem(", ".join(part for part in (where, label) if part), " ".join(each.messages))


def _of_constraints(row: models.Model, where: str) -> Iterator[Problem]:
    for constraint in row._meta.constraints:
        if isinstance(constraint, models.CheckConstraint):
            try:
                constraint.validate(type(row), row)
            except ValidationError as error:
                yield Problem(where, " ".join(error.messages))


def _references(row: models.Model) -> set[str]:
    return {field.name for field in row._meta.concrete_fields if field.is_relation}
