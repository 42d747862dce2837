"""Builders of consultations with questions, and of answers."""

from typing import Any

from tests.factories.youthpanel import NOW, make_cohort, make_consultation
from youthpanel.consultations.services import save_answer_sheet
from youthpanel.models import Consultation, Member, Question, QuestionChoice
from youthpanel.states import PhaseActivity

TEXTS = ("Да", "Не", "Не знам")


def make_question(consultation: Consultation, kind: str = "single", *, other: bool = False) -> Question:
    """The next question; with three choices if its kind has choices."""
    question = Question.objects.create(
        consultation=consultation,
        order=consultation.questions.count(),
        kind=kind,
        other=other,
        text_sr="Учите ли о томе у школи?",
        text_en="Do you learn about it at school?",
    )
    if kind in ("single", "multiple"):
        for order, text in enumerate(TEXTS):
            QuestionChoice.objects.create(question=question, order=order, text_sr=text, text_en=f"{text}-en")
    return question


def asking(*kinds: str, other: bool = False, **fields: Any) -> tuple[Consultation, list[Question]]:
    """An open consultation of a cohort in its answering phase, with one question of each kind."""
    cohorts = fields.pop("cohorts", None) or [make_cohort()]
    consultation = make_consultation(*cohorts, features=(PhaseActivity.ANSWER,), **fields)
    with_own = ("single", "multiple") if other else ()
    return consultation, [make_question(consultation, kind, other=kind in with_own) for kind in kinds]


def answer(consultation: Consultation, member: Member | None, answers: dict[Question, Any], **fields: Any) -> None:
    """Answers of a member (None: paper). An int is a score or the index of a choice, a list has indexes, a str is a text."""
    said = {}
    for question, value in answers.items():
        choices = [choice.pk for choice in question.choices.all()]
        if isinstance(value, str):
            given: dict[str, Any] = {"text": value}
        elif isinstance(value, list):
            given = {"choices": [choices[place] for place in value]}
        else:
            given = {"choices": [choices[value]]} if choices else {"score": value}
        said[str(question.pk)] = given
    save_answer_sheet(
        consultation=consultation, member=member, answers=said, offline=member is None, **{"now": NOW, **fields}
    )
